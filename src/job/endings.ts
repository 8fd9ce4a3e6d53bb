// Where moves lead: the states that more than one of them ends in, and the record of an attempt that ended.
import { keptMs } from "./deadline.ts";
import { lastError } from "./error-group.ts";
import type { AttemptRecord, DeathReason, FinishedState, Job, JobError, JobState, Reserved } from "./job.ts";
import type { Change, Circumstances } from "./move.ts";

export function ready(now: number): JobState {
  return { is: "ready", since: now };
}

export function scheduled(now: number, delayMs: number): JobState {
  return { is: "scheduled", since: now, dueAt: now + delayMs };
}

export function finish(job: Job, state: FinishedState, at: Circumstances): Change {
  const next = { ...job, state };
  return keptMs(next, state, at.retention) === 0 ? { job: next, forget: true } : { job: next };
}

export function die(job: Job, reason: DeathReason, at: Circumstances, record?: AttemptRecord): Change {
  const message = UNREPORTED[reason];
  const ended =
    message === undefined ? job : { ...job, lastError: lastError(job.name, { class: "", message }) };
  const change = finish(ended, { is: "dead", finishedAt: at.now, reason }, at);
  return record ? { ...change, record } : change;
}

/** What went wrong where no worker said so. */
const UNREPORTED: Readonly<Partial<Record<DeathReason, string>>> = {
  workers_lost: "too many workers lost",
  not_started_in_time: "not started in time",
  damaged: "payload damaged",
};

type Ending = { outcome: AttemptRecord["outcome"]; endedAt: number; error?: JobError | undefined };

export function attemptRecord(job: Job, held: Reserved, { outcome, endedAt, error }: Ending): AttemptRecord {
  const { attempt, progress } = job;
  const facts = { attempt, worker: held.by, outcome, endedAt, startedAt: held.since };
  return { ...facts, ...(error && { error }), ...(progress && { progress }) };
}

/** A fire-and-forget job is done with, as far as anybody will ever know. */
export function forgotten(job: Job, { by, since: startedAt }: Reserved, at: Circumstances): Change {
  return finish(job, { is: "succeeded", finishedAt: at.now, startedAt, by }, at);
}
