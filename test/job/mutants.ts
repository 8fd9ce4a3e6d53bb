// Rules with one mistake each. A property that does not catch its mutants proves nothing.

import type { Job } from "../../src/job/job.ts";
import type { Change, Decision, Move } from "../../src/job/move.ts";
import { isRefused } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import type { Rules } from "./life.ts";
import type { Promised } from "./promises.ts";

/** The mistake, the promise that it breaks, and the rules that make it. */
export interface Mutant {
  readonly mistake: string;
  readonly breaks: Promised;
  readonly rules: Rules;
}

/** The rules, with another answer to some moves; undefined leaves the answer as it is. */
function mistaken(
  answer: (job: Job, move: Move, right: Decision, now: number) => Decision | undefined,
): Rules {
  return (job, move, at) => {
    const right = decide(job, move, at);
    return answer(job, move, right, at.now) ?? right;
  };
}

/** The same for what was changed alone. */
function miscarried(answer: (before: Job, move: Move, change: Change) => Partial<Job> | undefined): Rules {
  return mistaken((job, move, right) => {
    if (isRefused(right)) return undefined;
    const wrong = answer(job, move, right);
    return wrong && { ...right, job: { ...right.job, ...wrong } };
  });
}

const isReserved = (job: Job) => job.state.is === "reserved";

export const MUTANTS: readonly Mutant[] = [
  {
    mistake: "a second success replaces the first",
    breaks: "the first report of success wins: any delivery's, and none after it",
    rules: mistaken(({ state, ...job }, move, _, now) =>
      move.move === "succeed" && state.is === "succeeded" && move.result
        ? { job: { ...job, state: { is: "succeeded", finishedAt: now, result: move.result } } }
        : undefined,
    ),
  },
  {
    mistake: "success of an older attempt refused",
    breaks: "the first report of success wins: any delivery's, and none after it",
    rules: mistaken((job, move) =>
      move.move === "succeed" && (move.attempt ?? 0) < job.attempt ? { refused: "stale_attempt" } : undefined,
    ),
  },
  {
    mistake: "success of a job that waits again refused",
    breaks: "the first report of success wins: any delivery's, and none after it",
    rules: mistaken((job, move) =>
      move.move === "succeed" && job.state.is === "scheduled" ? { refused: "stale_attempt" } : undefined,
    ),
  },
  {
    mistake: "stale failure moves the job",
    breaks: "a stale failure never moves the job",
    rules: (job, move, at) => {
      if (move.move !== "fail" || job.state.is !== "reserved") return decide(job, move, at);
      return decide(job, { ...move, attempt: job.attempt, by: job.state.by }, at);
    },
  },
  {
    mistake: "attempt not raised on redelivery",
    breaks: "the attempt grows by one with each reservation, and by nothing else",
    rules: miscarried(({ attempt }, move) =>
      move.move === "reserve" && attempt > 0 ? { attempt } : undefined,
    ),
  },
  {
    mistake: "attempt begins anew with a retry",
    breaks: "the attempt grows by one with each reservation, and by nothing else",
    rules: miscarried((_, move) => (move.move === "retry" ? { attempt: 0 } : undefined)),
  },
  {
    mistake: "one retry too many",
    breaks: "failures never exceed the retries, and the failure after them kills",
    rules: (job, move, at) => {
      const { retry } = job;
      const decision = decide({ ...job, retry: { ...retry, maxRetries: retry.maxRetries + 1 } }, move, at);
      return isRefused(decision) ? decision : { ...decision, job: { ...decision.job, retry } };
    },
  },
  {
    mistake: "losses_max ignored",
    breaks: "losses never exceed their bound, and the loss that reaches it kills",
    rules: (job, move, at) => {
      const decision = decide({ ...job, losses: 0 }, move, at);
      if (isRefused(decision) || move.move === "retry") return decision;
      return { ...decision, job: { ...decision.job, losses: job.losses + decision.job.losses } };
    },
  },
  {
    mistake: "release counted as a failure",
    breaks: "only a failed report and an expired reservation are failures",
    rules: miscarried(({ failures }, move) =>
      move.move === "release" ? { failures: failures + 1 } : undefined,
    ),
  },
  {
    mistake: "loss counted as a failure",
    breaks: "only a failed report and an expired reservation are failures",
    rules: miscarried(({ losses, failures }, _, { job }) =>
      job.losses > losses ? { failures: failures + 1 } : undefined,
    ),
  },
  {
    mistake: "expiry counted as a loss",
    breaks: "only a vanished worker is a loss",
    rules: miscarried(({ failures, losses }, move, { job }) =>
      move.move === "wake" && job.failures > failures ? { losses: losses + 1 } : undefined,
    ),
  },
  {
    mistake: "expire without backoff",
    breaks: "a failure waits: by what the worker says, else by its backoff",
    rules: miscarried((before, move, { job }) =>
      move.move === "wake" &&
      isReserved(before) &&
      job.failures > before.failures &&
      job.state.is === "scheduled"
        ? { state: { is: "ready" } }
        : undefined,
    ),
  },
  {
    mistake: "fire-and-forget job delivered again",
    breaks: "a fire-and-forget job that has left is never handed out again",
    rules: miscarried((job, move) =>
      job.reservationMs === 0 && isReserved(job) && (move.move === "lose" || move.move === "disconnect")
        ? { state: { is: "ready" } }
        : undefined,
    ),
  },
  {
    mistake: "cancel leaves the scheduled retry alive",
    breaks: "a cancelled job does not come back by itself",
    rules: miscarried(({ state, attempt }, move) =>
      move.move === "cancel" && state.is === "scheduled" && attempt > 0 ? { state } : undefined,
    ),
  },
  {
    mistake: "cancel of a finished job accepted",
    breaks: "a finished job moves by nothing but a retry and the end of its retention",
    rules: mistaken(({ state, ...job }, move, _, now) =>
      move.move === "cancel" && state.is === "dead"
        ? { job: { ...job, state: { is: "cancelled", finishedAt: now } } }
        : undefined,
    ),
  },
  {
    mistake: "prune takes an unfinished job",
    breaks: "an unfinished job is never forgotten",
    rules: mistaken((job, move, right) =>
      move.move === "wake" && isReserved(job) && !isRefused(right) ? { ...right, forget: true } : undefined,
    ),
  },
  {
    mistake: "a broken stream leaves two deadlines, of which the later is kept",
    breaks: "waking a job at its deadline settles it within three wakes",
    rules: mistaken((job, move, _, now) =>
      move.move === "wake" && job.state.is === "reserved" && now < job.state.until
        ? { refused: "not_due" }
        : undefined,
    ),
  },
  {
    mistake: "a wake fires before its time",
    breaks: "a job has at most one deadline, a whole number, and is asleep before it",
    rules: (job, move, at) => decide(job, move, move.move === "wake" ? { ...at, now: at.now + 1 } : at),
  },
  {
    mistake: "a backoff of fractions of a millisecond",
    breaks: "a job has at most one deadline, a whole number, and is asleep before it",
    rules: miscarried((_, move, { job }) =>
      move.move === "fail" && job.state.is === "scheduled"
        ? { state: { is: "scheduled", dueAt: job.state.dueAt + 0.5 } }
        : undefined,
    ),
  },
  {
    mistake: "a late failure kept under a number that never was",
    breaks: "every record that is kept says how an attempt ended that was delivered",
    rules: mistaken((_, __, right) =>
      right.record
        ? { ...right, record: { ...right.record, attempt: right.record.attempt + 1_000 } }
        : undefined,
    ),
  },
];
