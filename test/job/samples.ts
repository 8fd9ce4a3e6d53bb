// One job for each standing that the rules tell apart, so that a table of cases can name it by a word.
import { lastError } from "../../src/job/error-group.ts";
import type { AttemptRecord, Job, JobId, JobName, JobState, WorkerId } from "../../src/job/job.ts";
import type { Circumstances, Decision } from "../../src/job/move.ts";
import { isRefused } from "../../src/job/move.ts";

export const SECOND = 1_000;
export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 0, 1);
export const HOLDER = "holder" as WorkerId;
export const OTHER = "other" as WorkerId;
/** The attempt that every delivered sample is in, or was in last. */
export const CURRENT = 2;

export const RETENTION = { succeeded: DAY, cancelled: 2 * DAY, dead: 180 * DAY };
export const AT: Circumstances = { now: NOW, chance: 0.5, retention: RETENTION };

const RESERVED = {
  is: "reserved",
  by: HOLDER,
  since: NOW - SECOND,
  until: NOW + 60 * SECOND,
  stream: true,
} as const;

/** Of every sample that has failed. */
export const LAST_ERROR = lastError("samples", { class: "Oops", message: "it broke" });

export function sampleJob(state: JobState, facts: Partial<Job> = {}): Job {
  return {
    id: "sample" as JobId,
    name: "samples" as JobName,
    priority: 0,
    reservationMs: 60 * SECOND,
    retry: { maxRetries: 3, backoff: { by: "fixed", delayMs: 7 * SECOND } },
    labels: {},
    enqueuedAt: NOW - DAY,
    state,
    attempt: CURRENT,
    failures: 1,
    losses: 0,
    ...((facts.failures ?? 1) > 0 && { lastError: LAST_ERROR }),
    ...facts,
  };
}

const NEVER_DELIVERED = { attempt: 0, failures: 0 };
const waiting = { is: "scheduled", since: NOW - SECOND, dueAt: NOW + 30 * SECOND } as const;

/** `delayed` and `fresh` were never delivered; `backedOff` and `released` were, and wait again. */
export const SAMPLES = {
  delayed: sampleJob(waiting, NEVER_DELIVERED),
  backedOff: sampleJob(waiting),
  fresh: sampleJob({ is: "ready", since: NOW - SECOND }, NEVER_DELIVERED),
  released: sampleJob({ is: "ready", since: NOW - SECOND }),
  reserved: sampleJob(RESERVED),
  /** Its worker's stream is broken. */
  gone: sampleJob({ ...RESERVED, goneUntil: NOW + 10 * SECOND }),
  /** Fire and forget, on its way to the worker. */
  inTransit: sampleJob(RESERVED, { reservationMs: 0 }),
  succeeded: sampleJob({ is: "succeeded", finishedAt: NOW - SECOND, by: HOLDER }),
  dead: sampleJob({ is: "dead", finishedAt: NOW - SECOND, reason: "retries_used_up" }, { failures: 4 }),
  cancelled: sampleJob({ is: "cancelled", finishedAt: NOW - SECOND }),
} as const;

export type Standing = keyof typeof SAMPLES;
export const STANDINGS = Object.keys(SAMPLES) as Standing[];

/** The decision in one word: the state it leads to, "forgotten", or the refusal. One refusal is a state's word too. */
export function wordOf(decision: Decision): string {
  if (isRefused(decision)) return decision.refused === "reserved" ? "refused:reserved" : decision.refused;
  return decision.forget ? "forgotten" : decision.job.state.is;
}

/** The job after the move; a refusal is a failed test. */
export function jobAfter(decision: Decision): Job {
  if (isRefused(decision)) throw new Error(`refused: ${decision.refused}`);
  return decision.job;
}

export function recordOf(decision: Decision): AttemptRecord | undefined {
  return decision.record;
}
