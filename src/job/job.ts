// What a job is. Each state carries the facts that are true only in it, so that no state can lie.
import type { LastError } from "./error-group.ts";

/** 1 to 128 printable ASCII characters without spaces. */
export type JobId = string & { readonly brand: "JobId" };
/** `[A-Za-z0-9._:-]{1,128}`. The jobs waiting under one name are that name's queue. */
export type JobName = string & { readonly brand: "JobName" };
/** 1 to 128 printable ASCII characters without spaces. */
export type WorkerId = string & { readonly brand: "WorkerId" };

/** Bytes that the server never looks into: UTF-8 JSON text, or opaque data. */
export interface Payload {
  readonly kind: "json" | "data";
  readonly bytes: Uint8Array;
}

/** How long a job waits after a failure, as data. Spans are milliseconds. */
export type Backoff =
  | { readonly by: "default" }
  | {
      readonly by: "exponential";
      readonly initialMs: number;
      readonly factor: number;
      readonly maxMs: number;
      readonly jitter: number;
    }
  | { readonly by: "fixed"; readonly delayMs: number }
  | { readonly by: "delays"; readonly delaysMs: readonly number[] };

export interface RetryPolicy {
  /** How many times the job is tried again after its first failure; 0 is never. */
  readonly maxRetries: number;
  readonly backoff: Backoff;
}

/** What a producer said, with the server's defaults filled in. It never changes after enqueue. */
export interface JobContent {
  readonly id: JobId;
  readonly name: JobName;
  /** Higher goes first. */
  readonly priority: number;
  /** How long one worker may hold the job; 0 is fire and forget. */
  readonly reservationMs: number;
  readonly retry: RetryPolicy;
  readonly labels: Readonly<Record<string, string>>;
  /** Dead when no worker has started it by then. */
  readonly startBy?: number;
  /** W3C trace context. */
  readonly traceparent?: string;
  /** At most one unfinished job of its name has it. */
  readonly uniqueKey?: string;
  /** How long the job is kept after it has succeeded. Absent: the server's retention. */
  readonly keepResultMs?: number;
  readonly enqueuedAt: number;
}

/** `damaged`: the payload does not match its checksum, so the disk changed it. */
export type DeathReason =
  | "retries_used_up"
  | "final_failure"
  | "workers_lost"
  | "not_started_in_time"
  | "damaged";

/** Where the job stands, and since when. */
export type JobState =
  | { readonly is: "scheduled"; readonly since: number; readonly dueAt: number }
  | { readonly is: "ready"; readonly since: number }
  | Reserved
  | {
      readonly is: "succeeded";
      readonly finishedAt: number;
      /** When the delivery began; unknown when it had ended before its success came. */
      readonly startedAt?: number;
      readonly by?: WorkerId;
      readonly result?: Payload;
    }
  | { readonly is: "dead"; readonly finishedAt: number; readonly reason: DeathReason }
  | {
      readonly is: "cancelled";
      readonly finishedAt: number;
      /** The job that took its place by the unique key of both. */
      readonly replacedBy?: JobId;
    };

/** Given to one worker for a limited time. */
export interface Reserved {
  readonly is: "reserved";
  readonly by: WorkerId;
  readonly since: number;
  /** The end of the reservation. */
  readonly until: number;
  /** Whether the worker holds it over a stream, whose breaking would show that the worker is gone. */
  readonly stream: boolean;
  /** Present while that stream is broken: the end of the grace in which the worker may come back. */
  readonly goneUntil?: number;
}

export interface Progress {
  /** 0 to 1. */
  readonly fraction: number;
  readonly text: string;
}

/** A job without its payload, which no rule looks at. */
export interface Job extends JobContent {
  readonly state: JobState;
  /** How many times it was handed to a worker. It only grows. */
  readonly attempt: number;
  /** Failed reports and expired reservations since enqueue or the last retry. */
  readonly failures: number;
  /** Deliveries whose worker vanished, counted like failures. */
  readonly losses: number;
  /** Of the current attempt. */
  readonly progress?: Progress;
  /** What went wrong last; absent since an operator's retry. */
  readonly lastError?: LastError;
}

/** What went wrong, in the worker's words. */
export interface JobError {
  readonly class: string;
  readonly message: string;
  readonly stack: string;
}

/** How an attempt ended that did not succeed. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly worker: WorkerId | undefined;
  readonly outcome: "failed" | "expired" | "lost" | "released" | "late_failure";
  readonly endedAt: number;
  /** Absent for late reports: the attempt's own record has it. */
  readonly startedAt?: number;
  readonly error?: JobError;
  /** How far it had come. */
  readonly progress?: Progress;
}

/** The states that only an operator's retry or deletion, or the end of retention, ends. */
export type FinishedState = Extract<JobState, { readonly finishedAt: number }>;

export function isFinished(state: JobState): state is FinishedState {
  return "finishedAt" in state;
}

/** Delivered at most once, and succeeded by the delivery itself. */
export function isFireAndForget(job: JobContent): boolean {
  return job.reservationMs === 0;
}
