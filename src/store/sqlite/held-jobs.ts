// The jobs that workers hold, as far as they were reserved lately: what is reserved is what reports will name next, and
// need not be read again then. The store alone writes to the database, so what is here is what a read would find.
import type { JobId } from "../../job/job.ts";
import type { Folded } from "./group-commit.ts";
import type { Located } from "./row.ts";

/** So many are remembered for sure, and twice as many at most; their payloads are not. */
const HELD_MAX = 2_000;

export class HeldJobs implements Folded {
  #newer = new Map<JobId, Located>();
  #older = new Map<JobId, Located>();

  find(id: JobId): Located | undefined {
    return this.#newer.get(id) ?? this.#older.get(id);
  }

  /** The job stands so from now on. */
  stands(at: Located): void {
    const { id, state } = at.job;
    this.forget(id);
    if (state.is !== "reserved") return;

    if (this.#newer.size === HELD_MAX) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(id, at);
  }

  forget(id: JobId): void {
    this.#newer.delete(id) || this.#older.delete(id);
  }

  write(): void {}

  committed(): void {}

  /** What was remembered may not have come to be. */
  rolledBack(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}
