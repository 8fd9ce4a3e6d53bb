// What every life of a job keeps, as checks of one step that throw when it is broken. They are stated from
// docs/lifecycle.md, not from src/job.
import assert from "node:assert/strict";
import { deadlineOf } from "../../src/job/deadline.ts";
import type { Job } from "../../src/job/job.ts";
import { isRefused } from "../../src/job/move.ts";
import { type Check, FACTS } from "./facts.ts";
import type { Step } from "./life.ts";
import { RETENTION } from "./samples.ts";

const FINISHED = new Set(["succeeded", "dead", "cancelled"]);

function isOver(job: Job): boolean {
  return FINISHED.has(job.state.is);
}

function forgets({ decision }: Step): boolean {
  return !isRefused(decision) && decision.forget === true;
}

export const PROMISES = {
  "a finished job moves by nothing but a retry, a deletion and the end of its retention": () => (step) => {
    if (!isOver(step.before) || isRefused(step.decision)) return;
    const { is } = step.before.state;
    if (step.move.move === "retry") return assert.notEqual(is, "succeeded");

    assert.ok(step.move.move === "wake" || step.move.move === "delete", step.move.move);
    assert.ok(forgets(step));
  },

  "an unfinished job is forgotten by nothing but a deletion, and by succeeding when its result is not kept":
    () => (step) => {
      const { before, move, after } = step;
      if (!forgets(step) || isOver(before)) return;
      const isUnkept = after.state.is === "succeeded" && after.keepResultMs === 0;
      assert.ok(move.move === "delete" || isUnkept, `${before.state.is} job was forgotten by ${move.move}`);
    },

  "what a worker holds is neither deleted nor replaced":
    () =>
    ({ before, move, decision }) => {
      if (before.state.is !== "reserved") return;
      if (move.move === "delete" || (move.move === "cancel" && move.replacedBy !== undefined))
        assert.ok(isRefused(decision), move.move);
    },

  "a retry waits for nothing, or some of the time that it is spread over":
    () =>
    ({ move, at, after, decision }) => {
      if (move.move !== "retry" || isRefused(decision)) return;
      const { spreadMs } = move;
      if (spreadMs === undefined) return assert.equal(after.state.is, "ready");

      assert.ok(after.state.is === "scheduled");
      assert.ok(after.state.dueAt >= at.now && after.state.dueAt < at.now + spreadMs);
    },

  "no retry brings a job back whose unique key is taken":
    () =>
    ({ move, at, decision }) => {
      if (move.move === "retry" && at.keyHeldBy !== undefined) assert.ok(isRefused(decision));
    },

  "a job has at most one deadline, a whole number, and is asleep before it": () => (step, rules) => {
    const deadline = deadlineOf(step.after, RETENTION);
    if (deadline === undefined) return assert.equal(step.after.state.is, "ready");

    assert.ok(Number.isSafeInteger(deadline), `${deadline}`);
    const early = rules(step.after, { move: "wake" }, { now: deadline - 1, chance: 0, retention: RETENTION });
    assert.ok(isRefused(early));
  },

  "waking a job at its deadline settles it within three wakes": () => (step, rules) => {
    let job = step.after;
    const now = deadlineOf(job, RETENTION);
    for (let wakes = 0; now !== undefined && wakes < 4; wakes++) {
      assert.ok(wakes < 3, `${job.state.is} job is due for ever`);
      const decision = rules(job, { move: "wake" }, { now, chance: 0, retention: RETENTION });
      assert.ok(!isRefused(decision), `${job.state.is} job refuses to wake at its deadline`);
      job = decision.job;
      if (decision.forget || (deadlineOf(job, RETENTION) ?? Number.POSITIVE_INFINITY) > now) return;
    }
  },

  "the attempt grows by one with each reservation, and by nothing else": () => (step) => {
    const reserved =
      step.move.move === "reserve" && step.after.state.is === "reserved" && !isRefused(step.decision);
    assert.equal(step.after.attempt, step.before.attempt + (reserved ? 1 : 0));
  },

  "failures never exceed the retries, and the failure after them kills":
    () =>
    ({ after }) => {
      assert.ok(after.failures <= after.retry.maxRetries + 1);
      if (!isOver(after))
        assert.ok(after.failures <= after.retry.maxRetries, `${after.failures} failures and alive`);
    },

  "losses never exceed their bound, and the loss that reaches it kills":
    () =>
    ({ after }) => {
      assert.ok(after.losses <= 5);
      if (!isOver(after)) assert.ok(after.losses < 5, `${after.losses} losses and alive`);
    },

  "only a failed report and an expired reservation are failures":
    () =>
    ({ before, move, after }) => {
      const counts = after.failures - before.failures;
      if (move.move === "retry") return;
      assert.ok(counts === 0 || counts === 1);
      if (counts === 1) assert.ok(move.move === "fail" || move.move === "wake", move.move);
      if (counts === 1 && move.move === "wake")
        assert.equal(gone(before), false, "a lost worker was counted as a failure");
    },

  "only a vanished worker is a loss":
    () =>
    ({ before, move, after }) => {
      if (after.losses <= before.losses) return;
      assert.ok(move.move === "lose" || (move.move === "wake" && gone(before)), move.move);
    },

  "the first report of success wins: any delivery's, and none after it": () => {
    let accepted: unknown;
    return (step) => {
      const { before, move, after } = step;
      if (accepted !== undefined) assert.deepEqual(after.state, accepted);
      if (move.move !== "succeed" || isOver(before) || before.reservationMs === 0) return;
      const attempt = move.attempt ?? 0;
      const delivered = before.attempt > 0 && attempt <= before.attempt;
      const { state } = before;
      const forged = state.is === "reserved" && attempt === before.attempt && move.by !== state.by;
      assert.equal(
        !isRefused(step.decision),
        delivered && !forged,
        `success of ${attempt} of ${before.attempt}`,
      );
      if (delivered && !forged) accepted = after.state;
    };
  },

  "a stale failure never moves the job":
    () =>
    ({ before, move, after }) => {
      if (move.move !== "fail" || (move.attempt === before.attempt && before.state.is === "reserved")) return;
      assert.deepEqual(after, before);
    },

  "a failure waits: by what the worker says, else by its backoff":
    () =>
    ({ before, move, at: { now }, after }) => {
      if (after.failures !== before.failures + 1 || isOver(after)) return;
      assert.ok(after.state.is === "scheduled");
      const asked = move.move === "fail" ? move.retryAfterMs : undefined;
      const least = asked ?? shortestBackoffMs(before);
      assert.ok(after.state.dueAt >= now + least, `due ${after.state.dueAt - now} ms later, wanted ${least}`);
    },

  "a fire-and-forget job that has left is never handed out again":
    () =>
    ({ before, move, after }) => {
      const left = before.reservationMs === 0 && before.state.is === "reserved";
      if (!left || after.state.is === "reserved") return;
      assert.ok(isOver(after) || move.move === "undeliver", `${move.move} made it ${after.state.is}`);
    },

  "a cancelled job does not come back by itself":
    () =>
    ({ before, move, after, decision }) => {
      if (before.state.is === "cancelled" || (move.move === "cancel" && !isRefused(decision))) {
        if (move.move !== "retry") assert.ok(isOver(after), `${move.move} made it ${after.state.is}`);
      }
    },

  "every record that is kept says how an attempt ended that was delivered":
    () =>
    ({ before, decision }) => {
      if (!decision.record) return;
      const { attempt, outcome } = decision.record;
      assert.ok(attempt >= 1 && attempt <= before.attempt);
      assert.equal(outcome === "late_failure", isRefused(decision), outcome);
    },
  ...FACTS,
} satisfies Record<string, () => Check>;

export type Promised = keyof typeof PROMISES;

function gone({ state }: Job): boolean {
  return state.is === "reserved" && state.goneUntil !== undefined;
}

/** What the policy gives with the luckiest chance. */
function shortestBackoffMs({ retry, failures: n }: Job): number {
  const { backoff } = retry;
  switch (backoff.by) {
    case "default":
      return (n * n * n * n + 15) * 1_000;
    case "fixed":
      return backoff.delayMs;
    case "delays":
      return backoff.delaysMs[n] ?? backoff.delaysMs.at(-1) ?? 0;
    case "exponential":
      return Math.floor(
        Math.min(backoff.initialMs * backoff.factor ** n, backoff.maxMs) * (1 - backoff.jitter),
      );
  }
}
