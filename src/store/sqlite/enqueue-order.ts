// Jobs in the order of their enqueue. The table is in that order: it is walked window by window, so that a walk over a
// million jobs that do not fit can stop after any thousand of them.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobFilter } from "../../job/filter.ts";
import { arrays, asJobRow, JOB_COLUMNS, type JobRow, SEQ, STATE_NUMBERS } from "./row.ts";
import { isNarrow, namesOf, statesOf } from "./search-plan.ts";
import type { Tallies } from "./tallies.ts";

const WINDOW_MIN = 64;
const WINDOW_MAX = 1_024;
/** More names than this are told apart when the rows are there. */
const NAMES_MAX = 100;

/** A step of a search: a job that may fit, or only a way that was gone. */
export interface Step {
  readonly row: JobRow | undefined;
  /** Where to go on after it. */
  readonly after: readonly (string | number)[];
  /** How many jobs were passed with this step. */
  readonly passed: number;
}

interface Walk {
  readonly filter: JobFilter;
  readonly order: "newest" | "oldest";
  /** After so many jobs the walk will end, though that is for its caller to do. */
  readonly stepsMax: number;
}

export class EnqueueOrder {
  readonly #db: DatabaseSync;
  readonly #tallies: Tallies;
  readonly #bySeq: StatementSync;

  constructor(db: DatabaseSync, tallies: Tallies) {
    this.#db = db;
    this.#tallies = tallies;
    this.#bySeq = arrays(db, `select ${JOB_COLUMNS} from job where seq = ?`);
  }

  /** These jobs. */
  *pick(seqs: readonly number[]): Generator<Step> {
    for (const seq of seqs) {
      const row = this.#bySeq.get(seq);
      if (row) yield { row: asJobRow(row), after: [seq], passed: 1 };
    }
  }

  /** All jobs that fit the filter by state and name. No window is larger than what may still be passed. */
  *walk({ filter, order, stepsMax }: Walk, after: number | undefined): Generator<Step> {
    const down = order === "newest";
    const beyond = down ? "seq < ?" : "seq > ?";
    const by = down ? "seq desc" : "seq";
    const edge = arrays(
      this.#db,
      `select count(*), ${down ? "min" : "max"}(seq) from (select seq from job not indexed where ${beyond} order by ${by} limit +?)`,
    );
    const { sql, values } = this.#conditions(filter);
    const fitting = arrays(
      this.#db,
      `select ${JOB_COLUMNS} from job not indexed where ${beyond} and seq ${down ? ">=" : "<="} ? ${sql} order by ${by}`,
    );

    let from = after ?? (down ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
    let left = stepsMax;
    for (let size = WINDOW_MIN; ; size = Math.min(size * 4, WINDOW_MAX)) {
      const window = Math.max(1, Math.min(size, left));
      const [jobs, to] = edge.get(from, window) as unknown as [number, number | null];
      if (to === null) return;
      for (const row of fitting.all(from, to, ...values).map(asJobRow)) {
        yield { row, after: [row[SEQ]], passed: 0 };
      }
      yield { row: undefined, after: [to], passed: jobs };
      if (jobs < window) return;
      from = to;
      left -= jobs;
    }
  }

  #conditions(filter: JobFilter): { sql: string; values: (string | number)[] } {
    if (!isNarrow(filter)) return { sql: "", values: [] };
    const states = statesOf(filter).map((state) => STATE_NUMBERS[state]);
    const named = filter.names !== undefined || filter.namePrefixes !== undefined;
    const names = named ? namesOf(filter, this.#tallies) : [];
    const some = named && names.length <= NAMES_MAX ? names : undefined;
    const places = (list: readonly unknown[]) => list.map(() => "?").join(", ");
    return {
      sql: `and state in (${places(states)})${some ? ` and name in (${places(some)})` : ""}`,
      values: [...states, ...(some ?? [])],
    };
  }
}
