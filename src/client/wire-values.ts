// Values of the wire as TypeScript wants them: epoch milliseconds, spans in milliseconds, words instead of numbers.
import type { DescEnum } from "@bufbuild/protobuf";
import {
  type Duration,
  durationFromMs,
  durationMs,
  type Timestamp,
  timestampMs,
} from "@bufbuild/protobuf/wkt";

/** A value of a proto enum as a word: its name without the enum's own, in small letters. */
export function word(schema: DescEnum, value: number): string {
  return schema.value[value]?.localName.toLowerCase() ?? String(value);
}

/** Epoch milliseconds. */
export function instantOf(timestamp: Timestamp | undefined): number | undefined {
  return timestamp && timestampMs(timestamp);
}

/** Milliseconds as the wire has them. */
export const durationOf = durationFromMs;

/** Milliseconds with their parts, for what is quicker than one. */
export function fineSpanOf(duration: Duration | undefined): number | undefined {
  return duration && Number(duration.seconds) * 1_000 + duration.nanos / 1_000_000;
}

/** Milliseconds. */
export function spanOf(duration: Duration | undefined): number | undefined {
  return duration && durationMs(duration);
}
