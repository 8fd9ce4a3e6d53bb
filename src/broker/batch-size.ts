// How many jobs a loop in the background changes in one transaction. Nobody else is served meanwhile, so what is bounded is
// the time that it takes; how many jobs that is depends on the machine, its disk, and what else it has to do.

/** About as long as a batch should take: a few of them are not noticed in a call. */
const BATCH_MS = 4;
/** As few as are still cheaper together than alone when the disk is slow. */
const JOBS_MIN = 200;
const JOBS_MAX = 500;

export class BatchSize {
  #jobs = JOBS_MIN;

  /** For the next batch, 200 to 500. */
  get jobs(): number {
    return this.#jobs;
  }

  /** A batch of that many jobs took so long, waiting for its turn included. One that was not full says nothing. */
  took(ms: number, jobs: number): void {
    if (jobs < this.#jobs) return;

    if (ms > BATCH_MS) this.#jobs = Math.max(JOBS_MIN, Math.floor(this.#jobs * Math.max(BATCH_MS / ms, 0.5)));
    else if (2 * ms <= BATCH_MS) this.#jobs = Math.min(JOBS_MAX, 2 * this.#jobs);
  }
}
