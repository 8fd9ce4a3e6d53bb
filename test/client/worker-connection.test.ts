// The worker's connection: what it says again after a break, which silences it forgives, when it gives up.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { Code, ConnectError } from "../../src/client/client.ts";
import { CancellationReason, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { gate, nextReport, openWorker } from "./open-worker.ts";

test("after a broken connection the same worker comes back with what it holds", async (t) => {
  const { opened } = gate();
  const { server, work, worker } = await openWorker(t, () => opened);
  work.welcome();
  work.deliver("a", { attempt: 3 });
  await once(worker, "started");

  server.cut();
  const again = await server.worker();

  assert.equal(again.hello.workerId, work.hello.workerId);
  assert.deepEqual(
    again.hello.holding.map(({ jobId, attempt }) => [jobId, attempt]),
    [["a", 3]],
  );
});

test("reports that the server has not acknowledged are repeated after a reconnect, the others are not", async (t) => {
  const { server, work } = await openWorker(t, (job) => job.id);
  work.welcome();
  work.deliver("a");
  await nextReport(work);
  work.deliver("b");
  await nextReport(work);
  work.say({ reportsThrough: 1n, ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);

  server.cut();
  const again = await server.worker();
  again.welcome();

  assert.deepEqual(
    again.hello.holding.map(({ jobId }) => jobId),
    ["b"],
  );
  const request = await again.heard.until(({ reports }) => reports.length > 0);
  assert.deepEqual(
    request.reports.map(({ jobId }) => jobId),
    ["b"],
  );
});

test("the count of acknowledged reports starts anew with each stream", async (t) => {
  const { server, work } = await openWorker(t, (job) => job.id);
  work.welcome();
  work.deliver("a");
  await nextReport(work);
  work.say({ reportsThrough: 1n, ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);
  server.cut();
  const second = await server.worker();
  second.welcome();
  second.deliver("b");
  await nextReport(second);
  second.say({ reportsThrough: 1n, ping: { nonce: 1n } });
  await second.heard.until(({ pong }) => pong !== undefined);

  server.cut();
  const third = await server.worker();

  assert.deepEqual(third.hello.holding, []);
});

test("what the server says is not held any more is aborted", async (t) => {
  const { server, work, worker } = await openWorker(
    t,
    (_job, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  work.welcome();
  work.deliver("a");
  await once(worker, "started");
  server.cut();
  const again = await server.worker();
  const ended = once(worker, "ended");

  again.welcome({ notHeld: [{ jobId: "a", attempt: 1, reason: CancellationReason.NOT_HELD }] });

  assert.deepEqual((await ended)[1], { is: "cancelled", reason: "not_held" });
});

test("a server that is silent for three heartbeats is left for a new connection", async (t) => {
  const { server, work, worker } = await openWorker(t, () => undefined);
  const disconnected = once(worker, "disconnected");
  work.welcome({ heartbeatMs: 20 });

  const [{ error }] = await disconnected;

  assert.match(String(error), /silent/);
  await server.worker();
});

test("a server that beats its heart is not left", async (t) => {
  const { work, worker } = await openWorker(t, () => undefined);
  let disconnections = 0;
  worker.on("disconnected", () => {
    disconnections += 1;
  });
  work.welcome({ heartbeatMs: 50 });
  for (let nonce = 1n; nonce <= 5n; nonce++) {
    work.say({ ping: { nonce } });
    await work.heard.until(({ pong }) => pong?.nonce === nonce);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }

  assert.equal(disconnections, 0);
});

test("a server that says nothing to a hello is left too", async (t) => {
  const { server, worker } = await openWorker(t, () => undefined, { welcomeMaxMs: 20 });

  await once(worker, "disconnected");
  await server.worker();
});

test("a worker keeps trying while there is no server, and works when there is one again", async (t) => {
  const { server, work, worker } = await openWorker(t, (job) => job.id);
  work.welcome();
  const port = server.port;
  await server.close();
  for (let tries = 0; tries < 3; tries++) await once(worker, "disconnected");

  await server.listen(port);
  const again = await server.worker();
  again.welcome();
  again.deliver("a");

  assert.equal((await nextReport(again)).jobId, "a");
});

for (const code of [Code.InvalidArgument, Code.Unauthenticated, Code.PermissionDenied, Code.Unimplemented]) {
  test(`a hello refused with ${Code[code]} ends the worker, for it would be refused again`, async (t) => {
    const { work, running } = await openWorker(t, () => undefined);
    work.end(new ConnectError("no", code));

    await assert.rejects(running, (error) => ConnectError.from(error).code === code);
  });
}

test("a report that did not count is told to those who listen", async (t) => {
  const { work, worker } = await openWorker(t, () => undefined);
  work.welcome();
  const ignored = once(worker, "ignored");
  work.say({ outcomes: [{ jobId: "a", attempt: 1, result: ReportResult.IGNORED, reason: "too late" }] });

  assert.deepEqual(await ignored, [{ jobId: "a", attempt: 1, result: "ignored", reason: "too late" }]);
});
