// How a worker leaves without burning an attempt: when the server drains, and when it is closed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { DrainReason } from "../../src/gen/lakh/v1/worker_pb.ts";
import { gate, nextReport, openWorker } from "./open-worker.ts";

test("a server that drains is left when nothing is held and everything is acknowledged, and not before", async (t) => {
  const { open, opened } = gate();
  const { server, work, worker } = await openWorker(t, () => opened);
  let isOver = false;
  void work.over.then(() => {
    isOver = true;
  });
  work.welcome();
  work.deliver("a");
  await once(worker, "started");
  work.say({ drain: true });
  await once(worker, "drained");
  open();
  await nextReport(work, "succeed");
  work.say({ ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);
  assert.equal(isOver, false);

  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();

  await server.worker();
});

test("a worker that an operator drains finishes what it holds, reports it, and its run is over", async (t) => {
  const { open, opened } = gate();
  const { work, worker, running } = await openWorker(t, () => opened);
  work.welcome();
  work.deliver("a");
  await once(worker, "started");

  const drained = once(worker, "drained");
  work.say({ drain: true, drainReason: DrainReason.OPERATOR });
  assert.deepEqual(await drained, ["operator"]);
  await work.heard.until(({ draining }) => draining);
  open();
  assert.equal((await nextReport(work)).report.case, "succeed");
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();

  await running;
});

test("who closes a worker that an operator drains does not wait longer than the grace", async (t) => {
  const { work, worker, running } = await openWorker(t, () => new Promise(() => undefined));
  work.welcome();
  work.deliver("a");
  await once(worker, "started");
  work.say({ drain: true, drainReason: DrainReason.OPERATOR });
  await once(worker, "drained");

  const closed = worker.close({ graceMs: 10 });
  assert.equal((await nextReport(work)).report.case, "release");
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();

  await closed;
  await running;
});

test("a server that is stopping is told from an operator", async (t) => {
  const { server, work, worker } = await openWorker(t, () => undefined);
  work.welcome();
  const drained = once(worker, "drained");

  work.say({ drain: true, drainReason: DrainReason.SERVER_STOPPING });

  assert.deepEqual(await drained, ["server_stopping"]);
  await work.over;
  work.end();
  await server.worker();
});

test("close takes no more jobs, waits for running handlers and their reports, then says goodbye", async (t) => {
  const { open, opened } = gate();
  const { work, worker, running } = await openWorker(t, () => opened);
  work.welcome();
  work.deliver("a");
  await once(worker, "started");

  const closed = worker.close();
  await work.heard.until(({ draining }) => draining);
  work.deliver("late");
  assert.deepEqual((await nextReport(work, "release")).jobId, "late");
  open();
  assert.equal((await nextReport(work, "succeed")).jobId, "a");
  work.say({ reportsThrough: 2n });
  await work.over;
  work.end();

  await closed;
  await running;
});

test("a job that crosses the wish to stop on its way is given back before the goodbye", async (t) => {
  const { work, worker } = await openWorker(t, () => undefined);
  work.welcome();
  await once(worker, "connected");

  const closed = worker.close();
  await work.heard.until(({ draining }) => draining);
  work.deliver("late");
  const { jobId, report } = await nextReport(work);

  assert.deepEqual([jobId, report.case], ["late", "release"]);
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();
  await closed;
});

test("there is no goodbye before the last report is acknowledged", async (t) => {
  const { work, worker } = await openWorker(t, (job) => job.id);
  let isOver = false;
  void work.over.then(() => {
    isOver = true;
  });
  work.welcome();
  work.deliver("a");
  await nextReport(work);

  const closed = worker.close();
  work.say({ drain: true });
  for (let nonce = 1n; nonce <= 3n; nonce++) {
    work.say({ ping: { nonce } });
    await work.heard.until(({ pong }) => pong?.nonce === nonce);
  }

  assert.equal(isOver, false);
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();
  await closed;
});

test("close aborts and gives back what does not finish within the grace", async (t) => {
  let signal: AbortSignal | undefined;
  const { work, worker } = await openWorker(t, (_job, context) => {
    signal = context.signal;
    return new Promise(() => undefined);
  });
  work.welcome();
  work.deliver("a");
  await once(worker, "started");

  const closed = worker.close({ graceMs: 10 });
  assert.equal((await nextReport(work)).report.case, "release");
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();
  await closed;

  assert.equal(signal?.aborted, true);
});

test("a second close cuts the grace of the first short", async (t) => {
  const { work, worker } = await openWorker(t, () => new Promise(() => undefined));
  work.welcome();
  work.deliver("a");
  await once(worker, "started");

  void worker.close({ graceMs: 3_600_000 });
  await work.heard.until(({ draining }) => draining);
  const closed = worker.close({ graceMs: 0 });
  assert.equal((await nextReport(work)).report.case, "release");
  work.say({ reportsThrough: 1n });
  await work.over;
  work.end();

  await closed;
});

test("close on a broken connection reconnects to deliver the last reports", async (t) => {
  const { server, work, worker } = await openWorker(t, (job) => job.id);
  work.welcome();
  work.deliver("a");
  await nextReport(work);

  const closed = worker.close();
  server.cut();
  const again = await server.worker();
  again.welcome();
  assert.equal(again.first?.draining, true);
  assert.equal((await nextReport(again)).jobId, "a");
  again.say({ reportsThrough: 1n });
  await again.over;
  again.end();

  await closed;
});

test("close without a server ends at once when there is nothing to report", async (t) => {
  const { server, work, worker, running } = await openWorker(t, () => undefined);
  work.welcome();
  await server.close();
  await once(worker, "disconnected");

  await worker.close();
  await running;
  await server.listen();
});
