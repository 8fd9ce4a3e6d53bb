// The worker and its handlers against a scripted server: deliveries, reports, extensions, cancellations.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { PermanentError, RetryAfterError } from "../../src/client/client.ts";
import { CancellationReason, type Report, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { gate, nextReport, openWorker } from "./open-worker.ts";

test("a worker says hello with its names, its capacity and who it is", async (t) => {
  const { work, worker } = await openWorker(t, () => undefined, { version: "7", labels: { zone: "a" } });

  assert.deepEqual(work.hello.names, ["add"]);
  assert.equal(work.hello.capacity, 2);
  assert.equal(work.hello.workerId, worker.workerId);
  assert.match(worker.workerId, /^[0-9a-f-]{36}$/);
  assert.equal(work.hello.version, "7");
  assert.deepEqual(work.hello.labels, { zone: "a" });
});

test("what a handler returns is the result of a success", async (t) => {
  const { work } = await openWorker(t, (job) => ({ sum: 3, id: job.id, when: new Date(0) }));
  work.welcome();
  work.deliver("a");

  const { jobId, attempt, report } = await nextReport(work);

  assert.deepEqual([jobId, attempt, report.case], ["a", 1, "succeed"]);
  assert.ok(report.case === "succeed" && report.value.result?.value.case === "json");
  assert.match(JSON.stringify(report.value.result.value.value), /1970-01-01T00:00:00.000Z/);
});

const thrown: readonly [what: string, error: unknown, check: (report: Report["report"]) => void][] = [
  [
    "an error fails with its class, message and stack",
    new TypeError("no"),
    (report) => {
      assert.ok(report.case === "fail");
      assert.equal(report.value.error?.class, "TypeError");
      assert.equal(report.value.error.message, "no");
      assert.match(report.value.error.stack, /worker\.test/);
      assert.equal(report.value.final, false);
      assert.equal(report.value.retryAfter, undefined);
    },
  ],
  [
    "a PermanentError fails for good",
    new PermanentError("never"),
    (report) => {
      assert.ok(report.case === "fail" && report.value.final);
    },
  ],
  [
    "a RetryAfterError says when",
    new RetryAfterError(1_500),
    (report) => {
      assert.ok(report.case === "fail");
      assert.deepEqual([report.value.retryAfter?.seconds, report.value.retryAfter?.nanos], [1n, 500_000_000]);
    },
  ],
  [
    "what is no error fails too",
    "text",
    (report) => {
      assert.ok(report.case === "fail");
      assert.deepEqual([report.value.error?.class, report.value.error?.message], ["string", "text"]);
    },
  ],
  [
    "a message is cut to 4 KiB of UTF-8",
    new Error("ä".repeat(5_000)),
    (report) => {
      assert.ok(report.case === "fail");
      assert.equal(Buffer.byteLength(report.value.error?.message ?? ""), 4_096);
    },
  ],
];

for (const [what, error, check] of thrown) {
  test(`thrown by a handler, ${what}`, async (t) => {
    const { work } = await openWorker(t, () => {
      throw error;
    });
    work.welcome();
    work.deliver("a");

    check((await nextReport(work)).report);
  });
}

const unsendable: readonly [what: string, result: unknown][] = [
  ["larger than 64 KiB", "x".repeat(70_000)],
  ["a bigint", 1n],
];

for (const [what, result] of unsendable) {
  test(`a result that is ${what} fails for good instead of running the job again`, async (t) => {
    const { work } = await openWorker(t, () => result);
    work.welcome();
    work.deliver("a");

    const { report } = await nextReport(work);

    assert.ok(report.case === "fail" && report.value.final);
    assert.match(report.value.error?.message ?? "", /the handler's result cannot be sent/);
  });
}

test("a reservation is extended at a third of its length while the handler runs, and no longer", async (t) => {
  const { open, opened } = gate();
  const { work } = await openWorker(t, () => opened);
  work.welcome();
  const deliveredAt = performance.now();
  work.deliver("a", { reservedMs: 900 });

  await nextReport(work, "extend");
  const tookMs = performance.now() - deliveredAt;
  open();
  const last = await nextReport(work, "succeed");

  assert.ok(tookMs > 250 && tookMs < 600, `extended after ${tookMs} ms`);
  assert.equal(last.report.case, "succeed");
});

test("progress extends, with a fraction and a text", async (t) => {
  const { work } = await openWorker(t, async (_job, context) => context.progress(0.5, "half"));
  work.welcome();
  work.deliver("a");

  const { report } = await nextReport(work, "extend");

  assert.ok(report.case === "extend");
  assert.equal(report.value.progress?.fraction, 0.5);
  assert.equal(report.value.progress.text, "half");
});

test("reports of one turn leave in one message", async (t) => {
  const gates = Array.from({ length: 50 }, gate);
  const { work } = await openWorker(t, (job) => gates[Number(job.id)]?.opened, { capacity: 50 });
  work.welcome();
  for (const id of gates.keys()) work.deliver(`${id}`);
  work.say({ ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);

  for (const { open } of gates) {
    open();
    // Long enough for the first report to leave alone, if that were what it did.
    for (let step = 0; step < 20; step++) await undefined;
  }
  const { reports } = await work.heard.until((request) => request.reports.length > 0);

  assert.equal(reports.length, 50);
});

test("a ping is answered with its pong", async (t) => {
  const { work } = await openWorker(t, () => undefined);
  work.welcome();
  work.say({ ping: { nonce: 77n } });

  const { pong } = await work.heard.until((request) => request.pong !== undefined);

  assert.equal(pong?.nonce, 77n);
});

test("fire-and-forget deliveries are not reported", async (t) => {
  const { work, worker } = await openWorker(t, (job) => job.id);
  work.welcome();
  work.deliver("silent", { reservedMs: undefined });
  await once(worker, "ended");
  work.deliver("told");

  assert.equal((await nextReport(work)).jobId, "told");
});

test("a cancelled job aborts its handler, whose end gives its room back and is not reported otherwise", async (t) => {
  const { work, worker } = await openWorker(t, (job, { signal }) => {
    if (job.id === "b") return 1;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  work.welcome();
  work.deliver("a");
  await once(worker, "started");
  const ended = once(worker, "ended");
  work.say({ cancelled: [{ jobId: "a", attempt: 1, reason: CancellationReason.CANCELLED }] });

  assert.deepEqual((await ended)[1], { is: "cancelled", reason: "cancelled" });
  const { jobId, attempt, report } = await nextReport(work);
  assert.deepEqual([jobId, attempt, report.case], ["a", 1, "release"]);
  const ignored: string[] = [];
  worker.on("ignored", (told) => ignored.push(told.jobId));
  const result = ReportResult.IGNORED;
  work.say({ reportsThrough: 1n, outcomes: [{ jobId: "a", attempt: 1, result }] });
  work.deliver("b");
  assert.equal((await nextReport(work)).jobId, "b");
  work.say({ outcomes: [{ jobId: "b", attempt: 1, result }], ping: { nonce: 1n } });
  await work.heard.until(({ pong }) => pong !== undefined);
  assert.deepEqual(ignored, ["b"]);
});

test("a cancellation of another attempt leaves a handler alone", async (t) => {
  const { open, opened } = gate();
  const { work } = await openWorker(t, async (_job, { signal }) => {
    await opened;
    return signal.aborted;
  });
  work.welcome();
  work.deliver("a", { attempt: 2 });
  work.say({
    cancelled: [{ jobId: "a", attempt: 1, reason: CancellationReason.EXPIRED }],
    ping: { nonce: 1n },
  });
  await work.heard.until(({ pong }) => pong !== undefined);
  open();

  const { report } = await nextReport(work);

  assert.ok(report.case === "succeed" && report.value.result?.value.case === "json");
  assert.equal(report.value.result.value.value.kind.value, false);
});

test("a success after the reservation expired is still reported, for it may be the first", async (t) => {
  const { open, opened } = gate();
  const { work } = await openWorker(t, () => opened);
  work.welcome();
  work.deliver("a");
  work.say({
    cancelled: [{ jobId: "a", attempt: 1, reason: CancellationReason.EXPIRED }],
    ping: { nonce: 1n },
  });
  await work.heard.until(({ pong }) => pong !== undefined);
  open();

  assert.equal((await nextReport(work)).report.case, "succeed");
});

test("never more handlers run than there is capacity, and a worker that is over it asks for a pause", async (t) => {
  const gates = new Map(["a", "b", "c"].map((id) => [id, gate()]));
  const { work, worker } = await openWorker(t, (job) => gates.get(job.id)?.opened);
  const started: string[] = [];
  worker.on("started", (job) => started.push(job.id));
  work.welcome();
  for (const id of gates.keys()) work.deliver(id);

  const { capacity } = await work.heard.until((request) => request.capacity !== undefined);
  assert.equal(capacity, 0);
  assert.deepEqual(started, ["a", "b"]);
  gates.get("a")?.open();

  const again = await work.heard.until((request) => request.capacity !== undefined);
  assert.equal(again.capacity, 2);
  assert.deepEqual(started, ["a", "b", "c"]);
});
