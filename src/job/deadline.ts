// The one instant at which the server must look at a job again. A job has at most one, so promoting, expiring,
// noticing lost workers and pruning are one loop over one index.
import { type FinishedState, isFinished, type Job, type JobState } from "./job.ts";

/** How long finished jobs are kept, in milliseconds; 0 forgets them at once. */
export interface Retention {
  readonly succeeded: number;
  readonly cancelled: number;
  readonly dead: number;
}

/** The job's deadline in epoch milliseconds; undefined for a ready job that may wait for ever. */
export function deadlineOf(job: Job, retention: Retention): number | undefined {
  const { state } = job;
  if (isFinished(state)) return state.finishedAt + keptMs(job, state, retention);

  return deadlineOfUnfinished(job, state);
}

/** How long the job is kept in this state, in milliseconds; 0 forgets it at once. */
export function keptMs(job: Job, state: FinishedState, retention: Retention): number {
  const own = state.is === "succeeded" ? job.keepResultMs : undefined;
  return own ?? retention[state.is];
}

function deadlineOfUnfinished(
  job: Job,
  state: Exclude<JobState, { finishedAt: number }>,
): number | undefined {
  switch (state.is) {
    case "scheduled":
      return Math.min(state.dueAt, startLimit(job) ?? state.dueAt);
    case "ready":
      return startLimit(job);
    case "reserved":
      // Whichever comes first: neither a broken stream nor a short reservation makes the other one longer.
      return Math.min(state.until, state.goneUntil ?? state.until);
  }
}

/** The instant by which the job must have been started; undefined once it has been, or when it carries none. */
export function startLimit(job: Job): number | undefined {
  return job.attempt === 0 ? job.startBy : undefined;
}
