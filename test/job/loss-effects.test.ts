// What is left of a job when its worker vanishes, and by the moves that are no report.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Job } from "../../src/job/job.ts";
import { LIMITS } from "../../src/job/limits.ts";
import type { Move } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import { AT, CURRENT, HOLDER, jobAfter, NOW, recordOf, SAMPLES, SECOND, wordOf } from "./samples.ts";

const held = { by: HOLDER, attempt: CURRENT };
const ended = { attempt: CURRENT, worker: HOLDER, endedAt: NOW, startedAt: NOW - SECOND };

function after(job: Job, move: Move, now = NOW): Job {
  return jobAfter(decide(job, move, { ...AT, now }));
}

function counters({ attempt, failures, losses }: Job): number[] {
  return [attempt, failures, losses];
}

describe("a lost worker", () => {
  test("is no failure: the job is out again after 1 s for each loss", () => {
    for (const losses of [0, 1, 2, 3]) {
      const decision = decide({ ...SAMPLES.gone, losses }, { move: "lose", ...held }, AT);

      const dueAt = NOW + SECOND * (losses + 1);
      assert.deepEqual(jobAfter(decision).state, { is: "scheduled", since: NOW, dueAt });
      assert.deepEqual(counters(jobAfter(decision)), [CURRENT, 1, losses + 1]);
      assert.deepEqual(recordOf(decision), { ...ended, outcome: "lost" });
    }
  });

  test("the fifth kills the job", () => {
    const job = after({ ...SAMPLES.gone, losses: LIMITS.lossesMax - 1 }, { move: "lose", ...held });

    assert.deepEqual(job.state, { is: "dead", finishedAt: NOW, reason: "workers_lost" });
    assert.equal(job.losses, 5);
  });

  test("is noticed at the end of the grace, and not a millisecond before", () => {
    const graceEnd = NOW + 10 * SECOND;

    assert.equal(wordOf(decide(SAMPLES.gone, { move: "wake" }, { ...AT, now: graceEnd - 1 })), "not_due");
    assert.deepEqual(after(SAMPLES.gone, { move: "wake" }, graceEnd).state, {
      is: "scheduled",
      since: graceEnd,
      dueAt: graceEnd + SECOND,
    });
  });
});

describe("a broken stream", () => {
  test("gives the worker its grace", () => {
    const { state } = after(SAMPLES.reserved, { move: "disconnect", ...held, graceMs: 9 });
    assert.deepEqual(state, { ...SAMPLES.reserved.state, goneUntil: NOW + 9 });
  });

  test("without a worker's name is everyone's", () => {
    assert.equal(after(SAMPLES.reserved, { move: "disconnect", graceMs: 9 }).state.is, "reserved");
  });

  test("says nothing about a worker that holds the job without one", () => {
    const polled = { ...SAMPLES.reserved, state: { ...SAMPLES.reserved.state, stream: false } } as Job;
    assert.equal(wordOf(decide(polled, { move: "disconnect", graceMs: 9 }, AT)), "not_holder");
  });

  test("is forgiven when the worker comes back with the job", () => {
    const { state } = after(SAMPLES.gone, { move: "reattach", ...held });
    assert.deepEqual(state, SAMPLES.reserved.state);
  });

  test("is forgiven when the worker extends, which from then on lives by its reservation alone", () => {
    const { state } = after(SAMPLES.gone, { move: "extend", ...held });
    const { goneUntil: _, ...lives } = SAMPLES.gone.state as typeof SAMPLES.gone.state & {
      goneUntil: number;
    };
    assert.deepEqual(state, { ...lives, until: NOW + 60 * SECOND, stream: false });
  });
});

describe("the other moves", () => {
  test("extend sets the end from now, keeps the stream, and carries progress", () => {
    const progress = { fraction: 0.5, text: "half" };

    const own = after(SAMPLES.reserved, { move: "extend", ...held, progress }, NOW + SECOND);
    const asked = after(own, { move: "extend", ...held, reservationMs: 5 }, NOW + SECOND);

    assert.deepEqual(own.state, { ...SAMPLES.reserved.state, until: NOW + 61 * SECOND });
    assert.deepEqual(asked.state, { ...SAMPLES.reserved.state, until: NOW + SECOND + 5 });
    assert.deepEqual(asked.progress, progress);
  });

  test("release harms nothing: the job is ready, no failure, no loss", () => {
    const decision = decide(SAMPLES.reserved, { move: "release", ...held }, AT);

    assert.deepEqual(jobAfter(decision), { ...SAMPLES.reserved, state: { is: "ready", since: NOW } });
    assert.deepEqual(recordOf(decision), { ...ended, outcome: "released" });
  });

  test("undeliver leaves nothing behind but the attempt's number", () => {
    for (const standing of ["reserved", "inTransit"] as const) {
      const decision = decide(SAMPLES[standing], { move: "undeliver", ...held }, AT);

      assert.deepEqual(jobAfter(decision), { ...SAMPLES[standing], state: { is: "ready", since: NOW } });
      assert.equal(recordOf(decision), undefined);
    }
  });

  test("a job that was not started in time dies at start_by, ready or scheduled", () => {
    for (const standing of ["fresh", "delayed"] as const) {
      const job = { ...SAMPLES[standing], startBy: NOW + SECOND };

      assert.equal(wordOf(decide(job, { move: "wake" }, { ...AT, now: NOW + SECOND - 1 })), "not_due");
      const { state } = after(job, { move: "wake" }, NOW + SECOND);
      assert.deepEqual(state, { is: "dead", finishedAt: NOW + SECOND, reason: "not_started_in_time" });
    }
  });

  test("a damaged job dies with that reason", () => {
    assert.deepEqual(after(SAMPLES.fresh, { move: "condemn" }).state, {
      is: "dead",
      finishedAt: NOW,
      reason: "damaged",
    });
  });
});
