// What a worker's handler is given, and how it says what became of the work: by returning, or by what it throws.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { CancellationReason } from "../gen/lakh/v1/worker_pb.ts";
import { CancellationReasonSchema, type Fail, FailSchema } from "../gen/lakh/v1/worker_pb.ts";
import type { Payload } from "./payload.ts";
import { word } from "./wire-values.ts";

/** One delivery of a job. `json` or `data` is its payload, whichever it was enqueued with. */
export type DeliveredJob = Payload & {
  readonly id: string;
  readonly name: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** How often the job has failed before. */
  readonly failures: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The producer's W3C trace context. */
  readonly traceparent: string | undefined;
  /** It counts as succeeded already, and no report is expected. */
  readonly isFireAndForget: boolean;
};

/** What a handler can use while it works. */
export interface WorkContext {
  /** Aborted when the work no longer counts, and when the worker must stop: then it is time to give up. */
  readonly signal: AbortSignal;
  /** Says how far the work has come, 0 to 1, with a text of at most 200 characters. Also extends the reservation. */
  progress(fraction: number, text?: string): void;
}

/**
 * Does one kind of work. Returning succeeds, throwing fails. What it returns, at most 64 KiB, is handed to whoever asks:
 * nothing, bytes, or what JSON can say.
 */
export type Handler = (job: DeliveredJob, context: WorkContext) => unknown;

/** Thrown by a handler: trying again is useless, the job is dead. */
export class PermanentError extends Error {
  override name = "PermanentError";
}

/** Thrown by a handler: try again after this long instead of the job's backoff. */
export class RetryAfterError extends Error {
  override name = "RetryAfterError";
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, message = "try again later", options?: ErrorOptions) {
    super(message, options);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Why a signal is aborted: the work no longer counts. */
export class WorkCancelledError extends Error {
  override readonly name = "WorkCancelledError";
  /** `cancelled`, `expired`, `finished_elsewhere`, `not_held`; `released` when the worker stops. */
  readonly reason: string;

  constructor(reason: string) {
    super(`the work no longer counts: ${reason.replaceAll("_", " ")}`);
    this.reason = reason;
  }
}

/** The reason of a cancellation as an error. */
export function cancelledBecause(reason: CancellationReason): WorkCancelledError {
  return new WorkCancelledError(word(CancellationReasonSchema, reason));
}

/** The report on what a handler threw. */
export function failOf(thrown: unknown): Fail {
  return create(FailSchema, {
    error: {
      class: classOf(thrown),
      message: cut(messageOf(thrown), 4_096),
      stack: cut(stackOf(thrown), 16_384),
    },
    final: thrown instanceof PermanentError,
    ...(thrown instanceof RetryAfterError ? { retryAfter: durationFromMs(thrown.retryAfterMs) } : {}),
  });
}

function classOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown;
  // Many a class forgets its name and calls itself Error.
  return cut(thrown.name === "Error" ? thrown.constructor.name : thrown.name, 200);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";

  const stack = thrown.stack ?? "";
  return thrown.cause instanceof Error ? `${stack}\nCaused by: ${thrown.cause.stack}` : stack;
}

/** The first part that fits into so many bytes of UTF-8, no character torn. */
function cut(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}
