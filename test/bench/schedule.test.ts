// The open load: jobs are due when they are due, whatever the server does, and their spans count from then.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Histogram } from "./histogram.ts";
import { dueAt, dueBy, keepSchedule } from "./schedule.ts";

describe("an open load", () => {
  const schedule = { startsAt: 5_000, perSecond: 1_000, total: 30 };

  test("has the first job at its start, and each next one an even span later", () => {
    assert.equal(dueBy(schedule, 4_999.9), 0);
    assert.equal(dueBy(schedule, 5_000), 1);
    assert.equal(dueBy(schedule, 5_009.5), 10);
    assert.equal(dueAt(schedule, 9), 5_009);
  });

  test("at the instant at which a job is due it is due, at any rate", () => {
    for (const perSecond of [1, 3, 7, 333, 1_000, 12_345])
      for (let nth = 0; nth < 1_000; nth++) {
        const odd = { startsAt: 123.456, perSecond, total: 1_000 };
        assert.equal(dueBy(odd, dueAt(odd, nth)), nth + 1, `${perSecond}/s, job ${nth}`);
      }
  });

  test("ends: no more are due than it has, however late it is", () => {
    assert.equal(dueBy(schedule, 1e9), 30);
  });

  test("a stalled sender sends all that it missed, and what was late counts as late", async () => {
    const startsAt = performance.now();
    const missed = { startsAt: startsAt - 100, perSecond: 1_000, total: 120 };
    const spans = new Histogram();
    const order: number[] = [];
    await keepSchedule(missed, (nth) => {
      order.push(nth);
      spans.record(performance.now() - dueAt(missed, nth));
    });
    assert.deepEqual(
      order,
      Array.from({ length: 120 }, (_, i) => i),
    );
    // 100 jobs were due before it began: half of them waited 50 ms or more. Counted from sending, all would be 0.
    assert.ok(spans.percentileMs(0.75) >= 50, `p75 is ${spans.percentileMs(0.75)} ms`);
  });

  test("what fails while sending ends it", async () => {
    const broken = () => {
      throw new Error("the stream is gone");
    };
    await assert.rejects(keepSchedule({ ...schedule, startsAt: 0 }, broken), /the stream is gone/);
  });
});
