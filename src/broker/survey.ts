// What there is to see now, put together from those who know: the counts of the store, the workers of the roster, the
// pauses, and the rates of the statistics.
import type { JobName } from "../job/job.ts";
import type { Standing } from "../job/standing.ts";
import type { Tally } from "../store/search.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Levels } from "./history-recorder.ts";
import type { Depths } from "./history-rings.ts";
import type { Counts, Node, Overview, Queue, Staff } from "./overview.ts";
import type { Pauses } from "./pauses.ts";
import type { Statistics } from "./statistics.ts";
import type { Workers } from "./workers.ts";

const NOBODY: Staff = { workers: 0, capacity: 0, held: 0 };
const NONE: Counts = {
  scheduled: 0,
  retrying: 0,
  ready: 0,
  reserved: 0,
  succeeded: 0,
  dead: 0,
  cancelled: 0,
};

/** Whom the survey asks. */
export interface Sources {
  readonly store: Store;
  readonly clock: Clock;
  readonly pauses: Pauses;
  readonly workers: Workers;
  readonly statistics: Statistics;
  readonly node: () => Node;
}

/** One look at all names: the counts of those that have jobs, and the workers. */
export interface Look {
  readonly tallies: ReadonlyMap<JobName, Tally["counts"]>;
  readonly inAll: Staff;
  readonly byName: ReadonlyMap<JobName, Staff>;
}

export class Survey {
  readonly #sources: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  async look(): Promise<Look> {
    const tallies = new Map((await this.#sources.store.tallies()).map(({ name, counts }) => [name, counts]));
    return { tallies, ...this.#sources.workers.staff() };
  }

  /** Names that have jobs, are paused or are offered by a worker. */
  names({ tallies, byName }: Look): Set<JobName> {
    return new Set([...tallies.keys(), ...this.#sources.pauses.since.keys(), ...byName.keys()]);
  }

  isQueue(name: JobName, { tallies, byName }: Look): boolean {
    return tallies.has(name) || byName.has(name) || this.#sources.pauses.since.has(name);
  }

  /** One queue for each of these names. */
  async queues(names: readonly JobName[], { tallies, byName }: Look): Promise<readonly Queue[]> {
    const { store, statistics, pauses } = this.#sources;
    const waiting = names.filter((name) => tallies.get(name)?.ready);
    const oldest = waiting.length > 0 ? await store.oldestReady(waiting) : new Map<JobName, number>();
    return names.map((name) => ({
      name,
      counts: { ...NONE, ...tallies.get(name) },
      oldestReadyAt: oldest.get(name),
      rates: statistics.rates(name),
      pausedSince: pauses.since.get(name),
      ...(byName.get(name) ?? NOBODY),
    }));
  }

  /** The sum of these queues, which are all that there are. */
  overview(queues: Iterable<Queue>, { inAll, storeBytes }: { inAll: Staff; storeBytes: number }): Overview {
    const { clock, statistics } = this.#sources;
    return {
      at: clock.now(),
      ...sumOf(queues),
      rates: statistics.ratesInAll(),
      wait: statistics.wait(),
      run: statistics.run(),
      node: this.#sources.node(),
      storeBytes,
      ...inAll,
    };
  }

  /** What there is of all names together. Cheap, since it is asked every second. */
  async depths(): Promise<Depths> {
    return depthsOf(await this.#sources.store.standings(), this.#sources.workers.capacity());
  }

  /** The same, and of each name. */
  async levels(): Promise<Levels> {
    const inAll = await this.depths();
    const look = await this.look();
    const of = (name: JobName) => depthsOf(look.tallies.get(name), look.byName.get(name)?.capacity ?? 0);
    return { inAll, of, names: [...look.tallies.keys(), ...look.byName.keys()] };
  }

  /** Names whose jobs are ready and not paused, though no connected worker offers them. */
  async unserved(): Promise<readonly { readonly name: JobName; readonly jobs: number }[]> {
    const { tallies, byName } = await this.look();
    const waiting = [...tallies].map(([name, counts]) => ({ name, jobs: counts.ready ?? 0 }));
    const { since } = this.#sources.pauses;
    return waiting.filter(({ name, jobs }) => jobs > 0 && !byName.has(name) && !since.has(name));
  }

  async lookOver(): Promise<Overview> {
    const look = await this.look();
    const queues = await this.queues([...this.names(look)], look);
    const storeBytes = await this.#sources.store.size();
    return this.overview(queues, { inAll: look.inAll, storeBytes });
  }
}

function depthsOf(counts: Tally["counts"] | undefined, capacity: number): Depths {
  const { ready = 0, reserved = 0, scheduled = 0, retrying = 0, dead = 0 } = counts ?? {};
  return { ready, reserved, scheduled: scheduled + retrying, deadKept: dead, capacity };
}

function sumOf(all: Iterable<Queue>) {
  const counts: Record<Standing, number> = { ...NONE };
  let [queues, pausedQueues] = [0, 0];
  let oldestReady: Overview["oldestReady"];
  for (const queue of all) {
    queues++;
    if (queue.pausedSince !== undefined) pausedQueues++;
    for (const standing in NONE) counts[standing as Standing] += queue.counts[standing as Standing];
    const { name, oldestReadyAt: at } = queue;
    if (at !== undefined && isBefore({ name, at }, oldestReady)) oldestReady = { name, at };
  }
  return { counts, queues, pausedQueues, oldestReady };
}

type OldestReady = NonNullable<Overview["oldestReady"]>;

/** Equals go by their names, so that it does not depend on who is asked first. */
function isBefore(one: OldestReady, other: OldestReady | undefined): boolean {
  return !other || one.at < other.at || (one.at === other.at && one.name < other.name);
}
