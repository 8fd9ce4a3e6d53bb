// The pulse of a real process: a loop that is held up shows, commits are told to the microsecond.
import assert from "node:assert/strict";
import { performance } from "node:perf_hooks";
import { after, test } from "node:test";
import { Vitals } from "../../src/server/vitals.ts";

const vitals = new Vitals();
vitals.start();
after(() => vitals.close());

/** Until there is a beat; the timer of the vitals holds no process. */
async function beats(more: number): Promise<void> {
  const enough = vitals.loopDelay().count + more;
  while (vitals.loopDelay().count < enough) await new Promise((resolve) => setTimeout(resolve, 10));
}

test("whoever holds up the event loop is seen, and what it costs", async () => {
  await beats(1);
  const startedAt = performance.now();
  while (performance.now() < startedAt + 600);
  await beats(1);

  const { p99Ms = 0 } = vitals.loopDelay();
  assert.ok(p99Ms > 400, `${p99Ms} ms late`);
  assert.ok(vitals.processorShare() > 0.1, `${vitals.processorShare()} of a processor`);
});

test("commits are told to the microsecond, and nothing before there are any", () => {
  assert.deepEqual(vitals.commits(), { count: 0, p50Ms: undefined, p95Ms: undefined, p99Ms: undefined });
  for (let commit = 0; commit < 99; commit++) vitals.committed(0.25);
  vitals.committed(80);

  const { count, p50Ms = 0, p99Ms = 0 } = vitals.commits();
  assert.equal(count, 100);
  assert.ok(Math.abs(p50Ms - 0.25) < 0.01, `${p50Ms} ms`);
  assert.ok(Math.abs(p99Ms - 0.25) < 0.01, `${p99Ms} ms: the slowest is one in a hundred`);
  for (let commit = 0; commit < 10; commit++) vitals.committed(80);
  const { p95Ms = 0 } = vitals.commits();
  assert.ok(Math.abs(p95Ms - 80) < 3, `${p95Ms} ms`);
});
