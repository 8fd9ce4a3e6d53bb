// Runs of an index: all entries that agree in its first columns, in the order of their instants and then of their enqueue.
// They are read page by page; src/store/sqlite/merged-runs.ts makes one order of several.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Range } from "../../job/filter.ts";
import { AT, arrays, asJobRow, JOB_COLUMNS, type JobRow, SEQ } from "./row.ts";

/** What the entries of a run agree in, by index. */
const AGREE = {
  job_state: "name = ? and state = ? and state <> 3",
  // The jobs that workers hold, of one name or of all. The index is not in the order of a run: each page reads all of it.
  job_held: "?1 in (name, '') and state = ?2 and state = 3",
  // The second value is always 0, so that all indexes take two.
  job_key: "unique_key = ? and ? = 0",
  job_group: "error_group = ? and state = ?",
} as const;

type Index = keyof typeof AGREE;

export interface Run extends Range {
  readonly index: Index;
  readonly of: readonly [string, number];
}

/** How many jobs to read of a run at once, at most. */
export function pageMaxOf({ index }: Run): number {
  return index === "job_held" ? 4_096 : 256;
}

/** By instant, ascending or descending. */
export type Direction = "earliest" | "latest";
/** A place between two entries: the instant and the seq of the one before. */
export type Place = readonly [at: number, seq: number];

/** Entries of a run in one direction, from a place on. */
interface Paging {
  /** Those of the same instant that go on after a seq. A comparison of pairs would use the index for the instant alone. */
  readonly ties: StatementSync;
  /** Those between two instants. */
  readonly between: StatementSync;
}

interface Statements {
  readonly rows: Readonly<Record<Direction, Paging>>;
  /** The same, of which only the places are read: the index has them, and the table is not touched. */
  readonly places: Readonly<Record<Direction, Paging>>;
  readonly seqs: StatementSync;
  readonly count: StatementSync;
}

export class IndexRuns {
  readonly #statements: Readonly<Record<Index, Statements>>;

  constructor(db: DatabaseSync) {
    const prepare = (index: Index): Statements => {
      const from = `from job indexed by ${index} where ${AGREE[index]}`;
      const paging = (columns: string): Statements["rows"] => {
        const page = (rest: string) => arrays(db, `select ${columns} ${from} and ${rest} limit +?`);
        return {
          earliest: {
            ties: page("at = ? and seq > ? order by seq"),
            between: page("at between ? and ? order by at, seq"),
          },
          latest: {
            ties: page("at = ? and seq < ? order by seq desc"),
            between: page("at between ? and ? order by at desc, seq desc"),
          },
        };
      };
      return {
        rows: paging(JOB_COLUMNS),
        places: paging("at, seq"),
        seqs: arrays(db, `select seq ${from} and at between ? and ?`),
        count: arrays(db, `select count(*) from (select 1 ${from} limit +?)`),
      };
    };
    this.#statements = {
      job_state: prepare("job_state"),
      job_held: prepare("job_held"),
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

  /** The next jobs of a run. */
  rows(run: Run, start: Start): JobRow[] {
    return page(this.#statements[run.index].rows[start.direction], run, start).map(asJobRow);
  }

  /** Where the next jobs of a run lie. */
  places(run: Run, start: Start): Place[] {
    return page(this.#statements[run.index].places[start.direction], run, start) as Place[];
  }

  /** Where the next job of a run lies. */
  nextPlace(run: Run, direction: Direction, place: Place | undefined): Place | undefined {
    return this.places(run, { direction, place, limit: 1 })[0];
  }
}

export interface Start {
  readonly direction: Direction;
  /** After it; undefined: from the beginning. */
  readonly place: Place | undefined;
  readonly limit: number;
}

function page({ ties, between }: Paging, run: Run, { direction, place, limit }: Start): unknown[] {
  const [least, most] = [run.least ?? FIRST, run.most ?? LAST];
  const isWithin = place !== undefined && place[0] >= least && place[0] <= most;
  const rows = isWithin ? ties.all(...run.of, ...place, limit) : [];
  if (rows.length === limit) return rows;

  const range =
    direction === "earliest"
      ? [place ? Math.max(place[0] + 1, least) : least, most]
      : [least, place ? Math.min(place[0] - 1, most) : most];
  const rest = between.all(...run.of, ...range, limit - rows.length);
  return rows.length === 0 ? rest : [...rows, ...rest];
}

const FIRST = Number.MIN_SAFE_INTEGER;
const LAST = Number.MAX_SAFE_INTEGER;

export function placeOf(row: JobRow): Place {
  return [row[AT] ?? 0, row[SEQ]];
}

export function comparePlaces([atA, seqA]: Place, [atB, seqB]: Place): number {
  return atA - atB || seqA - seqB;
}
