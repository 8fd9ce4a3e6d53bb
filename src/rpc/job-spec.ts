// What a producer says, from the contract's words to a draft that the rules can check.
import type { Broker } from "../broker/broker.ts";
import { type JobSpec, type RetryPolicy, UniqueConflict } from "../gen/lakh/v1/job_pb.ts";
import { type Draft, isViolation, type NewJob } from "../job/admission.ts";
import type { Backoff } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectTaking, invalid, violationError } from "./errors.ts";
import { contentSize, readContent } from "./payload.ts";
import { instantMs, spanMs } from "./times.ts";

/** The jobs that the specs describe. Throws what a client may hear. */
export function admitSpecs(broker: Broker, specs: readonly JobSpec[]): readonly NewJob[] {
  expectTaking(broker);
  const admitted = broker.admitAll(readSpecs(specs));
  if (isViolation(admitted)) throw violationError(admitted);

  return admitted;
}

/** About how many bytes these take while they are under way, rather too many than too few. */
export function sizeOf(specs: readonly JobSpec[]): number {
  let bytes = 0;
  for (const { payload, labels } of specs) {
    bytes += SPEC_BYTES + contentSize(payload);
    for (const key in labels) bytes += key.length + (labels[key]?.length ?? 0);
  }
  return bytes;
}

/** A job without its payload and its labels. */
const SPEC_BYTES = 512;

/** Throws INVALID_ARGUMENT where the message itself is malformed; bounds are checked by the rules. */
function readSpecs(specs: readonly JobSpec[]): Draft[] {
  if (specs.length === 0) throw invalid("jobs", `must be 1 to ${LIMITS.batchMax} jobs, is empty`);
  if (specs.length > LIMITS.batchMax) {
    throw invalid("jobs", `must be 1 to ${LIMITS.batchMax} jobs, is ${specs.length}. Send several messages`);
  }

  return specs.map((spec, i) => readSpec(`jobs[${i}].`, spec));
}

function readSpec(at: string, spec: JobSpec): Draft {
  const { id, name, priority, labels } = spec;
  const { payload, payloadBytes } = readContent(at, spec.payload);
  const draft: Draft = { name, payload, payloadBytes, priority, labels };
  const named = id === "" ? draft : { ...draft, id };
  return saysMore(spec) ? { ...named, ...readMore(at, spec) } : named;
}

/** Most jobs say no more than a name and a payload. */
function saysMore(spec: JobSpec): boolean {
  const { start, reservationTime, retry, startBy, traceparent, keepResult, uniqueKey, onConflict } = spec;
  const isTimed = start.case !== undefined || !!reservationTime || !!startBy || !!keepResult;
  return (
    isTimed || !!retry || traceparent !== "" || uniqueKey !== "" || onConflict !== UniqueConflict.UNSPECIFIED
  );
}

function readMore(at: string, spec: JobSpec): Partial<Draft> {
  const { retry, reservationTime, startBy, traceparent, keepResult } = spec;
  return {
    ...readStart(at, spec.start),
    ...(reservationTime && { reservationMs: spanMs(`${at}reservation_time`, reservationTime) }),
    ...(retry && readRetry(`${at}retry.`, retry)),
    ...(startBy && { startBy: instantMs(`${at}start_by`, startBy) }),
    ...(traceparent && { traceparent }),
    ...(keepResult && { keepResultMs: spanMs(`${at}keep_result`, keepResult) }),
    ...readUnique(at, spec),
  };
}

const CONFLICTS: ReadonlyMap<UniqueConflict, "keep" | "replace"> = new Map([
  [UniqueConflict.KEEP, "keep"],
  [UniqueConflict.REPLACE, "replace"],
]);

function readUnique(
  at: string,
  { uniqueKey, onConflict: said }: JobSpec,
): Pick<Draft, "uniqueKey" | "onConflict"> {
  const onConflict = CONFLICTS.get(said);
  if (!onConflict && said !== UniqueConflict.UNSPECIFIED)
    throw invalid(`${at}on_conflict`, "must be KEEP or REPLACE");

  return { ...(uniqueKey !== "" && { uniqueKey }), ...(onConflict && { onConflict }) };
}

function readStart(at: string, start: JobSpec["start"]): Pick<Draft, "delayMs" | "runAt"> {
  switch (start.case) {
    case "delay":
      return { delayMs: spanMs(`${at}delay`, start.value) };
    case "runAt":
      return { runAt: instantMs(`${at}run_at`, start.value) };
    case undefined:
      return {};
  }
}

function readRetry(at: string, { maxRetries, backoff }: RetryPolicy): Pick<Draft, "maxRetries" | "backoff"> {
  const read = readBackoff(at, backoff);
  return { ...(maxRetries !== undefined && { maxRetries }), ...(read && { backoff: read }) };
}

function readBackoff(at: string, backoff: RetryPolicy["backoff"]): Backoff | undefined {
  switch (backoff.case) {
    case undefined:
      return undefined;
    case "fixed":
      return { by: "fixed", delayMs: requiredSpan(`${at}fixed.delay`, backoff.value.delay) };
    case "delays": {
      const { delays } = backoff.value;
      return { by: "delays", delaysMs: delays.map((delay, i) => spanMs(`${at}delays.delays[${i}]`, delay)) };
    }
    case "exponential": {
      const { initial, factor, max, jitter } = backoff.value;
      return {
        by: "exponential",
        initialMs: requiredSpan(`${at}exponential.initial`, initial),
        factor: factor === 0 ? LIMITS.backoffFactorDefault : factor,
        maxMs: max ? spanMs(`${at}exponential.max`, max) : LIMITS.backoffMaxMsDefault,
        jitter,
      };
    }
  }
}

function requiredSpan(field: string, span: Parameters<typeof spanMs>[1] | undefined): number {
  if (!span) throw invalid(field, "is required");

  return spanMs(field, span);
}
