// Runs of an index: all entries that agree in its first columns, in the order of their instants and then of their enqueue.
// Several are merged into one order, or read one after the other, in small pages, so that none is read further than needed.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Range } from "../../job/filter.ts";
import { AT, arrays, asJobRow, JOB_COLUMNS, type JobRow, SEQ } from "./row.ts";

/** What the entries of a run agree in, by index. */
const AGREE = {
  job_state: "name = ? and state = ?",
  // The second value is always 0, so that all indexes take two.
  job_key: "unique_key = ? and ? = 0",
  job_group: "error_group = ? and state = ?",
} as const;

type Index = keyof typeof AGREE;

export interface Run extends Range {
  readonly index: Index;
  readonly of: readonly [string, number];
}

/** By instant, ascending or descending. */
export type Direction = "earliest" | "latest";
/** A place between two entries: the instant and the seq of the one before. */
export type Place = readonly [at: number, seq: number];

const PAGE_MAX = 256;

interface Statements {
  /** Those of the same instant that go on after a seq. A comparison of pairs would use the index for the instant alone. */
  readonly ties: Readonly<Record<Direction, StatementSync>>;
  /** Those between two instants. */
  readonly between: Readonly<Record<Direction, StatementSync>>;
  readonly seqs: StatementSync;
  readonly count: StatementSync;
}

export class IndexRuns {
  readonly #statements: Readonly<Record<Index, Statements>>;

  constructor(db: DatabaseSync) {
    const prepare = (index: Index): Statements => {
      const from = `from job indexed by ${index} where ${AGREE[index]}`;
      const page = (rest: string) => arrays(db, `select ${JOB_COLUMNS} ${from} and ${rest} limit ?`);
      return {
        ties: {
          earliest: page("at = ? and seq > ? order by seq"),
          latest: page("at = ? and seq < ? order by seq desc"),
        },
        between: {
          earliest: page("at between ? and ? order by at, seq"),
          latest: page("at between ? and ? order by at desc, seq desc"),
        },
        seqs: arrays(db, `select seq ${from} and at between ? and ?`),
        count: arrays(db, `select count(*) from (select 1 ${from} limit ?)`),
      };
    };
    this.#statements = {
      job_state: prepare("job_state"),
      job_key: prepare("job_key"),
      job_group: prepare("job_group"),
    };
  }

  /** How many entries the run has, counted up to `most`. */
  count(run: Run, most: number): number {
    const [jobs] = this.#statements[run.index].count.get(...run.of, most) as unknown as [number];
    return jobs;
  }

  /** The seqs of its jobs, in no order. */
  seqs(run: Run): number[] {
    const rows = this.#statements[run.index].seqs.all(...run.of, run.least ?? FIRST, run.most ?? LAST);
    return (rows as unknown as [number][]).map(([seq]) => seq);
  }

  /** Jobs of one run in order. */
  *read(run: Run, { direction, after, pageSize }: Reading): Generator<JobRow> {
    for (let [place, limit] = [after, pageSize]; ; limit = Math.min(limit * 4, PAGE_MAX)) {
      const rows = this.#page(run, direction, { place, limit });
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < limit || !last) return;
      place = placeOf(last);
    }
  }

  #page(
    run: Run,
    direction: Direction,
    { place, limit }: { place: Place | undefined; limit: number },
  ): JobRow[] {
    const { ties, between } = this.#statements[run.index];
    const [least, most] = [run.least ?? FIRST, run.most ?? LAST];
    const isWithin = place !== undefined && place[0] >= least && place[0] <= most;
    const rows = isWithin ? ties[direction].all(...run.of, ...place, limit).map(asJobRow) : [];
    if (rows.length === limit) return rows;

    const range =
      direction === "earliest"
        ? [place ? Math.max(place[0] + 1, least) : least, most]
        : [least, place ? Math.min(place[0] - 1, most) : most];
    const rest = between[direction].all(...run.of, ...range, limit - rows.length);
    return [...rows, ...rest.map(asJobRow)];
  }

  /** Jobs of all runs in one order. */
  *merge(runs: readonly Run[], reading: Reading): Generator<JobRow> {
    const sign = reading.direction === "earliest" ? 1 : -1;
    const compare = (a: Head, b: Head) => sign * comparePlaces(placeOf(a.row), placeOf(b.row));
    const heads = runs.flatMap((run) => {
      const rows = this.read(run, reading);
      const { value } = rows.next();
      return value ? [{ row: value, rows }] : [];
    });
    // The next one is the last of the list.
    heads.sort((a, b) => compare(b, a));
    for (let head = heads.pop(); head; head = heads.pop()) {
      yield head.row;
      const { value } = head.rows.next();
      if (value) insertSorted(heads, { row: value, rows: head.rows }, compare);
    }
  }
}

export interface Reading {
  readonly direction: Direction;
  readonly after: Place | undefined;
  /** How many rows to read of a run at first. */
  readonly pageSize: number;
}

interface Head {
  readonly row: JobRow;
  readonly rows: Generator<JobRow>;
}

function insertSorted(heads: Head[], head: Head, compare: (a: Head, b: Head) => number): void {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = heads[middle];
    if (other && compare(head, other) < 0) low = middle + 1;
    else high = middle;
  }
  heads.splice(low, 0, head);
}

/** Rows that were found otherwise, in the same order. */
export function inOrder(rows: readonly JobRow[], direction: Direction, after: Place | undefined): JobRow[] {
  const sign = direction === "earliest" ? 1 : -1;
  const left = after ? rows.filter((row) => sign * comparePlaces(placeOf(row), after) > 0) : [...rows];
  return left.sort((a, b) => sign * comparePlaces(placeOf(a), placeOf(b)));
}

const FIRST = Number.MIN_SAFE_INTEGER;
const LAST = Number.MAX_SAFE_INTEGER;

export function placeOf(row: JobRow): Place {
  return [row[AT] ?? 0, row[SEQ]];
}

function comparePlaces([atA, seqA]: Place, [atB, seqB]: Place): number {
  return atA - atB || seqA - seqB;
}
