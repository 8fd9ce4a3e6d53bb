// Instants and spans as people read them.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

/** Epoch milliseconds; undefined when absent. */
export function msOf(instant: Timestamp | undefined): number | undefined {
  return instant && timestampMs(instant);
}

/** Milliseconds; undefined when absent. */
export function spanMsOf(span: Duration | undefined): number | undefined {
  return span && durationMs(span);
}

/** At most two units: `250 µs`, `320 ms`, `4.2 s`, `14 min`, `2 h 5 min`, `3 d 4 h`, `2 y 10 d`. Below zero is shown as zero. */
export function formatSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span > 0 && span < 1) return `${Math.round(span * 1_000)} µs`;
  if (span < S) return `${Math.round(span)} ms`;
  if (span < 10 * S) return `${(Math.floor(span / 100) / 10).toFixed(1)} s`;
  if (span < MIN) return `${Math.floor(span / S)} s`;
  if (span < H) return two(span, { large: MIN, largeWord: "min", small: S, smallWord: "s", alone: 10 });
  if (span < D) return two(span, { large: H, largeWord: "h", small: MIN, smallWord: "min", alone: 24 });
  if (span < 365 * D) return two(span, { large: D, largeWord: "d", small: H, smallWord: "h", alone: 10 });
  return two(span, { large: 365 * D, largeWord: "y", small: D, smallWord: "d", alone: 100 });
}

interface Units {
  readonly large: number;
  readonly largeWord: string;
  readonly small: number;
  readonly smallWord: string;
  /** From so many of the large unit on, the small one tells nothing. */
  readonly alone: number;
}

function two(span: number, { large, largeWord, small, smallWord, alone }: Units): string {
  const larges = Math.floor(span / large);
  const smalls = Math.floor((span % large) / small);
  const more = smalls > 0 && larges < alone ? ` ${smalls} ${smallWord}` : "";
  return `${larges} ${largeWord}${more}`;
}

export type TimeZone = "local" | "UTC";

/** `2026-11-24 09:12:33`, with milliseconds if asked; `UTC` is said, the reader's own zone is not. */
export function formatInstant(ms: number, zone: TimeZone, precision: "s" | "ms" = "s"): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return "unknown";
  const shifted = zone === "UTC" ? date : new Date(ms - date.getTimezoneOffset() * MIN);
  const text = shifted
    .toISOString()
    .replace("T", " ")
    .slice(0, precision === "s" ? -5 : -1);
  return zone === "UTC" ? `${text} UTC` : text;
}

/** `09:12:33`. */
export function formatClock(ms: number, zone: TimeZone): string {
  return formatInstant(ms, zone).slice(11, 19);
}
