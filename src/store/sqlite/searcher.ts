// Finds jobs by a filter: lets an index bring candidates in the order asked for, and asks the rules of src/job/filter.ts
// for each. A search ends after so many jobs, or so many candidates, and says where to go on.
import type { DatabaseSync } from "node:sqlite";
import { type JobFilter, matches, matchesName } from "../../job/filter.ts";
import type { JobName } from "../../job/job.ts";
import type { Standing, Troubled } from "../../job/standing.ts";
import type { Candidates, Found, Search, StoredJob, Tally } from "../search.ts";
import { writeCursor } from "./cursor.ts";
import type { Groups } from "./groups.ts";
import type { JobTable } from "./job-table.ts";
import { type Located, located } from "./row.ts";
import { candidacyOf, namesOf, standingsOf, statesOf } from "./search-plan.ts";
import { SearchSteps, type Slice } from "./search-steps.ts";
import type { Tallies } from "./tallies.ts";

export interface Sources {
  readonly jobs: JobTable;
  readonly tallies: Tallies;
  readonly groups: Groups;
}

export interface FoundRows extends Omit<Found, "jobs" | "whole"> {
  readonly found: readonly Located[];
}

/** What becomes of a job that matches: it is taken, left out, or there is no room left for it. */
type Take = (at: Located) => "taken" | "left_out" | "full";

export class Searcher {
  readonly #sources: Sources;
  readonly #steps: SearchSteps;

  constructor(db: DatabaseSync, sources: Sources) {
    this.#sources = sources;
    this.#steps = new SearchSteps(db, sources);
  }

  search({ whole, ...slice }: Search): Found {
    if (!whole) {
      const { found, ...how } = this.find(slice);
      return { ...how, jobs: found.map(({ job }) => job), whole: [] };
    }

    const stored: StoredJob[] = [];
    let bytes = 0;
    const { found: _, ...how } = this.find(slice, (at) => {
      const one = this.#sources.jobs.attachments.whole(at);
      if (!one) return "left_out";
      if (stored.length > 0 && bytes + one.bytes > whole.bytesMax) return "full";
      bytes += one.bytes;
      stored.push(one.stored);
      return "taken";
    });
    return { ...how, jobs: stored.map(({ job }) => job), whole: stored };
  }

  /** The same, as rows that may be changed: all of them are read before this returns. */
  find(slice: Slice, take: Take = () => "taken"): FoundRows {
    const { filter, jobsMax, searchMax } = slice;
    const { attachments } = this.#sources.jobs;
    const isCandidate = candidacyOf(filter);
    const found: Located[] = [];
    let [passed, searched] = [0, 0];
    let after = slice.after;
    for (const step of this.#steps.of(slice)) {
      const isFull = step.row !== undefined && found.length >= jobsMax;
      if (isFull || passed >= searchMax) return { found, after, searched };

      passed += step.passed;
      if (step.row && isCandidate(step.row)) {
        const at = located(step.row);
        if (matches(filter, at.job, () => attachments.payload(at)?.bytes ?? NOTHING)) {
          const fate = take(at);
          if (fate === "full") return { found, after, searched };
          if (fate === "taken") found.push(at);
        }
        searched++;
      }
      after = writeCursor(step.after);
    }
    return { found, after: undefined, searched };
  }

  candidates(filter: JobFilter): Candidates {
    const { jobs, tallies, groups } = this.#sources;
    if (filter.ids) {
      return { jobs: new Set(filter.ids.filter((id) => jobs.find(id))).size };
    }
    if (filter.uniqueKeys) return { jobs: this.#steps.count(filter) };

    const counts =
      filter.errorGroup === undefined
        ? countNames(filter, tallies)
        : countGroup(filter, filter.errorGroup, groups);
    const sum = counts.flatMap((tally) => Object.values(tally.counts)).reduce((a, b) => a + b, 0);
    return isCounted(filter) ? { jobs: sum, counts } : { jobs: sum };
  }
}

/** Whether every condition is one of those that counts tell apart. */
function isCounted(filter: JobFilter): boolean {
  const { states: _, names: __, namePrefixes: ___, retrying: ____, errorGroup: _____, ...others } = filter;
  return Object.values(others).every((condition) => condition === undefined);
}

function countNames(filter: JobFilter, tallies: Tallies): Tally[] {
  const standings = statesOf(filter).flatMap((state) => standingsOf(filter, state));
  return namesOf(filter, tallies).flatMap((name) =>
    tallyOf(
      name,
      standings.map((standing) => [standing, tallies.count(name, standing)]),
    ),
  );
}

function countGroup(filter: JobFilter, group: string, groups: Groups): Tally[] {
  const troubles = statesOf(filter).map((state) =>
    state === "dead" ? ("dead" as const) : ("retrying" as const),
  );
  const counted = troubles.map((as) => ({ as, ...groups.count(group, as) }));
  const name = counted.find((one) => one.name !== undefined)?.name;
  if (name === undefined || !matchesName(filter, name)) return [];

  return tallyOf(
    name,
    counted.map(({ as, jobs = 0 }): [Troubled, number] => [as, jobs]),
  );
}

function tallyOf(name: JobName, counts: readonly (readonly [Standing, number])[]): Tally[] {
  const some = counts.filter(([, jobs]) => jobs > 0);
  return some.length > 0 ? [{ name, counts: Object.fromEntries(some) }] : [];
}

const NOTHING = new Uint8Array();
