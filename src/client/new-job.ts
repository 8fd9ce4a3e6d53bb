// How a producer describes a job in TypeScript, and its form on the wire.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type JobSpec,
  JobSpecSchema,
  type RetryPolicySchema,
  UniqueConflict,
} from "../gen/lakh/v1/job_pb.ts";
import { newJobId } from "./job-id.ts";
import { type Payload, toWirePayload } from "./payload.ts";

/** A job to enqueue. */
export type NewJob = JobOptions & Payload;

/**
 * Everything about a job but its payload. Instants are epoch milliseconds, spans milliseconds; proto/lakh/v1/job.proto
 * has the bounds.
 */
export interface JobOptions {
  /** What kind of work it is: 1 to 128 of `A-Z a-z 0-9 . _ : -`. */
  readonly name: string;
  /** Yours makes enqueue idempotent over processes. Default: a UUIDv7 made here, which makes its own retries safe. */
  readonly id?: string | undefined;
  /** How long to wait before the first attempt. Not together with runAt. */
  readonly delayMs?: number | undefined;
  /** When the job may run first. Default: at once. */
  readonly runAt?: number | Date | undefined;
  /** How long a worker may hold the job, 1 s to 24 h; 0 is fire and forget. Default: the server's. */
  readonly reservationTimeMs?: number | undefined;
  /** Default: the server's. */
  readonly retry?: RetryInput | undefined;
  /** Higher goes first, -100 to 100. Default 0. */
  readonly priority?: number | undefined;
  /** Searchable facts for people. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Dead if no worker has started it by then. */
  readonly startBy?: number | Date | undefined;
  /** W3C trace context, handed on to the worker. */
  readonly traceparent?: string | undefined;
  /** At most one unfinished job of this name has this key: 1 to 256 characters. */
  readonly uniqueKey?: string | undefined;
  /**
   * What happens when one has it already. `keep` answers that job as a duplicate; `replace` cancels it, if it still waits,
   * and stores this one in its place. Default `keep`.
   */
  readonly onConflict?: "keep" | "replace" | undefined;
  /** How long it is kept, with its result, after it has succeeded. Default: the server's retention. */
  readonly keepResultMs?: number | undefined;
}

/** What happens after a failure. At most one of the three backoffs. */
export interface RetryInput {
  /** 0 to 1000; 0 is never. */
  readonly maxRetries?: number;
  readonly exponential?: {
    readonly initialMs: number;
    readonly factor?: number;
    readonly maxMs?: number;
    readonly jitter?: number;
  };
  readonly fixed?: { readonly delayMs: number };
  readonly delaysMs?: readonly number[];
}

/** The wire form, always with an id. @throws {TypeError} for what the server could not even be asked */
export function toJobSpec(job: NewJob): JobSpec {
  if (job.delayMs !== undefined && job.runAt !== undefined) {
    throw new TypeError("a job has either delayMs or runAt, not both");
  }

  return create(JobSpecSchema, {
    id: job.id ?? newJobId(),
    name: job.name,
    payload: toWirePayload(job),
    start: startOf(job),
    priority: job.priority ?? 0,
    labels: { ...job.labels },
    traceparent: job.traceparent ?? "",
    uniqueKey: job.uniqueKey ?? "",
    onConflict: job.onConflict === "replace" ? UniqueConflict.REPLACE : UniqueConflict.UNSPECIFIED,
    ...(job.keepResultMs === undefined ? {} : { keepResult: durationFromMs(job.keepResultMs) }),
    ...(job.reservationTimeMs === undefined
      ? {}
      : { reservationTime: durationFromMs(job.reservationTimeMs) }),
    ...(job.startBy === undefined ? {} : { startBy: timestampFromMs(Number(job.startBy)) }),
    ...(job.retry === undefined ? {} : { retry: retryOf(job.retry) }),
  });
}

function startOf(job: NewJob): JobSpec["start"] {
  if (job.delayMs !== undefined) return { case: "delay", value: durationFromMs(job.delayMs) };
  if (job.runAt !== undefined) return { case: "runAt", value: timestampFromMs(Number(job.runAt)) };
  return { case: undefined };
}

function retryOf(retry: RetryInput): MessageInitShape<typeof RetryPolicySchema> {
  return {
    ...(retry.maxRetries === undefined ? {} : { maxRetries: retry.maxRetries }),
    backoff: backoffOf(retry),
  };
}

function backoffOf(retry: RetryInput): MessageInitShape<typeof RetryPolicySchema>["backoff"] & object {
  const { exponential, fixed, delaysMs } = retry;
  if ([exponential, fixed, delaysMs].filter((one) => one !== undefined).length > 1) {
    throw new TypeError("a retry policy has one of exponential, fixed and delaysMs");
  }

  if (fixed) return { case: "fixed", value: { delay: durationFromMs(fixed.delayMs) } };
  if (delaysMs) return { case: "delays", value: { delays: delaysMs.map(durationFromMs) } };
  if (!exponential) return { case: undefined };
  const { initialMs, maxMs, factor = 2, jitter = 0 } = exponential;
  const max = maxMs === undefined ? {} : { max: durationFromMs(maxMs) };
  return { case: "exponential", value: { initial: durationFromMs(initialMs), factor, jitter, ...max } };
}
