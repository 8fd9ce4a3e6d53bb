// What is kept of the past, and how it is put into rings: the series of a cell, the rings of everybody and of one name,
// and which of them answers a question. Plain functions over plain data.
import type { Cell, Ring } from "../store/history.ts";
import { HAPPENINGS, type Happening } from "./overview.ts";

/** Percentiles of a step in seconds: of the time from ready to handed out, and of the attempts that ended in it. */
export const PERCENTILES = ["waitP50", "waitP95", "waitP99", "runP50", "runP95", "runP99"] as const;
/** What there is at the end of a step. */
export const DEPTHS = ["ready", "reserved", "scheduled", "deadKept", "capacity"] as const;
/** What each value of a cell is, in this order. New ones are appended: cells of earlier versions lack them. */
export const SERIES = [...HAPPENINGS, ...PERCENTILES, ...DEPTHS] as const;

export type Depths = Readonly<Record<(typeof DEPTHS)[number], number>>;
export type Series = Happening | (typeof PERCENTILES)[number] | (typeof DEPTHS)[number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** The rings of one name, the finest first. */
export const NAME_RINGS: readonly Ring[] = [
  { stepMs: MINUTE, size: 2_880 },
  { stepMs: 15 * MINUTE, size: 2_880 },
];
/** The rings of all names together: a quarter of an hour, 6 hours, 48 hours, 30 days. */
export const RINGS: readonly Ring[] = [
  { stepMs: SECOND, size: 900 },
  { stepMs: 10 * SECOND, size: 2_160 },
  ...NAME_RINGS,
];

/** The finest of these rings that reaches so far back, or the longest. */
export function ringFor(rings: readonly Ring[], windowMs: number): Ring {
  const found = rings.find(({ stepMs, size }) => stepMs * size >= windowMs) ?? rings.at(-1);
  if (!found) throw new Error("there are no rings");

  return found;
}

/** When the step begins in which this instant is. */
export function stepOf({ stepMs }: Ring, at: number): number {
  return Math.floor(at / stepMs) * stepMs;
}

/**
 * Two cells of one step, which passed twice since the clock was set back: what happened is added, and of the rest the later
 * one says how it was, as far as it knows.
 */
export function joined(earlier: Float32Array, later: Float32Array): Float32Array {
  return later.map((value, i) => {
    const before = earlier[i] ?? Number.NaN;
    if (i < HAPPENINGS.length) return value + (Number.isNaN(before) ? 0 : before);
    return Number.isNaN(value) ? before : value;
  });
}

/** Each series of these cells from `first` on, NaN where there is no cell. */
export function seriesOf(
  cells: Iterable<Cell>,
  { first, steps, stepMs }: { readonly first: number; readonly steps: number; readonly stepMs: number },
): Record<Series, number[]> {
  const lists = SERIES.map(() => new Array<number>(steps).fill(Number.NaN));
  for (const { at, values } of cells) {
    const step = (at - first) / stepMs;
    if (step < 0 || step >= steps) continue;
    for (const [i, list] of lists.entries()) list[step] = values[i] ?? Number.NaN;
  }
  return Object.fromEntries(SERIES.map((series, i) => [series, lists[i] ?? []])) as Record<Series, number[]>;
}
