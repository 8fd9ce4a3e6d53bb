// A stored job as TypeScript wants it: plain texts, epoch milliseconds, words instead of numbers.
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  AttemptOutcomeSchema,
  DeathReasonSchema,
  JobSchema,
  JobStateSchema,
  type Attempt as WireAttempt,
  type Job as WireJob,
} from "../gen/lakh/v1/job_pb.ts";
import { fromWirePayload, type Payload } from "./payload.ts";
import { instantOf, spanOf, word } from "./wire-values.ts";

/** Where a job stands. */
export type JobStateWord =
  | "scheduled"
  | "ready"
  | "reserved"
  | "succeeded"
  | "dead"
  | "cancelled"
  | "unspecified";

/** A stored job. proto/lakh/v1/job.proto says what each field means. */
export interface Job {
  readonly id: string;
  readonly name: string;
  /** Empty while a job is watched. */
  readonly payload: Payload;
  readonly state: JobStateWord;
  readonly priority: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly reservationTimeMs: number | undefined;
  readonly maxRetries: number | undefined;
  readonly enqueuedAt: number | undefined;
  readonly dueAt: number | undefined;
  readonly reservedUntil: number | undefined;
  readonly startBy: number | undefined;
  readonly finishedAt: number | undefined;
  readonly workerId: string | undefined;
  readonly attempt: number;
  readonly failures: number;
  readonly losses: number;
  /** `retries_used_up`, `final_failure`, `workers_lost` ...; undefined unless dead. */
  readonly deathReason: string | undefined;
  readonly result: Payload;
  readonly progress: { readonly fraction: number; readonly text: string } | undefined;
  /** How earlier attempts ended, oldest first. */
  readonly attempts: readonly EndedAttempt[];
  readonly traceparent: string | undefined;
  readonly uniqueKey: string | undefined;
  readonly keepResultMs: number | undefined;
  /** Since when it has been in its state. */
  readonly since: number | undefined;
  /** Reserved and succeeded jobs: when the attempt began. */
  readonly startedAt: number | undefined;
  /** What went wrong last; the first line only. */
  readonly lastError: { readonly class: string; readonly message: string } | undefined;
  /** Dead and retrying jobs: the group of their last error. */
  readonly errorGroup: string | undefined;
  /** Cancelled jobs: the job that took this one's place by its unique key. */
  readonly replacedBy: string | undefined;
  /** Finished jobs: when the server forgets the job. */
  readonly keptUntil: number | undefined;
}

/** How one attempt ended. */
export interface EndedAttempt {
  readonly attempt: number;
  readonly workerId: string | undefined;
  /** `failed`, `expired`, `lost`, `released`, `late_failure`. */
  readonly outcome: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly error: { readonly class: string; readonly message: string; readonly stack: string } | undefined;
  /** How far it had come. */
  readonly progress: { readonly fraction: number; readonly text: string } | undefined;
}

/** Reads the wire form. */
export function toJob(wire: WireJob): Job {
  return {
    id: wire.id,
    name: wire.name,
    payload: fromWirePayload(wire.payload),
    state: stateWord(wire.state),
    priority: wire.priority,
    labels: wire.labels,
    reservationTimeMs: spanOf(wire.reservationTime),
    maxRetries: wire.retry?.maxRetries,
    enqueuedAt: instantOf(wire.enqueuedAt),
    dueAt: instantOf(wire.dueAt),
    reservedUntil: instantOf(wire.reservedUntil),
    startBy: instantOf(wire.startBy),
    finishedAt: instantOf(wire.finishedAt),
    workerId: wire.workerId || undefined,
    attempt: wire.attempt,
    failures: wire.failures,
    losses: wire.losses,
    deathReason: wire.deathReason === 0 ? undefined : word(DeathReasonSchema, wire.deathReason),
    result: wire.result ? fromWirePayload(wire.result.value) : {},
    progress: wire.progress,
    attempts: wire.attempts.map(toAttempt),
    traceparent: wire.traceparent || undefined,
    uniqueKey: wire.uniqueKey || undefined,
    keepResultMs: spanOf(wire.keepResult),
    since: instantOf(wire.since),
    startedAt: instantOf(wire.startedAt),
    lastError: wire.lastError && { class: wire.lastError.class, message: wire.lastError.message },
    errorGroup: wire.errorGroup || undefined,
    replacedBy: wire.replacedBy || undefined,
    keptUntil: instantOf(wire.keptUntil),
  };
}

/** The job as the API's JSON, for programs in other languages. */
export function jobToJson(wire: WireJob): JsonValue {
  return toJson(JobSchema, wire);
}

/** `JOB_STATE_READY` as `ready`. */
export function stateWord(state: WireJob["state"]): JobStateWord {
  return word(JobStateSchema, state) as JobStateWord;
}

/** Whether nothing will happen to the job any more. */
export function isFinished(state: JobStateWord): boolean {
  return state === "succeeded" || state === "dead" || state === "cancelled";
}

function toAttempt(wire: WireAttempt): EndedAttempt {
  return {
    attempt: wire.attempt,
    workerId: wire.workerId || undefined,
    outcome: word(AttemptOutcomeSchema, wire.outcome),
    startedAt: instantOf(wire.startedAt),
    endedAt: instantOf(wire.endedAt),
    error: wire.error,
    progress: wire.progress,
  };
}
