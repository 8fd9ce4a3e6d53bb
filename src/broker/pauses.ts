// Names whose jobs are not handed out for now: a fact in the store, so that it outlives the server, and enforced by the
// dispatcher.
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Dispatcher } from "./dispatcher.ts";

export class Pauses {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #dispatcher: Dispatcher;
  readonly #since = new Map<JobName, number>();
  /** One change after the other, so that store and dispatcher agree whatever is asked for meanwhile. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: Store, clock: Clock, dispatcher: Dispatcher) {
    this.#store = store;
    this.#clock = clock;
    this.#dispatcher = dispatcher;
  }

  /** Takes up what an earlier run left. */
  async start(): Promise<void> {
    for (const [name, since] of await this.#store.paused()) this.#since.set(name, since);
    await this.#dispatcher.pause(this.#since.keys());
  }

  /** Since when, for each name that is paused. */
  get since(): ReadonlyMap<JobName, number> {
    return this.#since;
  }

  /**
   * Resolves when it is durable and no more jobs of these names leave. Answers those that were not paused before, or
   * undefined, with nothing changed, when more than `LIMITS.pausedNamesMax` would be paused.
   */
  pause(names: readonly JobName[]): Promise<readonly JobName[] | undefined> {
    return this.#inTurn(async () => {
      const fresh = [...new Set(names)].filter((name) => !this.#since.has(name));
      if (this.#since.size + fresh.length > LIMITS.pausedNamesMax) return undefined;

      const now = this.#clock.now();
      const dealt = this.#dispatcher.pause(fresh);
      try {
        const [paused] = await Promise.all([this.#store.pause(fresh, now), dealt]);
        for (const name of fresh) this.#since.set(name, now);
        return paused;
      } catch (fault) {
        this.#dispatcher.resume(fresh);
        throw fault;
      }
    });
  }

  /** Answers those that were paused. */
  resume(names: readonly JobName[]): Promise<readonly JobName[]> {
    return this.#inTurn(async () => {
      const resumed = await this.#store.resume(names);
      for (const name of resumed) this.#since.delete(name);
      this.#dispatcher.resume(resumed);
      return resumed;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
