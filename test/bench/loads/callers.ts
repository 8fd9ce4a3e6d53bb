// Callers: many who each wait for the answer to one call before they make the next. What they share is one tally, which
// says when it is enough, so that every load is bounded in time.
import { performance } from "node:perf_hooks";

/** One call, the same each time. */
export interface Call {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Connected, and about to call. */
export interface Callers {
  /** Resolves when every call that was begun is answered. Throws when one is answered with an error. */
  callUntil(tally: Tally): Promise<void>;
  close(): void;
}

/** Counts calls until it is enough. */
export class Tally {
  readonly #isEnough: (answered: number, tookMs: number) => boolean;
  readonly #startedAt = performance.now();
  #answered = 0;
  #tookMs = 0;

  /** Asked before each call. */
  constructor(isEnough: (answered: number, tookMs: number) => boolean) {
    this.#isEnough = isEnough;
  }

  /** Until a span has passed. */
  static forMs(spanMs: number): Tally {
    return new Tally((_answered, tookMs) => tookMs >= spanMs);
  }

  /** Calls that were answered. */
  get answered(): number {
    return this.#answered;
  }

  /** Answered calls per second, until the last answer. */
  get perSecond(): number {
    return (this.#answered * 1_000) / this.#tookMs;
  }

  /** Counts an answer; whether one more call may be made. */
  another(): boolean {
    this.#answered++;
    this.#tookMs = performance.now() - this.#startedAt;
    return !this.#isEnough(this.#answered, this.#tookMs);
  }
}
