// The one loop: take what is past its deadline, ask the rules, write the answer, sleep until the next deadline or a
// nudge. It promotes, expires, notices lost workers and prunes, without knowing which.
import { type Outcome, type Store, StoreFault } from "../store/store.ts";
import { BatchSize } from "./batch-size.ts";
import type { Clock } from "./clock.ts";

/** How long to wait after the store had no room. */
const RETRY_MS = 1_000;

export class Keeper {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #observe: (outcomes: readonly Outcome[]) => void;
  readonly #batch = new BatchSize();
  #wakeAt = Number.POSITIVE_INFINITY;
  /** The deadline that is being dealt with. */
  #workingOn = Number.POSITIVE_INFINITY;
  #cancelSleep: () => void = () => {};
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(store: Store, clock: Clock, observe: (outcomes: readonly Outcome[]) => void) {
    this.#store = store;
    this.#clock = clock;
    this.#observe = observe;
  }

  /** Begins with what fell due while the server was down. */
  start(): void {
    this.nudge(this.#clock.now());
  }

  /** Some job now has this deadline. */
  nudge(deadline: number): void {
    if (deadline >= this.#wakeAt || this.#stopped) return;

    this.#wakeAt = deadline;
    if (!this.#running) this.#sleep();
  }

  /** By how many milliseconds the keeper is behind its next deadline; 0 when it is not. */
  lagMs(): number {
    return Math.max(0, this.#clock.now() - Math.min(this.#wakeAt, this.#workingOn));
  }

  /** Resolves when the batch under way is written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSleep();
    await this.#running;
  }

  #sleep(): void {
    this.#cancelSleep();
    if (this.#stopped || this.#wakeAt === Number.POSITIVE_INFINITY) return;

    this.#cancelSleep = this.#clock.at(this.#wakeAt, () => {
      this.#running = this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#workingOn = this.#wakeAt;
    try {
      await this.#catchUp();
    } catch (error) {
      // The store tells the server itself when it has failed for good; a full disk may have room again.
      if (!(error instanceof StoreFault)) throw error;
      if (error.kind !== "full") this.#stopped = true;
      this.#wakeAt = this.#clock.now() + RETRY_MS;
    }
    this.#workingOn = Number.POSITIVE_INFINITY;
    this.#running = undefined;
    this.#sleep();
  }

  async #catchUp(): Promise<void> {
    let more = true;
    while (more && !this.#stopped) {
      // Deadlines written from here on are nudged; those written before are found by the queries below.
      this.#wakeAt = Number.POSITIVE_INFINITY;
      const startedAt = this.#clock.now();
      const changed = await this.#store.change({ select: "due", jobsMax: this.#batch.jobs }, startedAt);
      this.#observe(changed.outcomes);
      this.#batch.took(this.#clock.now() - startedAt, changed.outcomes.length);
      more = changed.more;
    }
    const next = await this.#store.nextDeadline();
    if (next !== undefined) this.#wakeAt = Math.min(this.#wakeAt, next);
  }
}
