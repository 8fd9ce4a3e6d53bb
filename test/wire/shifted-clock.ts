// The system clock with a lever: a test lets hours pass, and all that was waiting for them happens now.
import { type Clock, SystemClock } from "../../src/broker/clock.ts";

interface Waiting {
  readonly instant: number;
  readonly call: () => void;
  cancel: () => void;
}

export class ShiftedClock implements Clock {
  readonly #system = new SystemClock();
  readonly #waiting = new Set<Waiting>();
  readonly #chance: number | undefined;
  #shiftMs = 0;

  /** @param chance what to draw each time, when that must be known */
  constructor(chance?: number) {
    this.#chance = chance;
  }

  shift(ms: number): void {
    this.#shiftMs += ms;
    for (const waiting of [...this.#waiting]) {
      waiting.cancel();
      this.#wait(waiting);
    }
  }

  now(): number {
    return this.#system.now() + this.#shiftMs;
  }

  chance(): number {
    return this.#chance ?? this.#system.chance();
  }

  randomBytes(): Uint8Array {
    return this.#system.randomBytes();
  }

  at(instant: number, call: () => void): () => void {
    const waiting = { instant, call, cancel: () => {} };
    this.#waiting.add(waiting);
    this.#wait(waiting);
    return () => {
      this.#waiting.delete(waiting);
      waiting.cancel();
    };
  }

  after(ms: number, call: () => void): () => void {
    return this.at(this.now() + ms, call);
  }

  #wait(waiting: Waiting): void {
    waiting.cancel = this.#system.at(waiting.instant - this.#shiftMs, () => {
      this.#waiting.delete(waiting);
      waiting.call();
    });
  }
}
