// Instants as a browser's field for date and time has them: `2026-11-24T09:12:33.250`, in the reader's zone or in UTC.
import type { TimeZone } from "../format/times.ts";

const FORM = /^\d{4,5}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?$/;

/** Epoch milliseconds; undefined when it is no instant. */
export function readInstant(text: string, zone: TimeZone): number | undefined {
  if (!FORM.test(text)) return undefined;

  const ms = Date.parse(zone === "UTC" ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Exact to the millisecond. */
export function printInstant(ms: number, zone: TimeZone): string {
  const shift = zone === "UTC" ? 0 : new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - shift)
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, "");
}
