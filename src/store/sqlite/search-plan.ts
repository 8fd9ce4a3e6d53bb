// Where the jobs of a filter lie: which states and names they can have, and so which runs of which index. A filter's other
// conditions are tried on each job that is found there.
import { type JobFilter, matchesName, type Range } from "../../job/filter.ts";
import type { JobName, JobState } from "../../job/job.ts";
import type { Standing } from "../../job/standing.ts";
import type { Run } from "./index-runs.ts";
import { FAILURES, type JobRow, NAME, STATE, STATE_NUMBERS } from "./row.ts";
import type { Tallies } from "./tallies.ts";

type State = JobState["is"];

const STATES = Object.keys(STATE_NUMBERS) as State[];
const FINISHED: readonly State[] = ["succeeded", "dead", "cancelled"];

/** The states that jobs of the filter can be in, as far as its conditions say. */
export function statesOf(filter: JobFilter): readonly State[] {
  let states = filter.states ?? STATES;
  const keep = (those: readonly State[]) => {
    states = states.filter((state) => those.includes(state));
  };
  if (filter.retrying || filter.due) keep(["scheduled"]);
  if (filter.finished) keep(FINISHED);
  if (filter.errorGroup !== undefined) keep(["scheduled", "dead"]);
  if (filter.workerIds) keep(["reserved", "succeeded"]);
  return states;
}

/** The names that have jobs and that jobs of the filter can have. */
export function namesOf(filter: JobFilter, tallies: Tallies): JobName[] {
  return [...tallies.names()].filter((name) => matchesName(filter, name));
}

/** Whether the filter's states and names leave any job out. */
export function isNarrow(filter: JobFilter): boolean {
  return (
    filter.names !== undefined || filter.namePrefixes !== undefined || statesOf(filter).length < STATES.length
  );
}

/** What the jobs of this state count as, of those that the filter can want. */
export function standingsOf({ retrying }: JobFilter, state: State): readonly Standing[] {
  if (state !== "scheduled") return [state];
  return retrying ? ["retrying"] : ["scheduled", "retrying"];
}

/** The runs of an index in which the jobs of the filter lie. */
export function runsOf(filter: JobFilter, tallies: Tallies): Run[] {
  const states = statesOf(filter);
  if (filter.uniqueKeys) return unique(filter.uniqueKeys).map((key) => ({ index: "job_key", of: [key, 0] }));

  const { errorGroup } = filter;
  if (errorGroup !== undefined) {
    return states.map((state) => ({
      index: "job_group",
      of: [errorGroup, STATE_NUMBERS[state]],
      ...boundsOf(filter, state),
    }));
  }
  const names = namesOf(filter, tallies);
  const some = (name: JobName, state: State) =>
    standingsOf(filter, state).some((standing) => tallies.count(name, standing) > 0);
  const runs = names.flatMap((name) =>
    states
      .filter((state) => state !== "reserved" && some(name, state))
      .map(
        (state): Run => ({
          index: "job_state",
          of: [name, STATE_NUMBERS[state]],
          ...boundsOf(filter, state),
        }),
      ),
  );
  const isHeld = states.includes("reserved") && names.some((name) => some(name, "reserved"));
  return isHeld ? [...runs, heldRun(filter)] : runs;
}

/** All that workers hold is one run, so that it is read once, however many names there are. */
function heldRun(filter: JobFilter): Run {
  const [name, ...others] = filter.namePrefixes === undefined ? (filter.names ?? []) : [];
  const only = name !== undefined && others.length === 0 ? name : "";
  return { index: "job_held", of: [only, STATE_NUMBERS.reserved], ...boundsOf(filter, "reserved") };
}

/** Between which instants jobs of this state must lie. */
function boundsOf({ due, finished, asOf }: JobFilter, state: State): Range {
  const range = due ?? finished ?? {};
  // A scheduled job's instant is when it is due, and says nothing of since when it waits.
  if (asOf === undefined || state === "scheduled") return range;

  return { ...range, most: Math.min(range.most ?? asOf, asOf) };
}

/** Whether the job fits by state and name: what a search counts as looked at. */
export function candidacyOf(filter: JobFilter): (row: JobRow) => boolean {
  const states = new Set(statesOf(filter).map((state) => STATE_NUMBERS[state]));
  return (row) =>
    states.has(row[STATE]) && matchesName(filter, row[NAME]) && !(filter.retrying && row[FAILURES] === 0);
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
