// The warning that jobs wait which nobody can do: who enqueues under a name that no worker offers reads of it in the log.
import assert from "node:assert/strict";
import { test } from "node:test";
import { grpcJsClient } from "../wire/grpc-js-client.ts";
import { openWorker } from "../wire/lanes.ts";
import { openProducer, type Producer } from "../wire/producer.ts";
import { ShiftedClock } from "../wire/shifted-clock.ts";
import { openWireServer, type WireServer } from "../wire/wire-server.ts";

const LOOK_EVERY_MS = 60_000;
const WARN = 40;
const patienceMs = 10_000;

async function enqueue(producer: Producer, name: string, jobs: number): Promise<void> {
  await producer.enqueue(...Array.from({ length: jobs }, () => ({ name })));
}

function warnings({ lines }: WireServer, about: string): string[] {
  return lines.filter(({ level, name }) => level === WARN && name === about).map(({ msg }) => msg);
}

test("jobs that no worker offers are warned of within a minute, once, and again when there are ten times as many", async () => {
  const clock = new ShiftedClock();
  await using server = await openWireServer({ clock });
  using producer = openProducer(server.url);
  const client = grpcJsClient(server.url);
  const wish = { id: "w", names: ["mail"], capacity: 1, patienceMs };
  const worker = await openWorker(client, "Work", wish);
  await enqueue(producer, "mail", 3); // one is done, two wait for a worker that is there
  await enqueue(producer, "pdf", 2);
  const looked = async (mark: string) => {
    await enqueue(producer, mark, 1);
    clock.shift(LOOK_EVERY_MS);
    await server.logged({ name: mark, jobs: 1 });
  };

  await looked("first");
  assert.deepEqual(warnings(server, "pdf"), ["2 jobs named pdf wait and no worker offers it"]);
  assert.deepEqual(warnings(server, "first"), ["1 job named first wait and no worker offers it"]);
  await enqueue(producer, "pdf", 17);
  await looked("second");
  assert.equal(warnings(server, "pdf").length, 1, "19 are not ten times 2");
  await enqueue(producer, "pdf", 1);
  await looked("third");
  assert.equal(warnings(server, "pdf")[1], "20 jobs named pdf wait and no worker offers it");
  assert.deepEqual(warnings(server, "mail"), [], "a worker offers it");

  worker.leave();
  await server.logged({ rpc: "lakh.v1.WorkerService/Work", msg: "rpc ended" });
  await looked("fourth");
  const [warning] = warnings(server, "mail");
  assert.match(
    warning ?? "",
    /^[23] jobs named mail wait/,
    "control: none does now, and what it held comes back",
  );
  client.close();
});
