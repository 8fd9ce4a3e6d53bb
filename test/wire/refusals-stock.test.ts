// Every refusal again, by connect's own handlers: the same codes and the same words.
import "../server/stock-rpc.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openProducer } from "./producer.ts";
import "./refusals-admin.test.ts";
import "./refusals-fields.test.ts";
import "./refusals-frames.test.ts";
import "./refusals-history.test.ts";
import "./refusals-json.test.ts";
import "./refusals-sizes.test.ts";
import "./refusals-workers.test.ts";
import { openWireServer } from "./wire-server.ts";

test("the servers of this file have no fast path", async () => {
  await using server = await openWireServer();
  using producer = openProducer(server.url);
  const { system } = await producer.admin.getSystem({});
  assert.equal(system?.settings.find(({ key }) => key === "stock_rpc")?.value, "true");
});
