// What was wrong with the original, one test for each: how jobs reach workers, and what producers and operators hear.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  Health,
  HealthCheckResponse_ServingStatus as Serving,
} from "../../src/gen/grpc/health/v1/health_pb.ts";
import { JobStatus } from "../../src/gen/lakh/lakh_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { readConfig } from "../../src/server/config.ts";
import { isLoopback } from "../../src/server/listen-address.ts";
import { openCall, openSession } from "../server/port-peers.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { openWorker, type WireWorker } from "./lanes.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import { reservedFor } from "./original-client.ts";
import { openStand } from "./original-stand.ts";
import type { WireClient } from "./wire-client.ts";
import { openDirectory } from "./wire-server.ts";

const QUIET_MS = 100;
const patienceMs = 10_000;

function openCapacity(client: WireClient, id: string, capacity: number): Promise<WireWorker> {
  return openWorker(client, "Work", { id, names: ["add"], capacity, patienceMs });
}

async function nextAll(worker: WireWorker, count: number) {
  const ids: string[] = [];
  while (ids.length < count) {
    const delivery = await worker.next(patienceMs);
    assert.ok(delivery, `job ${ids.length + 1} did not come`);
    ids.push(delivery.jobId);
  }
  return ids;
}

test("there a worker is picked at random, and a full one blocks the job; here jobs go where there is room", async () => {
  await using stand = await openStand();
  const client = grpcJsClient(stand.server.url);
  const full = await openCapacity(client, "full", 1);
  const idle = await openCapacity(client, "idle", 10);
  await stand.producer.enqueue(...Array.from({ length: 11 }, () => ({ name: "add" })));
  await Promise.all([nextAll(full, 1), nextAll(idle, 10)]);
  client.close();
});

test("there the backlog goes to the first worker, ten jobs a second; here each gets what it has room for, at once", async () => {
  await using stand = await openStand();
  const client = grpcJsClient(stand.server.url);
  const ids = await stand.producer.enqueue(...Array.from({ length: 500 }, () => ({ name: "add" })));
  const since = performance.now();
  const workers = [await openCapacity(client, "one", 100), await openCapacity(client, "two", 100)];
  const shares = await Promise.all(workers.map((worker) => nextAll(worker, 100)));
  const tookMs = performance.now() - since;
  assert.ok(tookMs < 5_000, `200 jobs took ${tookMs} ms; there they took 20 s`);
  for (const worker of workers) assert.equal(await worker.next(QUIET_MS), undefined);
  assert.equal(new Set(shares.flat()).size, 200);
  assert.deepEqual(shares.flat().sort(), ids.slice(0, 200).sort());
  client.close();
});

test("there what a dead connection had buffered counts as done; here only what has left the server", async () => {
  await using stand = await openStand();
  const { original, producer, server } = stand;
  const count = 500;
  const ids = Array.from({ length: count }, (_, i) => `${i}`);
  const args = ["x".repeat(2_000)];
  await original.work(
    "big",
    ids.map((id) => ({ id, name: "big", args })),
  );
  const session = await openSession(server.port);
  openCall(session, "/lakh.Lakh/Join", { job_names: "big" }); // and never reads: its window is 64 KiB, 32 jobs
  await producer.untilNot("0", JobState.READY);
  session.destroy();
  await server.logged({ rpc: "lakh.Lakh/Join", msg: "rpc ended" });
  await original.work("big", [{ id: "last", name: "big" }]);
  const worker = original.join("big");
  let received = 0;
  while ((await worker.next()).id !== "last") received++;
  assert.ok(received >= count - 40, `${count - received} of ${count} jobs are gone`);
  for (const id of ids) await producer.until(id, JobState.SUCCEEDED);
});

test("there a vanished worker's jobs wait out their reservations; here they are out again after the grace", async () => {
  await using stand = await openStand();
  const { original, producer, clock, server } = stand;
  await original.work("add", [{ id: "job", name: "add", ...reservedFor(3_600) }]);
  const worker = original.join("add");
  await worker.next();
  worker.vanish();
  await server.logged({ rpc: "lakh.Lakh/Join", msg: "rpc ended" });
  clock.shift(9_000);
  assert.equal((await producer.job("job")).state, JobState.RESERVED);
  clock.shift(1_000);
  const { losses, failures } = await producer.until("job", JobState.SCHEDULED);
  assert.deepEqual([losses, failures], [1, 0]);
  clock.shift(1_000);
  const other = original.join("add");
  other.report(await other.next(), JobStatus.SUCCEEDED);
  assert.equal((await producer.until("job", JobState.SUCCEEDED)).attempt, 2);
});

test("there the dead come in one reply without a bound, and nobody knows why; here what fits comes, with the error", async () => {
  await using stand = await openStand({ argv: ["--max-retries", "0"] });
  const { original, producer } = stand;
  const args = ["x".repeat(1_000_000)];
  const ids = ["1", "2", "3", "4", "5"];
  await original.work(
    "big",
    ids.map((id) => ({ id, name: "big", args, ...reservedFor(60) })),
  );
  const client = grpcJsClient(stand.server.url);
  const worker = await openWorker(client, "Work", { id: "w", names: ["big"], capacity: 1, patienceMs });
  for (const jobId of await Promise.resolve(ids)) {
    assert.deepEqual(await nextAll(worker, 1), [jobId]);
    const error = { class: "TypeError", message: `because of ${jobId}`, stack: "" };
    await worker.report({ jobId, attempt: 1, report: { case: "fail", value: { error } } });
  }
  const { jobs } = await original.getDeadJobs();
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ["5", "4", "3", "2"],
  );
  const [attempt] = (await producer.job("3")).attempts;
  assert.equal(attempt?.error?.message, "because of 3");
  client.close();
});

test("there producers learn the fate of a stream at its end; here each batch is acknowledged, or refused by name", async () => {
  await using stand = await openStand();
  const requests = new Outgoing<{ jobs: { id: string; name: string }[] }>();
  const answers = new Mailbox<readonly [through: number, refusal: string | undefined]>();
  const listening = (async () => {
    for await (const { messagesThrough, receipts } of stand.producer.rpc.enqueueStream(requests)) {
      if (messagesThrough > 0n) answers.put([Number(messagesThrough), receipts[0]?.refusal?.message]);
    }
  })();
  requests.send({ jobs: [{ id: "one", name: "add" }] });
  assert.deepEqual(await answers.take(patienceMs), [1, undefined]);
  assert.equal((await stand.producer.job("one")).state, JobState.READY);
  requests.send({ jobs: [{ id: "two", name: "" }] });
  const [through, refusal] = (await answers.take(patienceMs)) ?? [];
  assert.equal(through, 2);
  assert.match(refusal ?? "", /^jobs\[0\]\.name: must be/);
  requests.end();
  await listening;
});

test("there jobs come in no order; here by priority, then as they were enqueued", async () => {
  await using stand = await openStand();
  const { original, producer } = stand;
  await original.work(
    "add",
    ["1", "2", "3"].map((id) => ({ id, name: "add" })),
  );
  await producer.enqueue({ id: "urgent", name: "add", priority: 1 });
  const jobs = await original.join("add").nextAll(4);
  assert.deepEqual(
    jobs.map(({ id }) => id),
    ["urgent", "1", "2", "3"],
  );
});

test("there anybody may come, and nobody can ask how it is; here it is loopback unless said, and health answers", async () => {
  for (const address of readConfig({}).listen) assert.ok(isLoopback(address));
  assert.throws(() => readConfig({ argv: ["--listen", "0.0.0.0:50051"] }), /is refused/);

  await using stand = await openStand();
  const sessionManager = new Http2SessionManager(stand.server.url);
  const transport = createGrpcTransport({ baseUrl: stand.server.url, sessionManager });
  const { status } = await createClient(Health, transport).check({ service: "lakh.Lakh" });
  assert.equal(status, Serving.SERVING);
  sessionManager.abort();
});

test("there the end of the server is the end of its streams' jobs; here workers are told and jobs go back unharmed", async () => {
  await using directory = await openDirectory();
  const { store } = directory;
  await using stand = await openStand({ store });
  const { original, server } = stand;
  await original.work("add", [{ id: "held", name: "add", ...reservedFor(60) }]);
  const worker = original.join("add");
  await worker.next();
  const stopped = server.stop();
  await assert.rejects(worker.next(), { code: 14, details: /the server is stopping/ });
  await stopped;
  await using again = await openStand({ store });
  const { state, attempt, failures, losses } = await again.producer.job("held");
  assert.deepEqual([state, attempt, failures, losses], [JobState.READY, 1, 0, 0]);
});
