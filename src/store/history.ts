// The part of the store's contract that keeps how things went: cells in rings of a fixed size, whom a ring is about, and
// the starts of the server. It also counts what comes due. What the values of a cell mean is the broker's affair.
import type { JobName } from "../job/job.ts";
import type { Cursor } from "./search.ts";

/** A cell for each of the newest `size` steps, and no more: a step takes the place of the one `size` steps before it. */
export interface Ring {
  /** How long a step is. */
  readonly stepMs: number;
  readonly size: number;
}

/** Whose rings: `EVERYBODY`, or the number that a name was given, from 1. */
export type OwnerNumber = number;
export const EVERYBODY: OwnerNumber = 0;

/** What is known of one step of one owner. */
export interface Cell {
  readonly owner: OwnerNumber;
  readonly ring: Ring;
  /** When its step begins: a whole multiple of the step since the epoch. By it an old cell is recognised in its place. */
  readonly at: number;
  readonly values: Float32Array;
}

/** A step that is under way, with what it takes to go on with it. */
export interface OpenCell extends Cell {
  readonly histograms: Uint8Array;
}

/** A name with rings of its own. */
export interface Owner {
  readonly owner: OwnerNumber;
  readonly name: JobName;
  /** How busy the name is, so that it is known after a restart too. */
  readonly weight: number;
}

/** What is written at once. */
export interface HistoryPage {
  readonly closed: readonly Cell[];
  /** All that are under way: they take the place of those that were written before. */
  readonly open: readonly OpenCell[];
  /** Those that are new or have changed. An owner that gets another name loses its cells. */
  readonly owners: readonly Owner[];
}

/** What a server goes on with. */
export interface KeptHistory {
  readonly owners: readonly Owner[];
  readonly open: readonly OpenCell[];
}

/** From `from` on, and before `until`. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export interface ServerStart {
  readonly at: number;
  readonly version: string;
}

/** Starts that are kept, the newest. */
export const STARTS_MAX = 100;

/** Which scheduled jobs to count. */
export interface DueSearch extends Span {
  /** Absent: of all names. */
  readonly name?: JobName;
  readonly stepMs: number;
  /** Absent: from the beginning. */
  readonly after?: Cursor;
  /** How many entries of an index to look at, so that counting holds up nobody. */
  readonly entriesMax: number;
}

export interface DuesFound {
  /** Scheduled jobs by step, counted from 0, those that retry among them. A step without any is left out. */
  readonly scheduled: ReadonlyMap<number, number>;
  readonly retrying: ReadonlyMap<number, number>;
  /** Where to go on; undefined when all were counted. */
  readonly after: Cursor | undefined;
}

/** How the past is kept. Promises reject with a StoreFault. */
export interface HistoryStore {
  /** Writes all of it in one transaction. */
  writeHistory(page: HistoryPage): Promise<void>;
  /** Cells that begin in this span, the earliest first. Those that were never written are left out. */
  historyCells(owner: OwnerNumber, ring: Ring, span: Span): Promise<readonly Cell[]>;
  keptHistory(): Promise<KeptHistory>;
  /** Starts beyond the newest `STARTS_MAX` are forgotten. */
  recordStart(start: ServerStart): Promise<void>;
  /** Starts in this span, the earliest first. */
  starts(span: Span): Promise<readonly ServerStart[]>;
  /** How many jobs come due in each step of a span, slice by slice. */
  dues(search: DueSearch): Promise<DuesFound>;
}

/** Where the cell of a step lies in its ring. */
export function slotOf({ stepMs, size }: Ring, at: number): number {
  return Math.floor(at / stepMs) % size;
}

/** Where the cells of a span lie: no more than two runs of slots, both ends within. */
export function slotsOf(
  ring: Ring,
  { from, until }: Span,
): readonly (readonly [first: number, last: number])[] {
  const first = Math.ceil(from / ring.stepMs);
  const steps = Math.ceil(until / ring.stepMs) - first;
  if (steps <= 0) return [];
  if (steps >= ring.size) return [[0, ring.size - 1]];

  const start = first % ring.size;
  const end = (first + steps - 1) % ring.size;
  const toTheEnd = [start, ring.size - 1] as const;
  return start <= end ? [[start, end]] : [[0, end], toTheEnd];
}
