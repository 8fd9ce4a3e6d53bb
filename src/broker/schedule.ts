// How many jobs come due when, counted in slices so that everything else has its turn in between.
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Cursor } from "../store/search.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { giveWay } from "./finder.ts";

/** Entries of an index in one slice: some 5 ms. */
export const ENTRIES_MAX = 5_000;

export interface ScheduleQuery {
  /** Absent: all names. */
  readonly name?: JobName;
  readonly windowMs: number;
  readonly steps: number;
}

/** Of each step from now on. */
export interface Schedule {
  readonly startAt: number;
  readonly stepMs: number;
  /** Without those that retry. */
  readonly scheduled: readonly number[];
  readonly retrying: readonly number[];
  /** Otherwise there are more than `LIMITS.scheduleJobsMax`. */
  readonly isComplete: boolean;
}

/** Steps are whole milliseconds, so the last one may end a little after the window. */
export async function countSchedule(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { windowMs, steps, ...who }: ScheduleQuery,
): Promise<Schedule> {
  const startAt = clock.now();
  const stepMs = Math.ceil(windowMs / steps);
  const search = { ...who, from: startAt, until: startAt + stepMs * steps, stepMs };
  const all = new Array<number>(steps).fill(0);
  const retrying = [...all];
  let counted = 0;
  let after: Cursor | undefined;
  do {
    // One more than may be counted tells whether there are more.
    const entriesMax = Math.min(ENTRIES_MAX, LIMITS.scheduleJobsMax + 1 - counted);
    const found = await store.dues({ ...search, ...(after !== undefined && { after }), entriesMax });
    counted += add(all, found.scheduled);
    add(retrying, found.retrying);
    after = found.after;
    if (after !== undefined) await giveWay(clock);
  } while (after !== undefined && counted <= LIMITS.scheduleJobsMax);
  // A job that failed between two slices is counted as retrying alone.
  const scheduled = all.map((jobs, i) => Math.max(0, jobs - (retrying[i] ?? 0)));
  return { startAt, stepMs, scheduled, retrying, isComplete: after === undefined };
}

function add(sums: number[], steps: ReadonlyMap<number, number>): number {
  let jobs = 0;
  for (const [step, more] of steps) {
    sums[step] = (sums[step] ?? 0) + more;
    jobs += more;
  }
  return jobs;
}
