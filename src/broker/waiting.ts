// Waiting for jobs to be finished, for whoever enqueued them.
import { type AttemptRecord, isFinished, type Job, type JobId } from "../job/job.ts";
import { type Store, StoreFault } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";

/** When the wait ends if the jobs do not: at this instant, or when the signal aborts. */
export interface Patience {
  readonly until: number;
  readonly signal: AbortSignal;
}

/** A job as it stood last, and how its last attempt ended that did not succeed. */
export interface Waited {
  readonly job: Job;
  readonly last?: AttemptRecord;
}

export interface WaitingParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
}

/**
 * Resolves when each of these is finished or gone, or when patience ends; with each as it stood last. One that was gone
 * before the call is not among them.
 */
export async function whenFinished(
  { store, clock, events }: WaitingParts,
  ids: readonly JobId[],
  { until, signal }: Patience,
): Promise<ReadonlyMap<JobId, Waited>> {
  const latest = new Map<JobId, Job>();
  const unfinished = new Set(ids);
  const over = Promise.withResolvers<void>();
  const see = (id: JobId, job: Job | undefined, isForgotten: boolean) => {
    if (job) latest.set(id, job);
    if (!job || isForgotten || isFinished(job.state)) unfinished.delete(id);
    if (unfinished.size === 0) over.resolve();
  };
  const stops = ids.map((id) => events.watch(id, (job, isForgotten) => see(id, job, isForgotten)));
  const cancel = clock.at(until, over.resolve);
  const abort = () => over.resolve();
  signal.addEventListener("abort", abort, { once: true });
  try {
    if (signal.aborted) abort();
    // Watching began before this look, so nothing falls between the two; what was heard meanwhile is newer.
    for (const id of new Set(ids)) {
      const job = await store.peek(id);
      if (!latest.has(id)) see(id, job, false);
    }
    await over.promise;
  } finally {
    for (const stop of stops) stop();
    cancel();
    signal.removeEventListener("abort", abort);
  }
  return withHistories(store, latest);
}

async function withHistories(store: Store, jobs: ReadonlyMap<JobId, Job>) {
  const waited = new Map<JobId, Waited>();
  for (const [id, job] of jobs) {
    const stored = await store.get(id).catch(damagedIsUnknown);
    const last = stored?.history.at(-1);
    waited.set(id, { job: stored?.job ?? job, ...(last && { last }) });
  }
  return waited;
}

/** The payload of a damaged job is not asked for here. */
function damagedIsUnknown(error: unknown): undefined {
  if (!(error instanceof StoreFault) || error.kind !== "damaged") throw error;
}
