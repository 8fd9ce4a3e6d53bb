// Rules with one mistake each. A property that does not catch its mutants proves nothing.
import { isFinished, type Job } from "../../src/job/job.ts";
import { isRefused } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import { FACT_MUTANTS } from "./fact-mutants.ts";
import { type Mutant, miscarried, mistaken } from "./mistakes.ts";

const isReserved = (job: Job) => job.state.is === "reserved";

const UNFINISHED =
  "an unfinished job is forgotten by nothing but a deletion, and by succeeding when its result is not kept";

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
        ? { state: { is: "ready", since: job.state.since } }
        : undefined,
    ),
  },
  {
    mistake: "fire-and-forget job delivered again",
    breaks: "a fire-and-forget job that has left is never handed out again",
    rules: miscarried((job, move) =>
      job.reservationMs === 0 && isReserved(job) && (move.move === "lose" || move.move === "disconnect")
        ? { state: { is: "ready", since: job.enqueuedAt } }
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
    breaks: "a finished job moves by nothing but a retry, a deletion and the end of its retention",
    rules: mistaken(({ state, ...job }, move, _, now) =>
      move.move === "cancel" && state.is === "dead"
        ? { job: { ...job, state: { is: "cancelled", finishedAt: now } } }
        : undefined,
    ),
  },
  {
    mistake: "prune takes an unfinished job",
    breaks: UNFINISHED,
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
        ? { state: { ...job.state, dueAt: job.state.dueAt + 0.5 } }
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
  {
    mistake: "keep_result counts for dead jobs too",
    breaks: UNFINISHED,
    rules: mistaken((job, _, right) =>
      !isRefused(right) && right.job.state.is === "dead" && !isFinished(job.state) && job.keepResultMs === 0
        ? { ...right, forget: true }
        : undefined,
    ),
  },
  {
    mistake: "delete takes a job from under its worker",
    breaks: "what a worker holds is neither deleted nor replaced",
    rules: mistaken((job, move) => (move.move === "delete" ? { job, forget: true } : undefined)),
  },
  {
    mistake: "a job that runs makes way for one of the same key",
    breaks: "what a worker holds is neither deleted nor replaced",
    rules: (job, move, at) => decide(job, move.move === "cancel" ? { move: "cancel" } : move, at),
  },
  {
    mistake: "a retry is spread over twice the time",
    breaks: "a retry waits for nothing, or some of the time that it is spread over",
    rules: (job, move, at) =>
      decide(
        job,
        move.move === "retry" && move.spreadMs ? { ...move, spreadMs: move.spreadMs * 2 } : move,
        at,
      ),
  },
  {
    mistake: "a retry is not spread",
    breaks: "a retry waits for nothing, or some of the time that it is spread over",
    rules: (job, move, at) => decide(job, move.move === "retry" ? { move: "retry" } : move, at),
  },
  {
    mistake: "retry asks nobody for the key",
    breaks: "no retry brings a job back whose unique key is taken",
    rules: (job, move, { keyHeldBy: _, ...at }) => decide(job, move, at),
  },
  ...FACT_MUTANTS,
];
