// Who wants to hear of which job. Costs nothing for jobs that nobody watches.
import type { Job, JobId } from "../job/job.ts";

/** `isForgotten`: this is the last of it, nothing of the job is stored any more. */
export type JobListener = (job: Job, isForgotten: boolean) => void;

export class Events {
  readonly #listeners = new Map<JobId, Set<JobListener>>();

  /** Calls with the job as it stands after each change. Returns how to stop. */
  watch(id: JobId, listener: JobListener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    listeners.add(listener);
    this.#listeners.set(id, listeners);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  emit(job: Job, isForgotten = false): void {
    if (this.#listeners.size === 0) return;

    for (const listener of this.#listeners.get(job.id) ?? []) listener(job, isForgotten);
  }
}
