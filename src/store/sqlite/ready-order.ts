// The ready jobs of several names in one order: by priority, higher first, then by enqueue order. Each name is one range of
// the index. Where its first job lies at the earliest is remembered, so that a name is read only when it may be its turn:
// a selection costs as much as it finds, however many names it is asked for.
import type { StatementSync } from "node:sqlite";
import type { JobName } from "../../job/job.ts";
import type { Rooms } from "../store.ts";
import type { Folded } from "./group-commit.ts";
import { Heap } from "./heap.ts";
import { RANK, type ReadyRow, SEQ } from "./row.ts";

/** Selects a page: the name, rank and seq at which it begins, and how many rows. */
export const READY_PAGE_WHERE =
  "name = ? and state = 2 and (rank, seq) >= (?, ?) order by rank, seq limit +?";

const PAGE_MIN = 2;

/** A place in the order. */
export interface ReadyPlace {
  readonly rank: number;
  readonly seq: number;
}

const BEFORE_ALL: ReadyPlace = { rank: Number.MIN_SAFE_INTEGER, seq: 0 };

function placeOf(row: ReadyRow): ReadyPlace {
  return { rank: row[RANK], seq: row[SEQ] };
}

function isAt(row: ReadyRow, { rank, seq }: ReadyPlace): boolean {
  return row[RANK] === rank && row[SEQ] === seq;
}

function isBefore(a: ReadyPlace, b: ReadyPlace): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.seq < b.seq);
}

export class ReadyOrder implements Folded {
  readonly #page: StatementSync;
  /** At or before the first ready job of each name; a name that is not here has to be looked at. */
  readonly #first = new Map<JobName, ReadyPlace>();

  /** @param page selects rows of `READY_PAGE_WHERE`, as arrays */
  constructor(page: StatementSync) {
    this.#page = page;
  }

  /** A job of this name is ready there. */
  add(name: JobName, place: ReadyPlace): void {
    const first = this.#first.get(name);
    if (first && isBefore(place, first)) this.#first.set(name, place);
  }

  select(rooms: Rooms): ReadySelection {
    return new ReadySelection({ page: this.#page, first: this.#first }, rooms);
  }

  write(): void {}

  committed(): void {}

  /** Jobs that were handed out are ready again. */
  rolledBack(): void {
    this.#first.clear();
  }
}

interface Known {
  readonly page: StatementSync;
  readonly first: Map<JobName, ReadyPlace>;
}

/** What one name still has to give. */
interface Range {
  readonly name: JobName;
  room: number;
  /** At or before its next job. */
  place: ReadyPlace;
  rows: readonly ReadyRow[];
  next: number;
  /** How many rows the next page has, and how many the last one could have had. */
  pageSize: number;
  asked: number;
}

/** One selection, row by row; it lasts no longer than its transaction. */
export class ReadySelection {
  /** Names that have no more ready jobs. */
  readonly emptied: JobName[] = [];
  readonly #known: Known;
  readonly #ranges: Heap<Range>;
  #left: number;
  /** The one that came up last. */
  #last: Range | undefined;

  constructor(known: Known, { each, inAll }: Rooms) {
    this.#known = known;
    this.#left = inAll;
    const pageSize = Math.max(PAGE_MIN, Math.ceil(inAll / each.size));
    const ranges: Range[] = [];
    for (const [name, room] of each) {
      const place = known.first.get(name) ?? BEFORE_ALL;
      if (room > 0) ranges.push({ name, room, place, rows: [], next: 0, pageSize, asked: 0 });
    }
    this.#ranges = new Heap(ranges, (a, b) => isBefore(a.place, b.place));
  }

  /** There may be more, but no room in all. */
  get isAtBound(): boolean {
    return this.#left === 0;
  }

  /** The next row; undefined when there is none. */
  next(): ReadyRow | undefined {
    if (this.#left === 0) return undefined;

    for (let range = this.#ranges.first; range; range = this.#ranges.first) {
      if (range.room === 0) {
        this.#ranges.removeFirst();
        continue;
      }
      const row = range.rows[range.next] ?? this.#read(range);
      if (!row) continue;
      if (isAt(row, range.place)) return this.#take(range, row);
      this.#moveTo(range, placeOf(row));
      this.#ranges.sinkFirst();
    }
    return undefined;
  }

  /** The row that came last stays ready, and the rest of its name with it. */
  leave(row: ReadyRow): void {
    if (!this.#last) return;

    this.#last.room = 0;
    if (this.emptied.at(-1) === this.#last.name) this.emptied.pop();
    this.#known.first.set(this.#last.name, placeOf(row));
  }

  #take(range: Range, row: ReadyRow): ReadyRow {
    this.#last = range;
    this.#left--;
    range.room--;
    const ahead = range.rows[++range.next];
    this.#moveTo(range, ahead ? placeOf(ahead) : { rank: row[RANK], seq: row[SEQ] + 1 });
    if (!ahead && range.rows.length < range.asked) this.#end(range);
    else this.#ranges.sinkFirst();
    return row;
  }

  #moveTo(range: Range, place: ReadyPlace): void {
    range.place = place;
    this.#known.first.set(range.name, place);
  }

  /** Its next page, of which this is the first row. */
  #read(range: Range): ReadyRow | undefined {
    if (range.rows.length === range.asked && range.asked > 0) range.pageSize *= 4;
    range.asked = Math.max(PAGE_MIN, Math.min(range.room, range.pageSize));
    // The statement returns arrays (setReturnArrays), which its type cannot say.
    const rows = this.#known.page.all(range.name, range.place.rank, range.place.seq, range.asked);
    range.rows = rows as unknown as ReadyRow[];
    range.next = 0;
    if (range.rows.length === 0) this.#end(range);
    return range.rows[0];
  }

  /** No more jobs of its name are ready. */
  #end({ name }: Range): void {
    this.#ranges.removeFirst();
    this.#known.first.delete(name);
    this.emptied.push(name);
  }
}
