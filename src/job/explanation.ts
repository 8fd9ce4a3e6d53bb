// Why is this job not running? The question that is asked most of every job server, answered in one word and one
// sentence.
import { startLimit } from "./deadline.ts";
import {
  type DeathReason,
  type FinishedState,
  isFinished,
  isFireAndForget,
  type Job,
  type Reserved,
} from "./job.ts";
import { LIMITS } from "./limits.ts";

/** What the answer may depend on besides the job. */
export interface Surroundings {
  readonly now: number;
  /** Since when its queue is paused. */
  readonly pausedSince?: number;
  /** The server hands out no jobs. */
  readonly isStopping: boolean;
  /** Connected workers that offer its name. */
  readonly workers: number;
  /** How many jobs they can hold, and hold. */
  readonly capacity: number;
  readonly held: number;
  /** Whether one of them could be given a job now. */
  readonly hasRoom: boolean;
  /** Ready jobs of its name that go before it, counted up to a bound. */
  readonly ahead: number;
}

export type Situation =
  | "not_due"
  | "paused"
  | "no_worker"
  | "workers_full"
  | "in_line"
  | "running"
  | "worker_away"
  | "finished"
  | "stopping";

export interface Explanation {
  readonly situation: Situation;
  readonly sentence: string;
  /** The instant in the sentence, if there is one. */
  readonly at?: number;
}

export function explain(job: Job, around: Surroundings): Explanation {
  const { state } = job;
  if (isFinished(state)) {
    return { situation: "finished", sentence: finishedSentence(job, state), at: state.finishedAt };
  }
  switch (state.is) {
    case "scheduled":
      return {
        situation: "not_due",
        sentence: notDueSentence(job, state.dueAt, around.now),
        at: state.dueAt,
      };
    case "reserved":
      return explainReserved(job, state, around.now);
    case "ready":
      return explainReady(job, around);
  }
}

function finishedSentence(job: Job, state: FinishedState): string {
  const after = job.attempt === 0 ? "" : ` after ${countText(job.attempt, "attempt")}`;
  switch (state.is) {
    case "succeeded":
      return isFireAndForget(job) ? "It has succeeded by being delivered." : `It has succeeded${after}.`;
    case "dead":
      return `It is dead${after}: ${DEATHS[state.reason](errorText(job))}.`;
    case "cancelled":
      return state.replacedBy
        ? `It is cancelled: job ${state.replacedBy}, of the same unique key, took its place.`
        : "It is cancelled.";
  }
}

const DEATHS: Readonly<Record<DeathReason, (error: string) => string>> = {
  retries_used_up: (error) => `its retries are used up${error}`,
  final_failure: (error) => `its worker called the failure final${error}`,
  workers_lost: () => `${LIMITS.lossesMax} workers vanished while they held it`,
  not_started_in_time: () => "no worker started it in time",
  damaged: () => "its stored payload is damaged",
};

/** " (TimeoutError: it took too long)", or nothing. */
function errorText({ lastError }: Job): string {
  const text = [lastError?.class, lastError?.line].filter(Boolean).join(": ");
  return text && ` (${text})`;
}

function notDueSentence(job: Job, dueAt: number, now: number): string {
  const due = dueAt - now < HALF_A_SECOND ? "it is due now" : `it is due in ${spanText(dueAt - now)}`;
  const limit = startLimit(job);
  if (limit !== undefined && limit <= dueAt) {
    return `Its start_by, in ${spanText(limit - now)}, comes before its due time, so no worker will be given it.`;
  }
  if (job.failures > 0) {
    return `It has failed ${timesText(job.failures)}${errorText(job)} and waits for its next attempt: ${due}.`;
  }
  if (job.losses > 0) {
    return `It has lost its worker ${timesText(job.losses)} and waits for its next attempt: ${due}.`;
  }
  return `${due.replace(/^i/, "I")}.`;
}

// What is shown in whole seconds is over when it would be shown as 0.
const HALF_A_SECOND = 500;

function explainReserved(job: Job, held: Reserved, now: number): Explanation {
  const { by, since, until, goneUntil } = held;
  const done = job.progress ? `, ${Math.round(job.progress.fraction * 100)} % done` : "";
  if (isFireAndForget(job)) {
    return { situation: "running", sentence: `It is on its way to worker ${by}.`, at: until };
  }
  const attempt = `(attempt ${job.attempt}${done})`;
  if (goneUntil === undefined) {
    const sentence = `It is running: worker ${by} has held it for ${spanText(now - since)} ${attempt}, and its reservation ends in ${spanText(until - now)}.`;
    return { situation: "running", sentence, at: until };
  }
  const at = Math.min(goneUntil, until);
  const sentence = `Worker ${by}, which holds it ${attempt}, has lost its connection and has ${spanText(at - now)} to come back.`;
  return { situation: "worker_away", sentence, at };
}

function explainReady({ name }: Job, around: Surroundings): Explanation {
  const { pausedSince, isStopping, workers, hasRoom, ahead, now } = around;
  if (pausedSince !== undefined) {
    const sentence = `Its queue, ${name}, has been paused for ${spanText(now - pausedSince)}.`;
    return { situation: "paused", sentence, at: pausedSince };
  }
  if (isStopping) return { situation: "stopping", sentence: "The server is stopping and hands out no jobs." };
  if (workers === 0) return { situation: "no_worker", sentence: `No connected worker offers ${name}.` };
  if (!hasRoom) {
    return { situation: "workers_full", sentence: `${fullText(name, around)}; ${aheadText(ahead)}.` };
  }
  return { situation: "in_line", sentence: `It is in line: ${aheadText(ahead)}.` };
}

function fullText(name: string, { workers, capacity, held }: Surroundings): string {
  const holds = `${held.toLocaleString("en-US")} of ${countText(capacity, "job")}`;
  if (workers === 1) return `The one worker that offers ${name} has no room (it holds ${holds})`;

  return `None of the ${countText(workers, "worker")} that offer ${name} has room (together they hold ${holds})`;
}

function aheadText(ahead: number): string {
  if (ahead === 0) return "it is the next of its name";
  if (ahead === 1) return "1 job of its name goes before it";

  const jobs = ahead.toLocaleString("en-US") + (ahead >= LIMITS.aheadMax ? " or more" : "");
  return `${jobs} jobs of its name go before it`;
}

function timesText(times: number): string {
  return times === 1 ? "once" : countText(times, "time");
}

/** "1 attempt", "1,000 attempts". */
function countText(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}

const UNITS = [
  ["day", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

/** Two units at most, such as "3 min 20 s"; nothing is shorter than "0 s". */
export function spanText(ms: number): string {
  let left = Math.max(0, Math.round(ms / 1_000) * 1_000);
  const words: string[] = [];
  for (const [unit, unitMs] of UNITS) {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    if (count > 0) words.push(`${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}`);
    if (words.length === 2 || (words.length === 1 && count === 0)) break;
  }
  return words.join(" ") || "0 s";
}
