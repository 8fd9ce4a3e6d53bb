// Which calls take the fast path. Were it none, all comparisons of the two paths would be of one with itself.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ProducerService } from "../../../src/gen/lakh/v1/producer_pb.ts";
import { callOf, DIALECTS, LANES, type Lane } from "./dialects.ts";
import { openScriptedPair } from "./scripted-port.ts";
import type { RawCall } from "./sight.ts";

const { enqueue } = ProducerService.method;
const pair = await openScriptedPair({
  endings: {
    // connect keeps more in its contexts than it tells.
    path: (_request, context) => ({ jobs: [{ id: "shutdownSignal" in context ? "by stock" : "by fast" }] }),
  },
});
after(() => pair[Symbol.asyncDispose]());

const FAST_LANES = LANES.filter(
  ({ dialect, http }) =>
    dialect === DIALECTS.connect ||
    dialect === DIALECTS.json ||
    dialect === DIALECTS.grpcWeb ||
    (dialect === DIALECTS.grpc && http === "2"),
);

async function pathsOf(lane: Lane, headers: RawCall["headers"] = []): Promise<(string | undefined)[]> {
  const call = callOf(lane, enqueue, { jobs: [{ name: "path" }] }, headers);
  const sights = [await pair.stock.ask(call, lane.http), await pair.fast.ask(call, lane.http)];
  return sights.map(({ body }) => /by (stock|fast)/.exec(body)?.[1]);
}

describe("the fast path is taken", () => {
  for (const lane of LANES) {
    const isFast = FAST_LANES.includes(lane);
    test(`${isFast ? "" : "not "}by ${lane.title}`, async () => {
      assert.deepEqual(await pathsOf(lane), ["stock", isFast ? "fast" : "stock"]);
    });
  }

  test("with a deadline, metadata, and a client that reads gzip", async () => {
    for (const lane of FAST_LANES) {
      const { timeout, isEnveloped } = lane.dialect;
      const headers = [
        [timeout, timeout === "grpc-timeout" ? "10S" : "10000"],
        ["authorization", "Bearer x"],
        [isEnveloped ? "grpc-accept-encoding" : "accept-encoding", "gzip, br"],
      ] as const;
      assert.deepEqual(await pathsOf(lane, headers), ["stock", "fast"], lane.title);
    }
  });

  test("not with a deadline that is none", async () => {
    for (const lane of FAST_LANES)
      assert.notEqual((await pathsOf(lane, [[lane.dialect.timeout, "soon"]]))[1], "fast", lane.title);
  });
});
