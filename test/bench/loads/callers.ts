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

/** Counts calls until a span has passed. */
export class Tally {
  #answered = 0;
  readonly #startedAt = performance.now();
  readonly #endsAt: number;
  #lastAt = this.#startedAt;

  constructor(forMs: number) {
    this.#endsAt = this.#startedAt + forMs;
  }

  /** Calls that were answered. */
  get answered(): number {
    return this.#answered;
  }

  /** Answered calls per second, until the last answer. */
  get perSecond(): number {
    return (this.#answered * 1_000) / (this.#lastAt - this.#startedAt);
  }

  /** Whether a first call may be made. */
  begin(): boolean {
    return performance.now() < this.#endsAt;
  }

  /** Counts an answer; whether one more call may be made. */
  another(): boolean {
    this.#answered++;
    this.#lastAt = performance.now();
    return this.#lastAt < this.#endsAt;
  }
}
