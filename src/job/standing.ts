// What a job counts as, in the counts of its name and in the groups of errors.
import type { Job, JobState } from "./job.ts";

/** Where a job stands; `retrying` is scheduled after a failure, so that an outage shows before its jobs are dead. */
export type Standing = JobState["is"] | "retrying";

export function standingOf(job: Job): Standing {
  return job.state.is === "scheduled" && job.failures > 0 ? "retrying" : job.state.is;
}

/** The standings of jobs that are members of the group of their last error. */
export type Troubled = "dead" | "retrying";

/** As what the job belongs to the group of its last error; undefined when it does not. */
export function troubleOf(job: Job): Troubled | undefined {
  const standing = standingOf(job);
  return job.lastError && (standing === "dead" || standing === "retrying") ? standing : undefined;
}

/** Since when the job has been in its state, in epoch milliseconds. */
export function sinceOf({ state }: Job): number {
  return "finishedAt" in state ? state.finishedAt : state.since;
}

/** The instant by which jobs of one state are ordered: scheduled ones by their due time, others by since when. */
export function instantOf(job: Job): number {
  return job.state.is === "scheduled" ? job.state.dueAt : sinceOf(job);
}
