// Spans, counts and rates, as short as a table wants them.
import type { JobStateWord } from "../client/client.ts";
import type { Paint } from "./terminal.ts";

const units: readonly (readonly [ms: number, unit: string, until: number])[] = [
  [1_000, "s", 60],
  [60_000, "m", 60],
  [3_600_000, "h", 48],
  [86_400_000, "d", 730],
  [365 * 86_400_000, "y", Number.POSITIVE_INFINITY],
];

/** A span in one unit, rounded down: `42s`, `3m`, `5h`, `12d`. Empty when there is none, `0s` when it is negative. */
export function ageText(ms: number | undefined): string {
  if (ms === undefined) return "";

  for (const [unitMs, unit, until] of units) {
    const count = Math.floor(Math.max(0, ms) / unitMs);
    if (count < until) return `${count}${unit}`;
  }
  return "";
}

/** How long something took: `12ms`, `3.4s`, then as an age. */
export function tookText(ms: number | undefined): string {
  if (ms === undefined) return "";
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : ageText(ms);
}

/** With thousands apart: `48,211`. */
export function countText(count: number): string {
  return count.toLocaleString("en");
}

/** In at most five characters: `950`, `2.1M`, `480k`. */
export function roundCountText(count: number): string {
  if (count < 10_000) return String(count);

  const [divisor, unit] = count < 1e6 ? [1e3, "k"] : count < 1e9 ? [1e6, "M"] : [1e9, "G"];
  const value = count / divisor;
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.floor(value)}${unit}`;
}

/** Per second: `0`, `0.2`, `31`, `4.1k`. */
export function rateText(perSecond: number): string {
  if (perSecond === 0) return "0";
  if (perSecond < 0.1) return "<0.1";
  return perSecond < 10 ? perSecond.toFixed(1) : roundCountText(Math.round(perSecond));
}

/** Bytes: `812 B`, `4.2 MiB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${["B", "KiB", "MiB", "GiB", "TiB"][power]}`;
}

/** The colour of each state, and of jobs that wait after a failure. */
export const statePaints: Readonly<Record<JobStateWord | "retrying", Paint | undefined>> = {
  scheduled: "magenta",
  retrying: "yellow",
  ready: "blue",
  reserved: "cyan",
  succeeded: "green",
  dead: "red",
  cancelled: "dim",
  unspecified: undefined,
};
