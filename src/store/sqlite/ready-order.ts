// The ready jobs of several names in one order: by priority, higher first, then by enqueue order. Each name is one
// range of the index; the ranges are merged, read in small pages so that a name is not read further than needed.
import type { StatementSync } from "node:sqlite";
import type { JobName } from "../../job/job.ts";
import { RANK, type ReadyRow, SEQ } from "./row.ts";

/** Selects a page: name, rank and seq after which it begins, and how many rows. */
export const READY_PAGE_WHERE = "name = ? and state = 2 and (rank, seq) > (?, ?) order by rank, seq limit +?";

const PAGE_MIN = 8;

/** What one name still has to give. */
class ReadyRange {
  readonly #page: StatementSync;
  readonly #name: JobName;
  #room: number;
  #rows: ReadyRow[];
  #next = 0;
  #pageSize: number;
  head: ReadyRow | undefined;

  constructor(
    page: StatementSync,
    { name, room, pageSize }: { name: JobName; room: number; pageSize: number },
  ) {
    this.#page = page;
    this.#name = name;
    this.#room = room;
    this.#pageSize = Math.min(room, pageSize);
    this.#rows = this.#readAfter(Number.MIN_SAFE_INTEGER, 0);
    this.head = this.#rows[0];
  }

  /** Goes on to the next row. */
  take(): void {
    const taken = this.head;
    this.#next++;
    this.#room--;
    const pageIsUsedUp = this.#next === this.#rows.length && this.#rows.length === this.#pageSize;
    if (taken && pageIsUsedUp && this.#room > 0) {
      this.#pageSize = Math.min(this.#room, this.#pageSize * 4);
      this.#rows = this.#readAfter(taken[RANK], taken[SEQ]);
      this.#next = 0;
    }
    this.head = this.#room > 0 ? this.#rows[this.#next] : undefined;
  }

  #readAfter(rank: number, seq: number): ReadyRow[] {
    // The statement returns arrays (setReturnArrays), which its type cannot say.
    return this.#page.all(this.#name, rank, seq, this.#pageSize) as unknown as ReadyRow[];
  }
}

/** Yields rows in order, at most the room of each name and at most `jobsMax` in all. */
export function* readyInOrder(
  page: StatementSync,
  rooms: ReadonlyMap<JobName, number>,
  jobsMax: number,
): Generator<ReadyRow> {
  const pageSize = Math.max(PAGE_MIN, Math.ceil(jobsMax / rooms.size));
  const ranges = [...rooms].map(([name, room]) => new ReadyRange(page, { name, room, pageSize }));
  for (let taken = 0; taken < jobsMax; taken++) {
    const first = earliest(ranges);
    if (!first?.head) return;

    yield first.head;
    first.take();
  }
}

function earliest(ranges: readonly ReadyRange[]): ReadyRange | undefined {
  let best: ReadyRange | undefined;
  for (const range of ranges) {
    if (range.head && (!best?.head || isEarlier(range.head, best.head))) best = range;
  }
  return best;
}

function isEarlier(a: ReadyRow, b: ReadyRow): boolean {
  return a[RANK] < b[RANK] || (a[RANK] === b[RANK] && a[SEQ] < b[SEQ]);
}
