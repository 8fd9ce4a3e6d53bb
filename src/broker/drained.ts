// Workers that an operator wants gone, so that one that comes back under the same id is told again. In memory only: after
// a restart of the server they are taken as they come.
import type { WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";

export class Drained {
  /** The oldest first. */
  readonly #ids = new Set<WorkerId>();

  /** Beyond `LIMITS.drainedWorkersMax` the oldest is forgotten. */
  add(id: WorkerId): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= LIMITS.drainedWorkersMax) return;
      this.#ids.delete(oldest);
    }
  }

  has(id: WorkerId): boolean {
    return this.#ids.has(id);
  }
}
