// Spans and instants in whole milliseconds, rounded as the server does it (src/rpc/times.ts), so that a snippet in
// milliseconds stores what the wire's nanoseconds would have.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

const NANOS_PER_MS = 1_000_000;

/** Rounded up: no span becomes zero, which would mean something else. */
export function wholeSpanMs({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1_000 + Math.ceil(nanos / NANOS_PER_MS);
}

/** As ISO 8601 has it. */
export function instantText({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1_000 + Math.floor(nanos / NANOS_PER_MS)).toISOString();
}
