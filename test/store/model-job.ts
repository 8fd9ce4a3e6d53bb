// A job as the model of M1 knows it: flat, in strings and numbers; and the same view of a job that a store answers with,
// so that the two can be compared as they are.
import type { Job, JobState } from "../../src/job/job.ts";
import type { StoredJob } from "../../src/store/search.ts";
import { hex } from "./new-jobs.ts";

/** What happens to one job. Facts that an event has no use for are ignored. */
export interface Happening {
  readonly what:
    | "reserve"
    | "deliver"
    | "undeliver"
    | "succeed"
    | "fail"
    | "extend"
    | "release"
    | "disconnect"
    | "reattach"
    | "lose"
    | "cancel"
    | "retry"
    | "run_now"
    | "delete"
    | "condemn";
  readonly by: string;
  readonly attempt: number;
  readonly stream?: boolean;
  /** Of a reservation, an extension, a retry_after, a grace, or the spread of a retry. */
  readonly spanMs?: number;
  readonly final?: boolean;
  /** Of a result, a progress, or an error. */
  readonly mark?: string;
  readonly replacedBy?: string;
}

/** A job as the model knows it, flat. Absent facts are undefined. */
export interface ModelJob {
  readonly id: string;
  readonly name: string;
  readonly priority: number;
  readonly reservationMs: number;
  readonly maxRetries: number;
  /** Undefined: the default formula. */
  readonly fixedDelayMs: number | undefined;
  readonly payload: string;
  /** Its size on the wire. */
  readonly payloadBytes: number;
  readonly order: number;
  readonly uniqueKey: string | undefined;
  readonly keepResultMs: number | undefined;
  startBy: number | undefined;
  state: "scheduled" | "ready" | "reserved" | "succeeded" | "dead" | "cancelled";
  /** Scheduled: due. Others: since when they are what they are. */
  at: number;
  /** Scheduled: since when. */
  waitsSince: number | undefined;
  /** Succeeded: when the delivery began, if that is known. */
  startedAt: number | undefined;
  /** Cancelled: the job that took its place. */
  replacedBy: string | undefined;
  until: number | undefined;
  goneUntil: number | undefined;
  holder: string | undefined;
  stream: boolean | undefined;
  reason: string | undefined;
  result: string | undefined;
  attempt: number;
  failures: number;
  losses: number;
  progress: string | undefined;
  /** "class: line" of what went wrong last. */
  trouble: string | undefined;
  /** "3 failed", or "3 failed at one" when its progress was "one"; oldest first. */
  history: string[];
}

/** What a decision says of a job: all but its payload and its history. */
export type Standing = Omit<ModelJob, "payload" | "payloadBytes" | "history" | "order">;

export function standingOf(job: Job): Standing {
  const { state } = job;
  const held = state.is === "reserved" ? state : undefined;
  const { backoff } = job.retry;
  return {
    id: job.id,
    name: job.name,
    priority: job.priority,
    reservationMs: job.reservationMs,
    maxRetries: job.retry.maxRetries,
    fixedDelayMs: backoff.by === "fixed" ? backoff.delayMs : undefined,
    uniqueKey: job.uniqueKey,
    keepResultMs: job.keepResultMs,
    startBy: job.startBy,
    state: state.is,
    at: instantOf(state),
    waitsSince: state.is === "scheduled" ? state.since : undefined,
    startedAt: state.is === "succeeded" ? state.startedAt : undefined,
    replacedBy: state.is === "cancelled" ? state.replacedBy : undefined,
    until: held?.until,
    goneUntil: held?.goneUntil,
    holder: "by" in state ? state.by : undefined,
    stream: held?.stream,
    reason: state.is === "dead" ? state.reason : undefined,
    result: state.is === "succeeded" && state.result ? textOf(state.result.bytes) : undefined,
    attempt: job.attempt,
    failures: job.failures,
    losses: job.losses,
    progress: job.progress?.text,
    trouble: job.lastError && `${job.lastError.class}: ${job.lastError.line}`,
  };
}

/** Everything that a store says of a job but its size on the wire and its place. */
export function factsOf({ job, payload, history }: StoredJob): Omit<ModelJob, "order" | "payloadBytes"> {
  const ended = history.map(({ attempt, outcome, progress }) =>
    [attempt, outcome, ...(progress ? ["at", progress.text] : [])].join(" "),
  );
  return { ...standingOf(job), payload: hex(payload), history: ended };
}

function instantOf(state: JobState): number {
  if (state.is === "scheduled") return state.dueAt;
  return "finishedAt" in state ? state.finishedAt : state.since;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
