// Carries out operations beside everything else: a batch of one, a pause at least as long, a batch of the next. What is
// done and what is left is in the store, so nothing is lost by a restart.
import type { Operation, OperationId } from "../store/operation.ts";
import { type Outcome, type Store, StoreFault } from "../store/store.ts";
import { BatchSize } from "./batch-size.ts";
import type { Clock } from "./clock.ts";

/** Candidates looked at for each job of a batch. */
const SEARCHED_FOR_ONE = 4;
/** A pause is at least this long, and no longer than this, whatever a clock that jumps says of the batch. */
const PAUSE_MS_MIN = 1;
const PAUSE_MS_MAX = 1_000;
/** How long to wait after the store had no room. */
const RETRY_MS = 1_000;

export interface OperationHooks {
  /** What a batch changed. */
  readonly observe: (outcomes: readonly Outcome[]) => void;
  /** Some operation stands elsewhere than before. */
  readonly moved: () => void;
}

export class OperationLoop {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hooks: OperationHooks;
  /** Those that are running, in the order of their turns. */
  readonly #running = new Set<OperationId>();
  readonly #size = new BatchSize();
  #batch: Promise<void> | undefined;
  #cancelPause: (() => void) | undefined;
  #stopped = false;

  constructor(store: Store, clock: Clock, hooks: OperationHooks) {
    this.#store = store;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  get running(): number {
    return this.#running.size;
  }

  /** It has begun, or goes on. */
  add({ id }: Operation): void {
    this.#running.add(id);
    this.#pause(0);
  }

  /** Somebody stopped it. */
  remove(id: OperationId): void {
    this.#running.delete(id);
  }

  /** Resolves when the batch under way is written; no other begins. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelPause?.();
    await this.#batch;
  }

  #pause(ms: number): void {
    if (this.#stopped || this.#batch || this.#cancelPause || this.#running.size === 0) return;

    this.#cancelPause = this.#clock.after(ms, () => {
      this.#cancelPause = undefined;
      const [id] = this.#running; // none, when the only one was stopped meanwhile
      if (id !== undefined) this.#batch = this.#runBatch(id);
    });
  }

  async #runBatch(id: OperationId): Promise<void> {
    const startedAt = this.#clock.now();
    let pauseMs = RETRY_MS;
    const jobsMax = this.#size.jobs;
    if (await this.#carryOut(id, jobsMax)) {
      const tookMs = this.#clock.now() - startedAt;
      this.#size.took(tookMs, jobsMax);
      pauseMs = Math.min(Math.max(tookMs, PAUSE_MS_MIN), PAUSE_MS_MAX);
    }
    this.#batch = undefined;
    this.#pause(pauseMs);
  }

  /** False when the store had no room for the batch. */
  async #carryOut(id: OperationId, jobsMax: number): Promise<boolean> {
    try {
      const bounds = { jobsMax, searchMax: SEARCHED_FOR_ONE * jobsMax };
      const changed = await this.#store.change({ select: "operation", id, ...bounds }, this.#clock.now());
      const isRunning = this.#running.delete(id) && changed.operation?.state === "running";
      if (isRunning) this.#running.add(id);
      this.#hooks.observe(changed.outcomes);
      this.#hooks.moved();
      return true;
    } catch (error) {
      // The store tells the server itself when it has failed for good; a full disk may have room again.
      if (!(error instanceof StoreFault)) throw error;
      if (error.kind !== "full") this.#stopped = true;
      return false;
    }
  }
}
