// Queues as operators see and steer them: counts, ages, rates and staff of each name, and which are paused.
import type { JobName } from "../job/job.ts";
import type { Queue } from "./overview.ts";

/** Which names, in alphabetical order. */
export interface QueueQuery {
  readonly prefix: string;
  /** Only names after this one. */
  readonly after: string | undefined;
  readonly queuesMax: number;
}

export class Queues {
  /** Resolves when it is durable and no more jobs of these names leave. Answers those that were not paused before. */
  pause(_names: readonly JobName[]): Promise<readonly JobName[]> {
    throw new Error("to be written");
  }

  /** Answers those that were paused. */
  resume(_names: readonly JobName[]): Promise<readonly JobName[]> {
    throw new Error("to be written");
  }

  /** Names that have jobs, are paused or are offered by a worker. `more`: there are names after the last one. */
  list(_query: QueueQuery): Promise<{ readonly queues: readonly Queue[]; readonly more: boolean }> {
    throw new Error("to be written");
  }

  /** Of a name that nobody has used it is empty. */
  get(_name: JobName): Promise<Queue> {
    throw new Error("to be written");
  }
}
