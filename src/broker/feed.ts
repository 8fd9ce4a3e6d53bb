// What changes, for those who watch: one model of what there is to see, in which everything knows when it last changed.
// A watcher asks for what is newer than what it has. So nothing is queued for anybody, a slow watcher gets fewer and
// larger differences, and twenty cost hardly more than one.
import type { Job, JobId, JobName, WorkerId } from "../job/job.ts";
import type { Operation } from "../store/operation.ts";
import type { Overview, Queue, WorkerView } from "./overview.ts";

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

export class Feed {
  /** Costs nothing while nobody watches. */
  watch(_interest: Interest): Watcher {
    throw new Error("to be written");
  }
}
