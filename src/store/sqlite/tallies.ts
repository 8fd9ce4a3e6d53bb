// Exact counts per name and state, kept in the write path: changed in memory with each job of a transaction, written
// once per transaction, and taken back when it does not commit. Never counted over jobs.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobName, JobState } from "../../job/job.ts";
import type { Tally } from "../store.ts";
import { STATE_NUMBERS, stateOfNumber } from "./row.ts";

type Counts = Partial<Record<JobState["is"], number>>;

export class Tallies {
  readonly #counts = new Map<JobName, Counts>();
  readonly #deltas = new Map<JobName, Counts>();
  readonly #write: StatementSync;
  readonly #forget: StatementSync;

  constructor(db: DatabaseSync) {
    this.#write = db.prepare(
      "insert into tally (name, state, jobs) values (?, ?, ?) on conflict do update set jobs = jobs + excluded.jobs",
    );
    this.#forget = db.prepare("delete from tally where name = ? and jobs = 0");
    for (const row of db.prepare("select name, state, jobs from tally").iterate()) {
      add(this.#counts, row.name as JobName, [stateOfNumber(Number(row.state)), Number(row.jobs)]);
    }
  }

  /** A job of this name came into being (`was` undefined), moved, or was forgotten (`is` undefined). */
  moved(name: JobName, was: JobState["is"] | undefined, is: JobState["is"] | undefined): void {
    if (was === is) return;

    if (was) add(this.#deltas, name, [was, -1]);
    if (is) add(this.#deltas, name, [is, 1]);
  }

  /** Inside the transaction, before its commit. */
  write(): void {
    for (const [name, counts] of this.#deltas) {
      for (const [state, delta] of entries(counts)) {
        if (delta !== 0) this.#write.run(name, STATE_NUMBERS[state], delta);
      }
      this.#forget.run(name);
    }
  }

  committed(): void {
    for (const [name, counts] of this.#deltas) {
      for (const entry of entries(counts)) add(this.#counts, name, entry);
      const left = this.#counts.get(name);
      if (left && Object.values(left).every((jobs) => jobs === 0)) this.#counts.delete(name);
    }
    this.#deltas.clear();
  }

  rolledBack(): void {
    this.#deltas.clear();
  }

  all(): Tally[] {
    return [...this.#counts].map(([name, counts]) => ({
      name,
      counts: Object.fromEntries(entries(counts).filter(([, jobs]) => jobs > 0)),
    }));
  }
}

function add(to: Map<JobName, Counts>, name: JobName, [state, delta]: [JobState["is"], number]): void {
  let counts = to.get(name);
  if (!counts) {
    counts = {};
    to.set(name, counts);
  }
  counts[state] = (counts[state] ?? 0) + delta;
}

function entries(counts: Counts): [JobState["is"], number][] {
  return Object.entries(counts) as [JobState["is"], number][];
}
