// Between protobuf's Duration and Timestamp and the milliseconds of every other room.
import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema, type Timestamp, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { invalid } from "./errors.ts";

const NANOS_PER_MS = 1_000_000;
const NANOS_MAX = 999_999_999;

/**
 * Whole milliseconds, rounded away from zero so that no other span becomes zero, which would mean something else.
 * Throws INVALID_ARGUMENT for what is no Duration (nanos out of range, or of another sign than the seconds).
 */
export function spanMs(field: string, span: Duration): number {
  const { seconds, nanos } = span;
  const opposed = (seconds > 0n && nanos < 0) || (seconds < 0n && nanos > 0);
  if (Math.abs(nanos) > NANOS_MAX || opposed)
    throw invalid(field, "must be a valid google.protobuf.Duration");

  const ms = nanos / NANOS_PER_MS;
  return Number(seconds) * 1_000 + (ms < 0 ? Math.floor(ms) : Math.ceil(ms));
}

/** Whole epoch milliseconds. Throws INVALID_ARGUMENT for what is no Timestamp (nanos out of range). */
export function instantMs(field: string, instant: Timestamp): number {
  const { seconds, nanos } = instant;
  if (nanos < 0 || nanos > NANOS_MAX) throw invalid(field, "must be a valid google.protobuf.Timestamp");

  return Number(seconds) * 1_000 + Math.floor(nanos / NANOS_PER_MS);
}

/** To the microsecond: what is measured may be a part of a millisecond. */
export function toDuration(ms: number): Duration {
  const micros = Math.round(ms * 1_000);
  const seconds = Math.trunc(micros / 1_000_000);
  return create(DurationSchema, { seconds: BigInt(seconds), nanos: (micros - seconds * 1_000_000) * 1_000 });
}

export function toTimestamp(at: number): Timestamp {
  const seconds = Math.floor(at / 1_000);
  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: (at - seconds * 1_000) * NANOS_PER_MS });
}
