// Exact counts per name and standing, kept in the write path: changed in memory with each job of a transaction, written
// once per transaction, and taken back when it does not commit. Never counted over jobs.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Job, JobName } from "../../job/job.ts";
import { type Standing, standingOf } from "../../job/standing.ts";
import type { Tally } from "../search.ts";
import { STANDING_NUMBERS } from "./row.ts";

type Counts = Partial<Record<Standing, number>>;

export class Tallies {
  /** What is committed, and what the transaction that is open has changed. */
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
      const standing = STANDINGS.get(Number(row.state)) ?? "ready";
      add(this.#counts, row.name as JobName, [standing, Number(row.jobs)]);
    }
  }

  /** A job came into being (`was` undefined), moved, or was forgotten (`is` undefined). */
  moved(was: Job | undefined, is: Job | undefined): void {
    const [from, to] = [was && standingOf(was), is && standingOf(is)];
    if (from === to) return;

    if (was && from) this.#add(was.name, [from, -1]);
    if (is && to) this.#add(is.name, [to, 1]);
  }

  #add(name: JobName, entry: [Standing, number]): void {
    add(this.#deltas, name, entry);
    add(this.#counts, name, entry);
  }

  /** Inside the transaction, before its commit. */
  write(): void {
    for (const [name, counts] of this.#deltas) {
      for (const [standing, delta] of entries(counts)) {
        if (delta !== 0) this.#write.run(name, STANDING_NUMBERS[standing], delta);
      }
      this.#forget.run(name);
    }
  }

  committed(): void {
    this.#settle();
  }

  rolledBack(): void {
    for (const [name, counts] of this.#deltas) {
      for (const [standing, delta] of entries(counts)) add(this.#counts, name, [standing, -delta]);
    }
    this.#settle();
  }

  /** Forgets names without jobs. */
  #settle(): void {
    for (const name of this.#deltas.keys()) {
      const left = this.#counts.get(name);
      if (left && Object.values(left).every((jobs) => jobs === 0)) this.#counts.delete(name);
    }
    this.#deltas.clear();
  }

  /** How many jobs of this name stand so. */
  count(name: JobName, standing: Standing): number {
    return this.#counts.get(name)?.[standing] ?? 0;
  }

  names(): Iterable<JobName> {
    return this.#counts.keys();
  }

  /** How many jobs of all names stand so. */
  sum(): Counts {
    const sum: Counts = {};
    for (const counts of this.#counts.values()) {
      for (const standing in counts) {
        const one = standing as Standing;
        sum[one] = (sum[one] ?? 0) + (counts[one] ?? 0);
      }
    }
    return sum;
  }

  all(): Tally[] {
    return [...this.#counts].map(([name, counts]) => ({
      name,
      counts: Object.fromEntries(entries(counts).filter(([, jobs]) => jobs > 0)),
    }));
  }
}

const STANDINGS = new Map(Object.entries(STANDING_NUMBERS).map(([is, number]) => [number, is as Standing]));

function add(to: Map<JobName, Counts>, name: JobName, [standing, delta]: [Standing, number]): void {
  let counts = to.get(name);
  if (!counts) {
    counts = {};
    to.set(name, counts);
  }
  counts[standing] = (counts[standing] ?? 0) + delta;
}

function entries(counts: Counts): [Standing, number][] {
  return Object.entries(counts) as [Standing, number][];
}
