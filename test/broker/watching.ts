// One who watches, as a client does it: it keeps what it is told, and applies what is newer to it.
import type { Frame, Interest, Topic, Watcher } from "../../src/broker/feed.ts";
import { nameOf } from "../store/new-jobs.ts";
import type { Stage } from "./stage.ts";

export const ALL_TOPICS: readonly Topic[] = ["overview", "queues", "workers", "operations", "jobs"];

export class Client {
  readonly #interest: Interest;
  readonly #stage: Stage;
  #watcher: Watcher;
  sequence: number | undefined;
  readonly frames: Frame[] = [];
  overview: Frame["overview"];
  readonly queues = new Map<string, Frame["queues"][number]>();
  readonly workers = new Map<string, Frame["workers"][number]>();
  readonly operations = new Map<string, Frame["operations"][number]>();

  constructor(
    stage: Stage,
    { topics = ALL_TOPICS, names }: { topics?: readonly Topic[]; names?: string[] } = {},
  ) {
    this.#stage = stage;
    this.#interest = { topics: new Set(topics), names: names && new Set(names.map(nameOf)) };
    this.#watcher = stage.broker.feed.watch(this.#interest);
  }

  async read(): Promise<Frame> {
    const frame = await this.#watcher.read(this.sequence);
    this.frames.push(frame);
    this.sequence = frame.sequence;
    this.#apply(frame);
    return frame;
  }

  /** Asks, and does not keep what it is told. */
  async lose(): Promise<void> {
    this.sequence = (await this.#watcher.read(this.sequence)).sequence;
  }

  close(): void {
    this.#watcher.close();
  }

  /** Its stream broke; it comes back with the sequence that it has. */
  reconnect(): void {
    this.close();
    this.#watcher = this.#stage.broker.feed.watch(this.#interest);
  }

  /** All that it knows, made comparable: an overview's time is that of its last change. */
  get knows() {
    const { at: _, ...overview } = this.overview ?? { at: 0 };
    return {
      overview,
      queues: sorted(this.queues),
      workers: sorted(this.workers),
      operations: sorted(this.operations),
    };
  }

  #apply({ isSnapshot, overview, ...frame }: Frame): void {
    if (isSnapshot) for (const known of [this.queues, this.workers, this.operations]) known.clear();
    if (isSnapshot || overview) this.overview = overview;
    for (const queue of frame.queues) this.queues.set(queue.name, queue);
    for (const name of frame.queuesGone) this.queues.delete(name);
    for (const worker of frame.workers) this.workers.set(worker.id, worker);
    for (const id of frame.workersGone) this.workers.delete(id);
    for (const operation of frame.operations) this.operations.set(operation.id, operation);
  }
}

function sorted<Value>(known: ReadonlyMap<string, Value>): Value[] {
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
