// Queues as operators see and steer them: counts, ages, rates and staff of each name, and which are paused.
import type { JobName } from "../job/job.ts";
import type { Queue } from "./overview.ts";
import type { Pauses } from "./pauses.ts";
import type { Survey } from "./survey.ts";

/** Which names, in alphabetical order. */
export interface QueueQuery {
  readonly prefix: string;
  /** Only names after this one. */
  readonly after: string | undefined;
  readonly queuesMax: number;
}

export interface QueuesHooks {
  readonly pauses: Pauses;
  readonly survey: Survey;
  /** These were paused or resumed. */
  readonly steered: (names: readonly JobName[]) => void;
}

export class Queues {
  readonly #hooks: QueuesHooks;

  constructor(hooks: QueuesHooks) {
    this.#hooks = hooks;
  }

  /**
   * Resolves when it is durable and no more jobs of these names leave. Answers those that were not paused before, or
   * undefined, with nothing changed, when more than `LIMITS.pausedNamesMax` would be paused.
   */
  async pause(names: readonly JobName[]): Promise<readonly JobName[] | undefined> {
    const paused = await this.#hooks.pauses.pause(names);
    this.#hooks.steered(names);
    return paused;
  }

  /** Answers those that were paused. */
  async resume(names: readonly JobName[]): Promise<readonly JobName[]> {
    const resumed = await this.#hooks.pauses.resume(names);
    this.#hooks.steered(names);
    return resumed;
  }

  /** Names that have jobs, are paused or are offered by a worker. `more`: there are names after the last one. */
  async list({ prefix, after, queuesMax }: QueueQuery): Promise<{
    readonly queues: readonly Queue[];
    readonly more: boolean;
  }> {
    const { survey } = this.#hooks;
    const look = await survey.look();
    const names: JobName[] = [];
    for (const name of survey.names(look))
      if (name.startsWith(prefix) && (after === undefined || name > after)) names.push(name);
    names.sort();
    const queues = await survey.queues(names.slice(0, queuesMax), look);
    return { queues, more: names.length > queuesMax };
  }

  /** Of a name that nobody has used it is empty. */
  async get(name: JobName): Promise<Queue> {
    const { survey } = this.#hooks;
    const [queue] = await survey.queues([name], await survey.look());
    if (!queue) throw new Error("a survey of one name tells of one queue");
    return queue;
  }
}
