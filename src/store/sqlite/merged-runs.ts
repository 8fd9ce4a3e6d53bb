// Several runs of an index in one order, each read no further than needed. A run of which nothing is needed yet costs one
// look into its index, so that a page out of a thousand names stays cheap.
import {
  comparePlaces,
  type Direction,
  type IndexRuns,
  type Place,
  pageMaxOf,
  placeOf,
  type Run,
} from "./index-runs.ts";
import type { JobRow } from "./row.ts";

export interface Reading {
  readonly direction: Direction;
  readonly after: Place | undefined;
  /** How many rows to read of a run at first. */
  readonly pageSize: number;
}

/** One run, read from a place on. */
class RunReader {
  readonly #runs: IndexRuns;
  readonly #run: Run;
  readonly #direction: Direction;
  #pageSize: number;
  #rows: readonly JobRow[] = [];
  #next = 0;
  #taken: Place | undefined;
  /** Where its next job lies; undefined at the end. */
  place: Place | undefined;

  constructor(runs: IndexRuns, run: Run, { direction, after, pageSize }: Reading) {
    this.#runs = runs;
    this.#run = run;
    this.#direction = direction;
    this.#pageSize = pageSize;
    this.#taken = after;
    this.place = runs.nextPlace(run, direction, after);
  }

  /** Its next job. */
  take(): JobRow | undefined {
    if (this.#next === this.#rows.length) {
      const start = { direction: this.#direction, place: this.#taken, limit: this.#pageSize };
      this.#rows = this.#runs.rows(this.#run, start);
      this.#next = 0;
      this.#pageSize = Math.min(this.#pageSize * 4, pageMaxOf(this.#run));
    }
    const row = this.#rows[this.#next++];
    this.#taken = row && placeOf(row);
    const ahead = this.#rows[this.#next];
    if (ahead) this.place = placeOf(ahead);
    else this.place = row && this.#runs.nextPlace(this.#run, this.#direction, this.#taken);
    return row;
  }
}

/** Jobs of one run in order. */
export function* readRun(runs: IndexRuns, run: Run, reading: Reading): Generator<JobRow> {
  const { direction } = reading;
  for (
    let [place, limit] = [reading.after, reading.pageSize];
    ;
    limit = Math.min(limit * 4, pageMaxOf(run))
  ) {
    const rows = runs.rows(run, { direction, place, limit });
    yield* rows;
    const last = rows.at(-1);
    if (rows.length < limit || !last) return;
    place = placeOf(last);
  }
}

/** Jobs of all these runs in one order. */
export function* mergeRuns(runs: IndexRuns, some: readonly Run[], reading: Reading): Generator<JobRow> {
  const compare = comparing(reading.direction);
  const readers = some.map((run) => new RunReader(runs, run, reading)).filter(({ place }) => place);
  // The next one is the last of the list.
  readers.sort((a, b) => (a.place && b.place ? compare(b.place, a.place) : 0));
  for (let reader = readers.pop(); reader; reader = readers.pop()) {
    const row = reader.take();
    if (row) yield row;
    if (reader.place) insertSorted(readers, reader, compare);
  }
}

type Compare = (a: Place, b: Place) => number;

function comparing(direction: Direction): Compare {
  return direction === "earliest" ? comparePlaces : (a, b) => comparePlaces(b, a);
}

function insertSorted(readers: RunReader[], reader: RunReader, compare: Compare): void {
  let [low, high] = [0, readers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = readers[middle]?.place;
    if (other && reader.place && compare(reader.place, other) < 0) low = middle + 1;
    else high = middle;
  }
  readers.splice(low, 0, reader);
}

/** Rows that were found otherwise, in the same order. */
export function inOrder(rows: readonly JobRow[], direction: Direction, after: Place | undefined): JobRow[] {
  const compare = comparing(direction);
  const left = after ? rows.filter((row) => compare(placeOf(row), after) > 0) : [...rows];
  return left.sort((a, b) => compare(placeOf(a), placeOf(b)));
}
