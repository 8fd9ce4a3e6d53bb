// What a stream waits on: somebody rings, the stream looks at everything that may be new. Rings that come while it is
// looking are one ring.
import type { Clock } from "../broker/clock.ts";

/** How often a stream speaks at least: proxies and fetch give up on silent ones. */
export const HEARTBEAT_MS = 15_000;

export class Bell {
  readonly #clock: Clock;
  #rung = false;
  #wake: () => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly ring = (): void => {
    this.#rung = true;
    this.#wake();
  };

  /** Resolves at the next ring, at once when it rang since the last wait, or at the instant. */
  async wait(until: number): Promise<void> {
    if (!this.#rung) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const forget = this.#clock.after(until - this.#clock.now(), resolve);
      await promise;
      forget();
      this.#wake = () => {};
    }
    this.#rung = false;
  }
}
