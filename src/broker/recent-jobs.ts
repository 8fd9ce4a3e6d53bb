// The jobs that changed last, in a ring: to remember one costs an assignment, and whoever asks is told each job once, as
// it stood last, the newest ones.
import type { Job, JobId, JobName } from "../job/job.ts";

/** Changes that are remembered; a power of two. */
export const RECENT_CHANGES_MAX = 1_024;
/** For how many sequences it is known with which change they began. */
const BEGINNINGS_MAX = 4_096;
/** Rings that nobody reads, kept for whoever comes back. */
const UNWATCHED_MAX = 100;

export interface RecentChange {
  readonly job: Job;
  readonly isForgotten: boolean;
  /** The sequence in which it is told. */
  readonly sequence: number;
  /** Counts the changes of all jobs. */
  readonly at: number;
}

export class RecentJobs {
  /** It knows every change after this sequence. */
  readonly since: number;
  /** How many watchers read it, and since when none does. */
  watchers = 0;
  unwatchedSince = 0;
  readonly #ring: (RecentChange | undefined)[] = [];
  #changes = 0;
  /** How many changes there were before the first one of each sequence, the oldest first. */
  readonly #beginnings: { readonly sequence: number; readonly changes: number }[] = [];

  constructor(since: number) {
    this.since = since;
  }

  add(change: RecentChange): void {
    if (this.#beginnings.at(-1)?.sequence !== change.sequence) {
      this.#beginnings.push({ sequence: change.sequence, changes: this.#changes });
      if (this.#beginnings.length >= 2 * BEGINNINGS_MAX) this.#beginnings.splice(0, BEGINNINGS_MAX);
    }
    this.#ring[this.#changes++ % RECENT_CHANGES_MAX] = change;
  }

  /** How many changes there were after a sequence, up to another one. */
  count(after: number, through: number): number {
    return this.#before(through + 1) - this.#before(after + 1);
  }

  /** Of those the ones that are remembered, the newest first. */
  *newest(after: number, through: number): Generator<RecentChange> {
    const first = Math.max(this.#before(after + 1), this.#changes - RECENT_CHANGES_MAX);
    for (let at = this.#before(through + 1) - 1; at >= first; at--) {
      const change = this.#ring[at % RECENT_CHANGES_MAX];
      if (change) yield change;
    }
  }

  /** How many changes there were before this sequence began. */
  #before(sequence: number): number {
    const later = this.#beginnings.find((one) => one.sequence >= sequence);
    return later?.changes ?? this.#changes;
  }
}

/** One ring for all jobs, and one for the jobs of each name that somebody watches apart, as far as they are wanted. */
export class RecentRings {
  /** Of no name: of all. */
  readonly #rings = new Map<JobName | undefined, RecentJobs>();
  #changes = 0;

  get isEmpty(): boolean {
    return this.#rings.size === 0;
  }

  /** Those that tell of these names; undefined: of all. New ones know what comes after the sequence. */
  open(names: ReadonlySet<JobName> | undefined, sequence: number): readonly RecentJobs[] {
    return Array.from(names ?? [undefined], (name) => {
      const ring = this.#rings.get(name) ?? new RecentJobs(sequence);
      this.#rings.set(name, ring);
      ring.watchers++;
      return ring;
    });
  }

  /** Their reader may come back. */
  close(rings: readonly RecentJobs[], now: number): void {
    for (const ring of rings) {
      ring.watchers--;
      ring.unwatchedSince = now;
    }
    this.forget(() => false);
  }

  add(job: Job, { isForgotten, sequence }: { isForgotten: boolean; sequence: number }): void {
    const change = { job: withoutResult(job), isForgotten, sequence, at: this.#changes++ };
    this.#rings.get(undefined)?.add(change);
    this.#rings.get(job.name)?.add(change);
  }

  /** Lets go of rings that nobody reads, if they are like this or more than there may be. */
  forget(isOld: (unwatchedSince: number) => boolean): void {
    const unwatched = [...this.#rings].filter(([, { watchers }]) => watchers === 0);
    const spare = unwatched.length - UNWATCHED_MAX;
    for (const [i, [name, ring]] of unwatched.entries())
      if (i < spare || isOld(ring.unwatchedSince)) this.#rings.delete(name);
  }
}

/** A result may be large, and is not told. */
function withoutResult(job: Job): Job {
  if (job.state.is !== "succeeded" || !job.state.result) return job;
  const { result: _, ...state } = job.state;

  return { ...job, state };
}

/** What a watcher is told of several rings: the jobs that changed last, each once, as it stood last. */
export function tellRecent(
  rings: readonly RecentJobs[],
  { after, through, jobsMax }: { after: number; through: number; jobsMax: number },
): { jobs: Job[]; jobsForgotten: JobId[]; jobsLeftOut: number } {
  const latest = new Map<JobId, RecentChange>();
  // What has fallen out of a ring cannot be told apart any more, and counts by its changes.
  let lost = 0;
  for (const ring of rings) {
    lost += ring.count(after, through);
    for (const change of ring.newest(after, through)) {
      lost--;
      if (!latest.has(change.job.id)) latest.set(change.job.id, change);
    }
  }
  const told = [...latest.values()].sort((a, b) => a.at - b.at).slice(-jobsMax);
  return {
    jobs: told.map(({ job }) => job),
    jobsForgotten: told.filter(({ isForgotten }) => isForgotten).map(({ job }) => job.id),
    jobsLeftOut: latest.size - told.length + lost,
  };
}
