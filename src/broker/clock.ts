// The only door to time and chance. Everything else is told what time it is, so that tests and simulations can tell it.
import { randomFillSync } from "node:crypto";

export interface Clock {
  /** Wall-clock time in whole epoch milliseconds. It may jump. */
  now(): number;
  /** A number drawn from [0, 1). */
  chance(): number;
  /** 16 random bytes, valid until the next call. */
  randomBytes(): Uint8Array;
  /** Calls once when the wall clock has reached the instant, at once when it has passed. Returns how to take it back. */
  at(instant: number, call: () => void): () => void;
  /** Calls once when this much time has passed, whatever the wall clock does meanwhile. Returns how to take it back. */
  after(ms: number, call: () => void): () => void;
}

/**
 * The longest single sleep towards an instant. A timer does not see the wall clock jump, so sleeps are cut short enough
 * that a job is at most this late once the clock has settled.
 */
export const SLEEP_MS_MAX = 1_000;

/** Node's timers fire at once when they are set for longer, so longer spans are cut. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** What the system clock is made of; tests give their own. */
export interface Timers {
  readonly now: () => number;
  readonly setTimeout: (call: () => void, ms: number) => { unref?: () => unknown };
  readonly clearTimeout: (timer: never) => void;
}

const SYSTEM_TIMERS: Timers = { now: Date.now, setTimeout, clearTimeout };

export class SystemClock implements Clock {
  readonly #timers: Timers;
  readonly #pool = new Uint8Array(16 * 256);
  #poolUsed = this.#pool.length;

  constructor(timers: Timers = SYSTEM_TIMERS) {
    this.#timers = timers;
  }

  now(): number {
    return this.#timers.now();
  }

  chance(): number {
    return Math.random();
  }

  randomBytes(): Uint8Array {
    if (this.#poolUsed === this.#pool.length) {
      randomFillSync(this.#pool);
      this.#poolUsed = 0;
    }
    this.#poolUsed += 16;
    return this.#pool.subarray(this.#poolUsed - 16, this.#poolUsed);
  }

  at(instant: number, call: () => void): () => void {
    let timer: unknown;
    const look = () => {
      const leftMs = instant - this.now();
      if (leftMs <= 0) call();
      else timer = this.#timers.setTimeout(look, Math.min(leftMs, SLEEP_MS_MAX));
    };
    timer = this.#timers.setTimeout(look, Math.min(Math.max(instant - this.now(), 0), SLEEP_MS_MAX));
    return () => this.#timers.clearTimeout(timer as never);
  }

  after(ms: number, call: () => void): () => void {
    let timer: unknown;
    const sleep = (leftMs: number) => {
      const stepMs = Math.min(Math.max(leftMs, 0), TIMER_MS_MAX);
      timer = this.#timers.setTimeout(leftMs <= stepMs ? call : () => sleep(leftMs - stepMs), stepMs);
    };
    sleep(ms);
    return () => this.#timers.clearTimeout(timer as never);
  }
}
