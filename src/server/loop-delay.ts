// How late the event loop was. A beat that is late stands for all that came while the loop stood still: percentiles of
// beats alone would call a server prompt that stands still for seconds, since that is one beat among hundreds.
import { Histogram } from "../broker/histogram.ts";
import type { Percentiles } from "../broker/overview.ts";

/** How often the event loop is asked to be on time. */
export const BEAT_MS = 100;

const SLOT_MS = 10_000;
const SLOTS = 6;

/** Instants are milliseconds from any origin, and never go back. */
export class LoopDelay {
  /** In microseconds. */
  readonly #delays = new Histogram(SLOTS);
  #expectedAt: number;

  constructor(now: number) {
    this.#expectedAt = now + BEAT_MS;
  }

  /** The loop is here, and should have been every `BEAT_MS`. */
  beat(now: number): void {
    // What came at any other moment of a standstill waited as well, the earlier the longer.
    const late = Math.min(Math.max(0, now - this.#expectedAt), SLOTS * SLOT_MS);
    for (let waited = late; waited >= 0; waited -= BEAT_MS) this.#delays.record(waited * 1_000, slotOf(now));
    this.#expectedAt = now + BEAT_MS;
  }

  /** In microseconds, over the last minute. */
  percentiles(now: number): Percentiles {
    return this.#delays.percentiles(slotOf(now));
  }
}

function slotOf(now: number): number {
  return Math.floor(now / SLOT_MS);
}
