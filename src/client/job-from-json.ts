// A job in the JSON of the API, as the library takes one: for scripts that have it as a text.
import { fromJson, toJson } from "@bufbuild/protobuf";
import { type Duration, type Timestamp, ValueSchema } from "@bufbuild/protobuf/wkt";
import { type JobSpec, JobSpecSchema, type RetryPolicy, UniqueConflict } from "../gen/lakh/v1/job_pb.ts";
import { parseExactly } from "./exact-json.ts";
import type { NewJob, RetryInput } from "./new-job.ts";
import type { Payload } from "./payload.ts";

/**
 * The job that the text describes.
 *
 * @throws {SyntaxError} for a text that is no JobSpec in protobuf's JSON, or has a number that a double cannot hold; its
 *   message says what is wrong
 */
export function jobFromJson(text: string): NewJob {
  const spec = read(text);
  return { ...optionsOf(spec), ...payloadOf(spec) };
}

function read(text: string): JobSpec {
  const { json, rounded } = parseExactly(text);
  if (rounded !== undefined) throw new SyntaxError(`${rounded} would be rounded; data keeps it, in base64`);

  try {
    return fromJson(JobSpecSchema, json);
  } catch (cause) {
    throw new SyntaxError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function payloadOf({ payload }: JobSpec): Payload {
  if (payload.case === "json") return { json: toJson(ValueSchema, payload.value) };
  return payload.case === "data" ? { data: payload.value } : {};
}

function optionsOf(spec: JobSpec) {
  const { start, retry, reservationTime, startBy, keepResult } = spec;
  return {
    name: spec.name,
    id: spec.id || undefined,
    delayMs: start.case === "delay" ? spanMs(start.value) : undefined,
    runAt: start.case === "runAt" ? instantMs(start.value) : undefined,
    reservationTimeMs: reservationTime && spanMs(reservationTime),
    retry: retry && retryOf(retry),
    priority: spec.priority,
    labels: spec.labels,
    startBy: startBy && instantMs(startBy),
    traceparent: spec.traceparent || undefined,
    uniqueKey: spec.uniqueKey || undefined,
    onConflict: spec.onConflict === UniqueConflict.REPLACE ? ("replace" as const) : undefined,
    keepResultMs: keepResult && spanMs(keepResult),
  };
}

function retryOf({ maxRetries, backoff }: RetryPolicy): RetryInput {
  const max = maxRetries === undefined ? {} : { maxRetries };
  if (backoff.case === "fixed") {
    const { delay } = backoff.value;
    return { ...max, fixed: { delayMs: delay ? spanMs(delay) : 0 } };
  }
  if (backoff.case === "delays") return { ...max, delaysMs: backoff.value.delays.map(spanMs) };
  if (backoff.case !== "exponential") return max;

  const { initial, factor, max: longest, jitter } = backoff.value;
  const maxMs = longest ? { maxMs: spanMs(longest) } : {};
  return { ...max, exponential: { initialMs: initial ? spanMs(initial) : 0, factor, jitter, ...maxMs } };
}

const NANOS_PER_MS = 1_000_000;

/** Rounded as the server rounds what comes in nanoseconds: no span becomes zero, which would mean something else. */
function spanMs({ seconds, nanos }: Duration): number {
  const ms = nanos / NANOS_PER_MS;
  return Number(seconds) * 1_000 + (ms < 0 ? Math.floor(ms) : Math.ceil(ms));
}

function instantMs({ seconds, nanos }: Timestamp): number {
  return Number(seconds) * 1_000 + Math.floor(nanos / NANOS_PER_MS);
}
