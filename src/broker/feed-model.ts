// What watchers see, in one model for all of them: queues, workers, operations and their sum, each with the sequence at
// which it last changed. A refresh looks at those only of which somebody said that they may have changed.
import type { JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Operation, OperationId } from "../store/operation.ts";
import type { Store } from "../store/store.ts";
import type { Overview, Queue, Staff, WorkerView } from "./overview.ts";
import type { Statistics } from "./statistics.ts";
import type { Look, Survey } from "./survey.ts";
import { isSame, Versions } from "./versions.ts";
import { viewWorker, type Workers } from "./workers.ts";

/** Names that are kept in mind between two refreshes; when there are more, all are looked at. */
const TOUCHED_MAX = 10_000;

export interface ModelSources {
  readonly store: Store;
  readonly survey: Survey;
  readonly workers: Workers;
  readonly statistics: Statistics;
}

export class FeedModel {
  readonly queues = new Versions<JobName, Queue>();
  readonly workers = new Versions<WorkerId, WorkerView>();
  readonly operations = new Versions<OperationId, Operation>();
  readonly overview = new Versions<"overview", Overview>();
  readonly #sources: ModelSources;
  #touched = new Set<JobName>();
  #allTouched = true;
  #lastTouched: JobName | undefined;
  #operationsTouched = true;
  /** Who offered what at the last refresh. */
  #staff: ReadonlyMap<JobName, Staff> = new Map();
  /** Names with rates at the last refresh: rates sink without anything happening. */
  #active: ReadonlySet<JobName> = new Set();
  /** The newest sequence; each has at most `LIMITS.watchedMax` changes. */
  sequence: number;
  #changes = 0;

  constructor(sources: ModelSources, sequence: number) {
    this.#sources = sources;
    this.sequence = sequence;
  }

  /** Something of this name may have changed. */
  touch(name: JobName): void {
    if (this.#allTouched || name === this.#lastTouched) return;

    this.#lastTouched = name;
    this.#touched.add(name);
    if (this.#touched.size > TOUCHED_MAX) this.touchAll();
  }

  touchAll(): void {
    this.#allTouched = true;
    this.#operationsTouched = true;
    this.#touched.clear();
  }

  touchOperations(): void {
    this.#operationsTouched = true;
  }

  /** Brings the model up to date. Nothing of it changes before all is known, so whoever reads sees one state. */
  async refresh(): Promise<void> {
    const { store, survey, statistics } = this.#sources;
    const touched = this.#takeTouched();
    try {
      const look = await survey.look();
      const active = new Set(statistics.names());
      const names = touched.all
        ? new Set([...survey.names(look), ...this.queues.keys()])
        : new Set([...touched.names, ...active, ...this.#active, ...this.#restaffed(look)]);
      const present = [...names].filter((name) => survey.isQueue(name, look));
      const queues = await survey.queues(present, look);
      const operations = touched.operations ? await store.operations() : undefined;
      const storeBytes = await store.size();
      this.#begin();
      for (const name of present) names.delete(name);
      for (const name of names) this.#drop(this.queues, name);
      for (const queue of queues) this.#put(this.queues, queue.name, queue);
      if (operations) this.#putAll(this.operations, operations);
      this.#putAll(
        this.workers,
        Array.from(this.#sources.workers.all(), (worker) => viewWorker(worker, 0)),
      );
      this.#putOverview(survey.overview(this.queues.values(), { inAll: look.inAll, storeBytes }));
      [this.#active, this.#staff] = [active, look.byName];
    } catch (error) {
      this.touchAll();
      throw error;
    }
  }

  /** Nobody watches any more. */
  clear(): void {
    for (const versions of [this.queues, this.workers, this.operations, this.overview]) versions.clear();
    this.#active = new Set();
    this.#staff = new Map();
    this.touchAll();
  }

  /** Before anything is asked, so that what happens meanwhile is looked at the next time. */
  #takeTouched() {
    const taken = { all: this.#allTouched, names: this.#touched, operations: this.#operationsTouched };
    this.#allTouched = false;
    this.#touched = new Set();
    this.#lastTouched = undefined;
    this.#operationsTouched = false;
    return taken;
  }

  /** Names whose workers are others than before, or have other room. */
  *#restaffed({ byName }: Look): Generator<JobName> {
    for (const [name, staff] of byName) if (!isSame(staff, this.#staff.get(name))) yield name;
    for (const name of this.#staff.keys()) if (!byName.has(name)) yield name;
  }

  #begin(): void {
    this.sequence++;
    this.#changes = 0;
  }

  #next(): number {
    if (this.#changes++ >= LIMITS.watchedMax) {
      this.sequence++;
      this.#changes = 1;
    }
    return this.sequence;
  }

  #put<Key, Value>(versions: Versions<Key, Value>, key: Key, value: Value): void {
    if (!isSame(versions.get(key), value)) versions.set(key, value, this.#next());
  }

  #drop<Key, Value>(versions: Versions<Key, Value>, key: Key): void {
    if (versions.get(key) !== undefined) versions.delete(key, this.#next());
  }

  #putAll<Key, Value extends { readonly id: Key }>(
    versions: Versions<Key, Value>,
    values: readonly Value[],
  ): void {
    const ids = new Set(values.map(({ id }) => id));
    for (const id of [...versions.keys()]) if (!ids.has(id)) this.#drop(versions, id);
    for (const value of values) this.#put(versions, value.id, value);
  }

  /** An overview that differs in its time alone is no news. */
  #putOverview(overview: Overview): void {
    const before = this.overview.get("overview");
    if (!before || !isSame({ ...before, at: overview.at }, overview))
      this.overview.set("overview", overview, this.#next());
  }
}
