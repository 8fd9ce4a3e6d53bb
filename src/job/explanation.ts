// Why is this job not running? The question that is asked most of every job server, answered in one word and one
// sentence.
import { isFinished, type Job, type Reserved } from "./job.ts";
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
    return { situation: "finished", sentence: finishedSentence(job), at: state.finishedAt };
  }
  switch (state.is) {
    case "scheduled":
      return {
        situation: "not_due",
        sentence: notDueSentence(job, state.dueAt - around.now),
        at: state.dueAt,
      };
    case "reserved":
      return explainReserved(job, state, around.now);
    case "ready":
      return explainReady(job, around);
  }
}

function finishedSentence({ state, attempt, lastError }: Job): string {
  const attempts = attempt === 1 ? "1 attempt" : `${attempt} attempts`;
  switch (state.is) {
    case "succeeded":
      return `It has succeeded, after ${attempts}.`;
    case "dead": {
      const last = [lastError?.class, lastError?.line].filter(Boolean).join(": ");
      return `It is dead after ${attempts}, ${state.reason.replaceAll("_", " ")}${last && ` (${last})`}.`;
    }
    case "cancelled":
      return state.replacedBy
        ? `It is cancelled: ${state.replacedBy} took its place by their unique key.`
        : "It is cancelled.";
    default:
      return "";
  }
}

function notDueSentence({ failures, lastError }: Job, leftMs: number): string {
  const due = leftMs > 0 ? `it is due in ${spanText(leftMs)}` : "it is due now";
  if (failures === 0) return `${due.replace(/^i/, "I")}.`;

  const last = [lastError?.class, lastError?.line].filter(Boolean).join(": ");
  const times = failures === 1 ? "once" : `${failures} times`;
  return `It has failed ${times}${last && ` (${last})`} and waits for its next attempt: ${due}.`;
}

function explainReserved(job: Job, { by, since, until, goneUntil }: Reserved, now: number): Explanation {
  const attempt = `attempt ${job.attempt}, for ${spanText(now - since)}`;
  if (goneUntil !== undefined) {
    const sentence = `Worker ${by} holds it (${attempt}) and has lost its connection; it has ${spanText(goneUntil - now)} to come back.`;
    return { situation: "worker_away", sentence, at: goneUntil };
  }
  return {
    situation: "running",
    sentence: `It is running: worker ${by} holds it (${attempt}), its reservation ends in ${spanText(until - now)}.`,
    at: until,
  };
}

function explainReady({ name }: Job, around: Surroundings): Explanation {
  const { pausedSince, isStopping, workers, capacity, held, hasRoom, ahead, now } = around;
  if (pausedSince !== undefined) {
    const sentence = `The queue ${name} has been paused for ${spanText(now - pausedSince)}.`;
    return { situation: "paused", sentence, at: pausedSince };
  }
  if (isStopping) return { situation: "stopping", sentence: "The server is stopping and hands out no jobs." };
  if (workers === 0) return { situation: "no_worker", sentence: `No connected worker offers ${name}.` };
  if (!hasRoom) {
    const who = workers === 1 ? "The one worker that offers" : `All ${workers} workers that offer`;
    const are = workers === 1 ? "is" : "are";
    const sentence = `${who} ${name} ${are} full (${held} of ${capacity}), and ${aheadText(ahead)} before it.`;
    return { situation: "workers_full", sentence };
  }
  return { situation: "in_line", sentence: `It is about to be handed out: ${aheadText(ahead)} before it.` };
}

function aheadText(ahead: number): string {
  if (ahead >= LIMITS.aheadMax) return `${LIMITS.aheadMax} or more jobs go`;

  return ahead === 1 ? "1 job goes" : `${ahead || "no"} jobs go`;
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
