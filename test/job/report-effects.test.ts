// What a delivery and its report leave behind: counters, due times, history.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Job, JobError } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import {
  AT,
  CURRENT,
  DAY,
  HOLDER,
  jobAfter,
  LAST_ERROR,
  NOW,
  OTHER,
  RETENTION,
  recordOf,
  SAMPLES,
  SECOND,
  wordOf,
} from "./samples.ts";

const held = { by: HOLDER, attempt: CURRENT };
const error: JobError = { class: "Oops", message: "it broke", stack: "at x" };
const ended = { attempt: CURRENT, worker: HOLDER, endedAt: NOW, startedAt: NOW - SECOND };

function after(job: Job, move: Move, now = NOW): Job {
  return jobAfter(decide(job, move, { ...AT, now }));
}

function counters({ attempt, failures, losses }: Job): number[] {
  return [attempt, failures, losses];
}

describe("reserve", () => {
  const reserve = { move: "reserve", by: OTHER, stream: false } as const;

  test("counts a delivery and gives the job to the worker for its reservation time", () => {
    const job = after(SAMPLES.released, reserve);

    assert.deepEqual(job.state, {
      is: "reserved",
      by: OTHER,
      since: NOW,
      until: NOW + 60 * SECOND,
      stream: false,
    });
    assert.deepEqual(counters(job), [CURRENT + 1, 1, 0]);
  });

  test("a worker may ask for less than the job's reservation time, not for more", () => {
    for (const [asked, given] of [
      [10 * SECOND, 10 * SECOND],
      [90 * SECOND, 60 * SECOND],
    ]) {
      const { state } = after(SAMPLES.fresh, { ...reserve, reservationMs: asked ?? 0 });
      assert.equal(state.is === "reserved" && state.until, NOW + (given ?? 0));
    }
  });

  test("a job whose start_by has come dies instead of starting", () => {
    const late = { ...SAMPLES.fresh, startBy: NOW };

    assert.deepEqual(after(late, reserve).state, {
      is: "dead",
      finishedAt: NOW,
      reason: "not_started_in_time",
    });
    assert.equal(after({ ...late, startBy: NOW + 1 }, reserve).state.is, "reserved");
  });

  test("start_by counts until the first start alone", () => {
    assert.equal(after({ ...SAMPLES.released, startBy: NOW - DAY }, reserve).state.is, "reserved");
  });
});

describe("a success", () => {
  test("keeps who reported it and the result", () => {
    const result = { kind: "json", bytes: Buffer.from("42") } as const;

    const { state } = after(SAMPLES.backedOff, { move: "succeed", by: OTHER, attempt: 1, result });

    assert.deepEqual(state, { is: "succeeded", finishedAt: NOW, by: OTHER, result });
  });

  test("knows when its attempt began while that is the one that is held, and by no other report", () => {
    const startedAt = NOW - SECOND;
    const cases: readonly [Job, Move, number | undefined][] = [
      [SAMPLES.reserved, { move: "succeed", ...held }, startedAt],
      [SAMPLES.gone, { move: "succeed", ...held }, startedAt],
      [SAMPLES.inTransit, { move: "deliver", ...held }, startedAt],
      [SAMPLES.reserved, { move: "succeed", by: OTHER, attempt: 1 }, undefined],
      [SAMPLES.reserved, { move: "succeed" }, undefined],
      [SAMPLES.backedOff, { move: "succeed", ...held }, undefined],
      [SAMPLES.released, { move: "succeed", ...held }, undefined],
    ];
    for (const [job, move, began] of cases) {
      const { state } = after(job, move);
      assert.equal(state.is === "succeeded" && state.startedAt, began);
    }
  });

  test("keeps the last error: it is what went wrong before", () => {
    assert.deepEqual(after(SAMPLES.reserved, { move: "succeed", ...held }).lastError, LAST_ERROR);
  });

  test("is forgotten at once where succeeded jobs are not kept", () => {
    const at = { ...AT, retention: { ...RETENTION, succeeded: 0 } };
    assert.equal(wordOf(decide(SAMPLES.reserved, { move: "succeed", ...held }, at)), "forgotten");
  });
});

describe("a failure", () => {
  test("counts, waits by backoff, and is kept with its error", () => {
    const decision = decide(SAMPLES.reserved, { move: "fail", ...held, error }, AT);

    const job = jobAfter(decision);
    assert.deepEqual(job.state, { is: "scheduled", since: NOW, dueAt: NOW + 7 * SECOND });
    assert.deepEqual(counters(job), [CURRENT, 2, 0]);
    assert.deepEqual(recordOf(decision), { ...ended, outcome: "failed", error });
  });

  test("leaves its class and its first line with the job, or words for want of words", () => {
    const cases: readonly [JobError | undefined, string, string][] = [
      [{ ...error, message: "\n it broke \nat once" }, "Oops", "it broke"],
      [{ ...error, class: "" }, "", "it broke"],
      [{ ...error, message: "" }, "Oops", ""],
      [{ ...error, class: "", message: " \n" }, "", "failed without an error"],
      [undefined, "", "failed without an error"],
    ];
    for (const [said, name, line] of cases) {
      const { lastError } = after(SAMPLES.reserved, { move: "fail", ...held, ...(said && { error: said }) });
      assert.deepEqual([lastError?.class, lastError?.line], [name, line]);
    }
  });

  test("takes how far it had come into its record", () => {
    const progress = { fraction: 0.5, text: "half" };
    const decision = decide({ ...SAMPLES.reserved, progress }, { move: "fail", ...held, error }, AT);
    assert.deepEqual(recordOf(decision), { ...ended, outcome: "failed", error, progress });
  });

  test("waits as long as the worker says, even no time at all", () => {
    for (const retryAfterMs of [0, 1, DAY]) {
      const { state } = after(SAMPLES.reserved, { move: "fail", ...held, retryAfterMs });
      assert.deepEqual(state, { is: "scheduled", since: NOW, dueAt: NOW + retryAfterMs });
    }
  });

  test("backs off by the failures before it, counted from 0", () => {
    const backoff = { by: "delays", delaysMs: [1, 20, 300] } as const;
    for (const [failures, delayMs] of [
      [0, 1],
      [1, 20],
      [2, 300],
    ]) {
      const job = { ...SAMPLES.reserved, failures: failures ?? 0, retry: { maxRetries: 9, backoff } };
      assert.deepEqual(after(job, { move: "fail", ...held }).state, {
        is: "scheduled",
        since: NOW,
        dueAt: NOW + (delayMs ?? 0),
      });
    }
  });

  test("kills the job when its retries are used up, not before", () => {
    const failures = SAMPLES.reserved.retry.maxRetries;
    const retryAfterMs = 5;

    const last = after({ ...SAMPLES.reserved, failures }, { move: "fail", ...held, retryAfterMs });
    const before = after({ ...SAMPLES.reserved, failures: failures - 1 }, { move: "fail", ...held });

    assert.deepEqual(last.state, { is: "dead", finishedAt: NOW, reason: "retries_used_up" });
    assert.equal(last.failures, failures + 1);
    assert.equal(before.state.is, "scheduled");
  });

  test("kills a job without retries the first time", () => {
    const job = { ...SAMPLES.reserved, failures: 0, retry: { ...SAMPLES.reserved.retry, maxRetries: 0 } };
    assert.equal(after(job, { move: "fail", ...held }).state.is, "dead");
  });

  test("that the worker calls final kills the job at once, and is counted and kept", () => {
    const decision = decide(SAMPLES.reserved, { move: "fail", ...held, final: true, error }, AT);

    assert.deepEqual(jobAfter(decision).state, { is: "dead", finishedAt: NOW, reason: "final_failure" });
    assert.equal(jobAfter(decision).failures, 2);
    assert.deepEqual(recordOf(decision), { ...ended, outcome: "failed", error });
  });

  test("of an older attempt moves nothing and is kept as late", () => {
    for (const standing of [
      "reserved",
      "gone",
      "backedOff",
      "released",
      "succeeded",
      "dead",
      "cancelled",
    ] as const) {
      const decision = decide(SAMPLES[standing], { move: "fail", by: OTHER, attempt: 1, error }, AT);

      const late = { attempt: 1, worker: OTHER, outcome: "late_failure", endedAt: NOW, error };
      assert.ok("refused" in decision, standing);
      assert.deepEqual(recordOf(decision), late);
    }
  });

  test("is not kept when there never was such an attempt, or another worker holds it", () => {
    for (const bad of [
      { by: HOLDER, attempt: 9 },
      { by: HOLDER, attempt: 0 },
      { by: OTHER, attempt: CURRENT },
    ]) {
      assert.equal(recordOf(decide(SAMPLES.reserved, { move: "fail", ...bad, error }, AT)), undefined);
    }
  });
});

describe("an expired reservation", () => {
  test("is a failure, with backoff", () => {
    const now = NOW + 60 * SECOND;
    const decision = decide(SAMPLES.reserved, { move: "wake" }, { ...AT, now });

    assert.deepEqual(jobAfter(decision).state, {
      is: "scheduled",
      since: now,
      dueAt: now + 7 * SECOND,
    });
    assert.deepEqual(counters(jobAfter(decision)), [CURRENT, 2, 0]);
    assert.deepEqual(recordOf(decision), { ...ended, outcome: "expired", endedAt: now });
  });

  test("kills the job when its retries are used up", () => {
    const { state } = after({ ...SAMPLES.reserved, failures: 3 }, { move: "wake" }, NOW + 60 * SECOND);
    assert.deepEqual(state, { is: "dead", finishedAt: NOW + 60 * SECOND, reason: "retries_used_up" });
  });
});
