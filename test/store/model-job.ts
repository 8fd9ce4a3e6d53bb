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
    | "condemn";
  readonly by: string;
  readonly attempt: number;
  readonly stream?: boolean;
  /** Of a reservation, an extension, a retry_after or a grace. */
  readonly spanMs?: number;
  readonly final?: boolean;
  readonly mark?: string;
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
  startBy: number | undefined;
  state: "scheduled" | "ready" | "reserved" | "succeeded" | "dead" | "cancelled";
  /** Scheduled: due. Reserved: since. Finished: when. */
  at: number | undefined;
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
  /** "3 failed", oldest first. */
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
    startBy: job.startBy,
    state: state.is,
    at: instantOf(state),
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
  };
}

/** Everything that a store says of a job but its size on the wire and its place. */
export function factsOf({ job, payload, history }: StoredJob): Omit<ModelJob, "order" | "payloadBytes"> {
  const ended = history.map(({ attempt, outcome }) => `${attempt} ${outcome}`);
  return { ...standingOf(job), payload: hex(payload), history: ended };
}

function instantOf(state: JobState): number | undefined {
  if (state.is === "scheduled") return state.dueAt;
  if (state.is === "reserved") return state.since;
  return "finishedAt" in state ? state.finishedAt : undefined;
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
