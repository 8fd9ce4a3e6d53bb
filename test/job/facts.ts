// What a job says of itself is true in every life: since when it is where it is, when its attempt began, how far that has
// come, what went wrong last, and where it counts. Promises like those of promises.ts, and among them.
import assert from "node:assert/strict";
import type { Job } from "../../src/job/job.ts";
import { isRefused } from "../../src/job/move.ts";
import { sinceOf, standingOf, troubleOf } from "../../src/job/standing.ts";
import type { Rules, Step } from "./life.ts";

/** Called for each step of a life, in order; made anew for each life. */
export type Check = (step: Step, rules: Rules) => void;

/** Changed, and still there. */
function isKept({ decision }: Step): boolean {
  return !isRefused(decision) && !decision.forget;
}

export const FACTS = {
  "a job knows since when it is in its state": () => (step) => {
    const { before, after, at } = step;
    if (!isKept(step)) return;

    const stays = before.state.is === after.state.is;
    assert.equal(
      sinceOf(after),
      stays ? sinceOf(before) : at.now,
      `${step.move.move} made it ${after.state.is}`,
    );
  },

  "a success knows when its attempt began, or says nothing":
    () =>
    ({ before, move, after, decision }) => {
      if (isRefused(decision) || after.state.is !== "succeeded" || before.state.is === "succeeded") return;
      const held = before.state.is === "reserved" ? before.state.since : undefined;
      const isCurrent = move.move !== "succeed" || move.attempt === before.attempt;
      assert.equal(after.state.startedAt, isCurrent ? held : undefined);
    },

  "progress is that of the current attempt, and goes into its record": () => {
    let told: unknown;
    return ({ before, move, decision, after }) => {
      if (isRefused(decision)) return;
      if (decision.record) assert.deepEqual(decision.record.progress, before.progress);
      if (after.attempt > before.attempt || move.move === "retry") told = undefined;
      if (move.move === "extend" && move.progress) told = move.progress;
      assert.deepEqual(after.progress, told, move.move);
    };
  },

  "the last error is that of the last failure, expiry or death, until a retry": () => (step) => {
    const { before, move, decision, after } = step;
    if (isRefused(decision)) return;
    if (move.move === "retry") return assert.equal(after.lastError, undefined);

    const expected = errorOf(step);
    if (expected === undefined) return assert.deepEqual(after.lastError, before.lastError, move.move);
    assert.deepEqual([after.lastError?.class, after.lastError?.line], expected);
  },

  "dead jobs, and those that wait after a failure, are in a group, and no others":
    () =>
    ({ after }) => {
      const isRetrying = after.state.is === "scheduled" && after.failures > 0;
      assert.equal(standingOf(after), isRetrying ? "retrying" : after.state.is);
      const trouble = after.state.is === "dead" ? "dead" : isRetrying ? "retrying" : undefined;
      assert.equal(troubleOf(after), trouble, after.state.is);
    },
} satisfies Record<string, () => Check>;

const DEATHS: Readonly<Record<string, string>> = {
  workers_lost: "too many workers lost",
  not_started_in_time: "not started in time",
  damaged: "payload damaged",
};

/** The class and the line of the error that this step makes the last one. */
function errorOf({ before, move, after }: Step): readonly [string, string] | undefined {
  const death = died(before, after) && after.state.is === "dead" ? DEATHS[after.state.reason] : undefined;
  if (death !== undefined) return ["", death];
  if (after.failures === before.failures) return undefined;
  if (move.move !== "fail") return ["", "reservation expired"];

  const { class: name, message } = move.error ?? { class: "", message: "" };
  return [name, message.trim() || "failed without an error"];
}

function died(before: Job, after: Job): boolean {
  return after.state.is === "dead" && before.state.is !== "dead";
}
