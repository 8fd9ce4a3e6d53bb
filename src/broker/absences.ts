// Workers whose stream broke, and what they held: whoever comes back within the grace with the same id is asked for it.
// Bounded by the jobs that are reserved: an entry goes with its job's reservation.
import type { JobId, WorkerId } from "../job/job.ts";

export class Absences {
  readonly #held = new Map<WorkerId, Map<JobId, number>>();

  add(worker: WorkerId, id: JobId, attempt: number): void {
    const held = this.#held.get(worker) ?? new Map<JobId, number>();
    held.set(id, attempt);
    this.#held.set(worker, held);
  }

  /** The reservation ended. */
  remove(worker: WorkerId, id: JobId): void {
    const held = this.#held.get(worker);
    held?.delete(id);
    if (held?.size === 0) this.#held.delete(worker);
  }

  /** The worker came back: what it held when it left, by attempt. */
  takeAll(worker: WorkerId): ReadonlyMap<JobId, number> {
    const held = this.#held.get(worker) ?? new Map<JobId, number>();
    this.#held.delete(worker);
    return held;
  }
}
