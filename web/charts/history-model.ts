// A history as charts draw it: instants in seconds, rates per second, null where nothing is known.
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { msOf, spanMsOf } from "../format/times.ts";

export const WINDOWS = [
  { word: "5m", label: "5 min", ms: 300_000, againMs: 5_000 },
  { word: "1h", label: "1 h", ms: 3_600_000, againMs: 10_000 },
  { word: "6h", label: "6 h", ms: 6 * 3_600_000, againMs: 30_000 },
  { word: "48h", label: "48 h", ms: 48 * 3_600_000, againMs: 60_000 },
  { word: "30d", label: "30 d", ms: 30 * 86_400_000, againMs: 300_000 },
] as const;

export type HistoryWindow = (typeof WINDOWS)[number];

/** The lists of a history: everything in it that has an entry for each step. */
export type HistoryKey = {
  [Key in keyof History]-?: History[Key] extends number[] ? Key : never;
}[keyof History];

/** What a line of a chart shows. */
export interface Line {
  readonly key: HistoryKey;
  readonly label: string;
  /** The token of its colour: `succeeded`. */
  readonly color: string;
  /** Counts of a step, shown per second. */
  readonly isRate?: boolean;
  /** With the area under it. */
  readonly isFilled?: boolean;
}

/** Seconds since the epoch, at which each step begins. */
export function instantsOf(history: History): number[] {
  const startS = (msOf(history.start) ?? 0) / 1_000;
  const stepS = (spanMsOf(history.step) ?? 1_000) / 1_000;
  return history.enqueued.map((_, i) => startS + i * stepS);
}

export function valuesOf(history: History, { key, isRate }: Line): (number | null)[] {
  const stepS = (spanMsOf(history.step) ?? 1_000) / 1_000;
  return history[key].map((value) => (Number.isNaN(value) ? null : isRate ? value / stepS : value));
}

/** A stretch of time that somebody has chosen, in epoch milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A start of the server, in seconds since the epoch. */
export interface Start {
  readonly atS: number;
  readonly version: string;
}

export function startsOf({ starts }: History): readonly Start[] {
  return starts.map(({ at, version }) => ({ atS: (msOf(at) ?? 0) / 1_000, version }));
}

/** Nothing is known of any step. */
export function isBlank(history: History, lines: readonly Line[]): boolean {
  return lines.every(({ key }) => history[key].every((value) => Number.isNaN(value)));
}

export interface TableRow extends Stretch {
  readonly values: readonly (number | null)[];
}

/** At most so many rows, the newest first, each the mean of the steps that it stands for. */
export function tableOf(history: History, lines: readonly Line[], rowsMax: number): readonly TableRow[] {
  const instants = instantsOf(history);
  const stepMs = spanMsOf(history.step) ?? 1_000;
  const columns = lines.map((line) => valuesOf(history, line));
  const steps = Math.max(1, Math.ceil(instants.length / rowsMax));
  const rows: TableRow[] = [];
  for (let from = 0; from < instants.length; from += steps) {
    const values = columns.map((column) => meanOf(column.slice(from, from + steps)));
    const fromMs = (instants[from] ?? 0) * 1_000;
    rows.push({ fromMs, toMs: fromMs + Math.min(steps, instants.length - from) * stepMs, values });
  }
  return rows.toReversed();
}

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
