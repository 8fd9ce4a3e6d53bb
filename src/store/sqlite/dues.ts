// How many jobs come due when, read from indexes alone: all scheduled jobs of a name are a run of one, and those of them
// that retry are runs of another, one for each group of errors.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobName } from "../../job/job.ts";
import type { DueSearch, DuesFound } from "../history.ts";
import type { Cursor } from "../search.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { IndexRuns, type Place, type Run } from "./index-runs.ts";
import { arrays, STANDING_NUMBERS, STATE_NUMBERS } from "./row.ts";
import type { Tallies } from "./tallies.ts";

/** Entries read at once. */
const PAGE_MAX = 1_000;

/** A place in all that is counted: within a run, which is a name's, or of one of its groups. */
interface From {
  readonly name: string;
  /** "" for all scheduled jobs of the name. */
  readonly group: string;
  readonly place: Place;
}

export class Dues {
  readonly #runs: IndexRuns;
  readonly #tallies: Tallies;
  readonly #groups: StatementSync;

  constructor(db: DatabaseSync, tallies: Tallies) {
    this.#runs = new IndexRuns(db);
    this.#tallies = tallies;
    this.#groups = arrays(
      db,
      `select error_group from error_group where name = ? and standing = ${STANDING_NUMBERS.retrying} order by error_group`,
    );
  }

  find(search: DueSearch): DuesFound {
    const scheduled = new Map<number, number>();
    const retrying = new Map<number, number>();
    const from = readFrom(search.after);
    let left = search.entriesMax;
    for (const { name, group, run } of this.#from(search, from)) {
      const steps = group === "" ? scheduled : retrying;
      let place = from?.name === name && from.group === group ? from.place : undefined;
      for (let isOver = false; !isOver; ) {
        if (left <= 0)
          return { scheduled, retrying, after: writeCursor([name, group, ...(place ?? BEFORE)]) };
        const limit = Math.min(left, PAGE_MAX);
        const entries = this.#runs.places(run, { direction: "earliest", place, limit });
        for (const [at] of entries) count(steps, Math.floor((at - search.from) / search.stepMs));
        left -= entries.length;
        place = entries.at(-1) ?? place;
        isOver = entries.length < limit;
      }
    }
    return { scheduled, retrying, after: undefined };
  }

  /** Every run that is left, in a fixed order, so that a place in it stays good. */
  *#from({ name: only, from: least, until }: DueSearch, from: From | undefined) {
    const names = only === undefined ? [...this.#tallies.names()].sort() : [only];
    const range = { least, most: until - 1 };
    for (const name of names) {
      if (from && name < from.name) continue;
      const has = (standing: "scheduled" | "retrying") => this.#tallies.count(name, standing) > 0;
      if (!has("scheduled") && !has("retrying")) continue;
      for (const group of ["", ...(has("retrying") ? this.#groupsOf(name) : [])]) {
        if (from && name === from.name && group < from.group) continue;
        const of = [group === "" ? name : group, STATE_NUMBERS.scheduled] as const;
        const run: Run = { index: group === "" ? "job_state" : "job_group", of, ...range };
        yield { name, group, run };
      }
    }
  }

  #groupsOf(name: JobName): string[] {
    return (this.#groups.all(name) as unknown as [string][]).map(([group]) => group);
  }
}

/** Before every job. */
const BEFORE: Place = [Number.MIN_SAFE_INTEGER, 0];

function readFrom(after: Cursor | undefined): From | undefined {
  if (after === undefined) return undefined;

  const shape = ["string", "string", "number", "number"] as const;
  const [name, group, at, seq] = readCursor(after, shape) as [string, string, number, number];
  return { name, group, place: [at, seq] };
}

function count(steps: Map<number, number>, step: number): void {
  steps.set(step, (steps.get(step) ?? 0) + 1);
}
