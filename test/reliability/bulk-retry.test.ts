// An outage is over: 100,000 dead jobs are brought back by one call while others enqueue, work and ask. The operation gets
// through, exactly, and nobody else has to wait for it. The server runs in a process of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Admin, Worker } from "../../src/client/client.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { open } from "./backlog.ts";

const DEAD = 100_000;
const BATCH = 1_000;
/** Longer than before, on a busy machine of two cores that the clients share; a batch of the operation takes a tenth of it. */
const CALL_P99_GROWTH_MS_MAX = 150;
const QUIET_CALLS = 300;

test("100,000 dead jobs are retried while others work", { timeout: 120_000 }, async (t) => {
  await using server = await open();
  const { url } = server;
  const producer = createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
  // Too late as they come: the keeper finds them dead.
  const startBy = timestampFromMs(0);
  for (let i = 0; i < DEAD; i += BATCH)
    await producer.enqueue({ jobs: Array.from({ length: BATCH }, () => ({ name: "outage", startBy })) });
  const admin = new Admin({ url });
  const worker = new Worker({ url, handlers: { live: () => undefined }, capacity: 10 });
  const running = worker.run();
  try {
    await until(async () => (await admin.overview()).jobs.dead === DEAD);
    const call = () => producer.enqueue({ jobs: [{ name: "live" }] });
    const quiet = await timeCalls(call, (count) => count < QUIET_CALLS);

    const { operation } = await admin.retry({ filter: { states: [JobState.DEAD], names: ["outage"] } });
    assert.ok(operation);
    let over = operation;
    const followed = until(async () => {
      over = (await admin.operation(operation.id)) ?? over;
      return over.state !== "running";
    });
    const busy = await timeCalls(call, () => over.state === "running");
    await followed;

    t.diagnostic(`enqueue p99: ${quiet.p99Ms.toFixed(1)} ms before, ${busy.p99Ms.toFixed(1)} ms meanwhile`);
    t.diagnostic(
      `${busy.count} calls meanwhile, in ${((over.finishedAt ?? 0) - (over.createdAt ?? 0)) / 1_000} s`,
    );
    assert.deepEqual([over.state, over.changed, over.skipped], ["done", DEAD, 0]);
    assert.ok(busy.count >= 20, "others were not served while the operation ran");
    assert.ok(busy.p99Ms <= quiet.p99Ms + CALL_P99_GROWTH_MS_MAX, `others waited ${busy.p99Ms} ms`);
    const { queue } = await admin.queue("outage");
    assert.deepEqual([queue.jobs.dead, queue.jobs.ready], [0, DEAD]);
    await until(async () => (await admin.queue("live")).queue.jobs.succeeded === quiet.count + busy.count);
  } finally {
    await worker.close({ graceMs: 0 });
    await running;
    admin.close();
  }
});

/** One call after the other as long as `goesOn`. */
async function timeCalls(call: () => Promise<unknown>, goesOn: (count: number) => boolean) {
  const tookMs: number[] = [];
  while (goesOn(tookMs.length)) {
    const startedAt = performance.now();
    await call();
    tookMs.push(performance.now() - startedAt);
  }
  tookMs.sort((a, b) => a - b);
  return { count: tookMs.length, p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? 0 };
}

/** Asks over and over; each question is a call that takes its time. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}
