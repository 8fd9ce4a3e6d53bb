// A random life of one job: deliveries, reports from any worker about any attempt, broken streams, an unsteady clock,
// and the keeper waking it. What a life has to keep is said in properties.test.ts.
import fc from "fast-check";
import { deadlineOf } from "../../src/job/deadline.ts";
import {
  type Backoff,
  isFinished,
  type Job,
  type JobError,
  type JobId,
  type JobName,
  type Payload,
  type Progress,
  type WorkerId,
} from "../../src/job/job.ts";
import type { Circumstances, Decision, Move } from "../../src/job/move.ts";
import { isRefused } from "../../src/job/move.ts";
import { NOW, RETENTION, SECOND } from "./samples.ts";

/** The rules, or a mutant of them. */
export type Rules = (job: Job, move: Move, at: Circumstances) => Decision;

/** One move of a life, with what was known before and what was decided. */
export interface Step {
  readonly before: Job;
  readonly move: Move;
  readonly at: Circumstances;
  readonly decision: Decision;
  /** As it stands after the decision. */
  readonly after: Job;
}

/** What may happen next, before it is known which attempt the job is in. */
export interface Event {
  /** How far the clock moves first; negative is back. "deadline" is to the job's own. */
  readonly clock: number | "deadline";
  readonly what: Move["move"];
  readonly worker: WorkerId;
  /** How many attempts ago the one was that the move speaks of; -1 never was. */
  readonly attemptsAgo: number;
  readonly spanMs: number;
  readonly final: boolean;
  readonly chance: number;
  /** Tells the results of two successes apart. */
  readonly mark: number;
  /** What goes wrong; undefined when nobody says so. */
  readonly error: JobError | undefined;
  /** Another job has the key of this one. */
  readonly rival: boolean;
}

export const RIVAL = "rival" as JobId;

const WORKERS = ["w1", "w2", "w3"] as WorkerId[];

const clocks = fc.oneof(
  { weight: 3, arbitrary: fc.constant<0>(0) },
  { weight: 3, arbitrary: fc.constant<"deadline">("deadline") },
  { weight: 2, arbitrary: fc.integer({ min: -20 * SECOND, max: 90 * SECOND }) },
);

// A life must not end before something happened in it.
const whats = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom<Move["move"]>("reserve", "reserve", "wake", "lose") },
  { weight: 10, arbitrary: fc.constantFrom<Move["move"]>("fail", "run_now") },
  {
    weight: 16,
    arbitrary: fc.constantFrom<Move["move"]>(
      "deliver",
      "undeliver",
      "extend",
      "extend",
      "release",
      "disconnect",
      "reattach",
    ),
  },
  { weight: 4, arbitrary: fc.constantFrom<Move["move"]>("succeed", "retry") },
  { weight: 1, arbitrary: fc.constantFrom<Move["move"]>("cancel", "condemn", "delete") },
);

const errors = fc.constantFrom<(JobError | undefined)[]>(
  undefined,
  { class: "", message: "", stack: "" },
  { class: "Oops", message: "job 42 broke", stack: "" },
  { class: "TimeoutError", message: "\n  took 9 s\n", stack: "at x" },
);

export const events: fc.Arbitrary<Event[]> = fc.array(
  fc.record({
    clock: clocks,
    what: whats,
    worker: fc.constantFrom(...WORKERS),
    attemptsAgo: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 1, 2, -1),
    spanMs: fc.constantFrom(0, 1, SECOND, 30 * SECOND),
    final: fc.integer({ min: 0, max: 9 }).map((n) => n === 3),
    chance: fc.constantFrom(0, 0.5, 0.999),
    mark: fc.nat(255),
    error: errors,
    rival: fc.integer({ min: 0, max: 3 }).map((n) => n === 3),
  }),
  { minLength: 1, maxLength: 80, size: "max" },
);

const backoffs = fc.constantFrom<Backoff>(
  { by: "default" },
  { by: "fixed", delayMs: 0 },
  { by: "fixed", delayMs: 5 * SECOND },
  { by: "delays", delaysMs: [SECOND, 0, 9 * SECOND] },
  { by: "exponential", initialMs: 10, factor: 3, maxMs: 20 * SECOND, jitter: 0.5 },
);

export const newborns: fc.Arbitrary<Job> = fc
  .record({
    reservationMs: fc.constantFrom(0, SECOND, 60 * SECOND, 60 * SECOND, 60 * SECOND),
    maxRetries: fc.constantFrom(0, 1, 8, 30),
    backoff: backoffs,
    startBy: fc.option(fc.constantFrom(NOW, NOW + 20 * SECOND), { nil: undefined, freq: 8 }),
    // Some have lost workers already, or hardly any life would lose five.
    losses: fc.constantFrom(0, 0, 0, 3, 4),
    dueAt: fc.constantFrom(undefined, NOW + 1, NOW + 30 * SECOND),
    keepResultMs: fc.constantFrom(undefined, undefined, undefined, 40 * SECOND, 40 * SECOND, 0),
  })
  .map(({ reservationMs, maxRetries, backoff, startBy, losses, dueAt, keepResultMs }) => ({
    id: "life" as JobId,
    name: "lives" as JobName,
    priority: 0,
    reservationMs,
    retry: { maxRetries, backoff },
    labels: {},
    ...(startBy !== undefined && { startBy }),
    ...(keepResultMs !== undefined && { keepResultMs }),
    enqueuedAt: NOW,
    state: dueAt === undefined ? { is: "ready", since: NOW } : { is: "scheduled", since: NOW, dueAt },
    attempt: losses,
    failures: 0,
    losses,
  }));

/** Lives until the job is forgotten or the events end. */
export function* live(rules: Rules, newborn: Job, happening: readonly Event[]): Generator<Step> {
  let [job, now] = [newborn, NOW];
  for (const event of happening) {
    now = event.clock === "deadline" ? (deadlineOf(job, RETENTION) ?? now) : now + event.clock;
    const move = moveOf(event, job);
    const rivalry = event.rival && isFinished(job.state) ? { keyHeldBy: RIVAL } : undefined;
    const at = { now, chance: event.chance, retention: RETENTION, ...rivalry };
    const decision = rules(job, move, at);
    const after = isRefused(decision) ? job : decision.job;
    yield { before: job, move, at, decision, after };
    if (!isRefused(decision) && decision.forget) return;
    job = after;
  }
}

function moveOf(event: Event, job: Job): Move {
  const { spanMs, error } = event;
  // The end of retention ends the life too: mostly it is lived again.
  const what = event.what === "wake" && "finishedAt" in job.state && !event.final ? "retry" : event.what;
  const of = { by: holderOr(event, job), attempt: job.attempt - event.attemptsAgo };
  switch (what) {
    case "reserve":
      return { move: what, by: event.worker, stream: spanMs > 0 };
    case "succeed":
      return { move: what, ...of, result: mark(event.mark) };
    case "fail":
      return {
        ...{ move: what, ...of, final: event.final, ...(error && { error }) },
        ...(spanMs !== SECOND && { retryAfterMs: spanMs }),
      };
    case "extend":
      return { move: what, ...of, ...(spanMs > 0 && { reservationMs: spanMs }), ...progressOf(event) };
    case "retry":
      return { move: what, ...(spanMs > 1 && { spreadMs: spanMs }) };
    case "cancel":
      return { move: what, ...(event.mark % 2 > 0 && { replacedBy: RIVAL }) };
    case "disconnect":
      return { move: what, ...of, graceMs: 10 * SECOND };
    case "deliver":
    case "undeliver":
    case "release":
    case "reattach":
    case "lose":
      return { move: what, ...of };
    default:
      return { move: what };
  }
}

/** Mostly the worker that holds the job, or nearly all reports would be refused. */
function holderOr({ worker, mark: luck }: Event, { state }: Job): WorkerId {
  return state.is === "reserved" && luck % 8 > 0 ? state.by : worker;
}

function progressOf({ mark, rival }: Event): { readonly progress?: Progress } {
  return rival ? {} : { progress: { fraction: mark / 255, text: "on" } };
}

function mark(byte: number): Payload {
  return { kind: "data", bytes: Uint8Array.of(byte) };
}
