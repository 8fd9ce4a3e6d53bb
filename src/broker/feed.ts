// What changes, for those who watch: one model of what there is to see, in which everything knows when it last changed.
// A watcher asks for what is newer than what it has. So nothing is queued for anybody, a slow watcher gets fewer and
// larger differences, and twenty cost hardly more than one.
import type { Job, JobId, JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Operation } from "../store/operation.ts";
import type { Clock } from "./clock.ts";
import { FeedModel, type ModelSources } from "./feed-model.ts";
import { differences, type Reader, snapshot } from "./frames.ts";
import type { Overview, Queue, WorkerView } from "./overview.ts";
import { type RecentJobs, RecentRings } from "./recent-jobs.ts";

export type Topic = "overview" | "queues" | "workers" | "operations" | "jobs";

export interface Interest {
  readonly topics: ReadonlySet<Topic>;
  /** Only queues and jobs of these names; undefined: all. */
  readonly names: ReadonlySet<JobName> | undefined;
}

/** What is newer than a sequence. Absent and empty is unchanged. */
export interface Frame {
  readonly sequence: number;
  /** What came before is to be forgotten. */
  readonly isSnapshot: boolean;
  readonly overview?: Overview;
  readonly queues: readonly Queue[];
  readonly queuesGone: readonly JobName[];
  readonly workers: readonly WorkerView[];
  readonly workersGone: readonly WorkerId[];
  readonly operations: readonly Operation[];
  /** Each once, as it stood last, at most `LIMITS.watchedJobsMax`. */
  readonly jobs: readonly Job[];
  readonly jobsLeftOut: number;
  readonly jobsForgotten: readonly JobId[];
}

/** One who watches. */
export interface Watcher {
  /** What is newer than `after`; all there is when that is undefined or longer ago than is remembered. */
  read(after: number | undefined): Promise<Frame>;
  close(): void;
}

/** How long what is known is kept up for a watcher who comes back. */
export const LINGER_MS = 60_000;
/** The model is refreshed at most once in this time. */
export const REFRESH_MS = LIMITS.watchIntervalMsMin;

export class Feed {
  readonly #clock: Clock;
  readonly #model: FeedModel;
  #isAwake = false;
  #watchers = 0;
  /** The model goes back to this sequence. */
  #since = Number.POSITIVE_INFINITY;
  #refreshing: Promise<void> | undefined;
  #cancelFresh: (() => void) | undefined;
  #cancelLinger: () => void = () => {};
  #rings = new RecentRings();

  /** Its sequence begins with the clock's milliseconds and grows more slowly, and so it grows over restarts. */
  constructor(clock: Clock, sources: ModelSources) {
    this.#clock = clock;
    this.#model = new FeedModel(sources, clock.now());
  }

  /** Costs nothing while nobody watches. */
  watch(interest: Interest): Watcher {
    this.#watchers++;
    this.#isAwake = true;
    this.#cancelLinger();
    const { topics, names } = interest;
    const rings = topics.has("jobs") ? this.#rings.open(names, this.#model.sequence) : [];
    let isOpen = true;
    return {
      read: (after) => this.#read({ interest, rings }, after),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#rings.close(rings, this.#clock.now());
        this.#closed();
      },
    };
  }

  jobChanged(job: Job, isForgotten: boolean): void {
    if (!this.#isAwake) return;

    this.#model.touch(job.name);
    if (!this.#rings.isEmpty) this.#rings.add(job, { isForgotten, sequence: this.#model.sequence + 1 });
  }

  /** These were paused or resumed. */
  queuesChanged(names: readonly JobName[]): void {
    if (this.#isAwake) for (const name of names) this.#model.touch(name);
  }

  operationsChanged(): void {
    if (this.#isAwake) this.#model.touchOperations();
  }

  stop(): void {
    this.#cancelFresh?.();
    this.#cancelLinger();
  }

  #closed(): void {
    this.#watchers--;
    if (this.#watchers === 0) this.#cancelLinger = this.#clock.after(LINGER_MS, () => this.#sleep());
  }

  #sleep(): void {
    this.#isAwake = false;
    this.#since = Number.POSITIVE_INFINITY;
    this.#rings = new RecentRings();
    this.#model.clear();
    this.#cancelFresh?.();
    this.#cancelFresh = undefined;
  }

  async #read(reader: Reader, after: number | undefined): Promise<Frame> {
    if (!this.#cancelFresh) {
      this.#refreshing ??= this.#refresh();
      await this.#refreshing;
    }
    const model = this.#model;
    const isKnown = after !== undefined && after <= model.sequence && this.#remembers(after, reader.rings);
    // Every frame has a sequence of its own, and what has been remembered so far is told in it.
    const through = ++model.sequence;
    return isKnown ? differences(model, reader, { after, through }) : snapshot(model, reader.interest);
  }

  #remembers(after: number, rings: readonly RecentJobs[]): boolean {
    const { queues, workers } = this.#model;
    const since = [this.#since, queues.goneSince, workers.goneSince, ...rings.map((ring) => ring.since)];
    return since.every((sequence) => after >= sequence);
  }

  async #refresh(): Promise<void> {
    try {
      await this.#model.refresh();
      const now = this.#clock.now();
      this.#rings.forget((unwatchedSince) => Math.abs(now - unwatchedSince) > LINGER_MS);
      this.#since = Math.min(this.#since, this.#model.sequence);
      this.#cancelFresh = this.#clock.after(REFRESH_MS, () => {
        this.#cancelFresh = undefined;
      });
    } finally {
      this.#refreshing = undefined;
    }
  }
}
