// Time and chance as a test tells them: nothing happens until the test lets time pass, and then in order.
import type { Clock } from "../../src/broker/clock.ts";

interface Alarm {
  /** How long it has to wait from now on. */
  readonly leftMs: () => number;
  readonly call: () => void;
}

export interface VirtualClockOptions {
  /** Epoch milliseconds. Default 2026-01-01T00:00:00Z. */
  readonly startAt?: number;
  /** Draws the same numbers again. Default 1. */
  readonly seed?: number;
  /** Resolves when what a call set off has come to rest. Default: when some turns of the event loop have passed. */
  readonly settle?: () => Promise<void>;
}

/** Turns of the event loop in which a chain of promises comes to rest. */
const TURNS = 4;

export class VirtualClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  readonly #settle: () => Promise<void>;
  #now: number;
  /** What has passed since the beginning, whatever the wall clock says. */
  #passedMs = 0;
  #drawn: number;
  /** How many calls have come due. */
  fired = 0;

  constructor({ startAt = Date.UTC(2026, 0, 1), seed = 1, settle = turns }: VirtualClockOptions = {}) {
    this.#now = startAt;
    this.#drawn = seed;
    this.#settle = settle;
  }

  /** How many calls are waiting for their instant. */
  get waiting(): number {
    return this.#alarms.size;
  }

  now(): number {
    return this.#now;
  }

  // mulberry32
  chance(): number {
    this.#drawn = (this.#drawn + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#drawn ^ (this.#drawn >>> 15), 1 | this.#drawn);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  randomBytes(): Uint8Array {
    return Uint8Array.from({ length: 16 }, () => Math.floor(this.chance() * 256));
  }

  at(instant: number, call: () => void): () => void {
    return this.#wait({ leftMs: () => Math.max(0, instant - this.#now), call });
  }

  after(ms: number, call: () => void): () => void {
    const end = this.#passedMs + ms;
    return this.#wait({ leftMs: () => Math.max(0, end - this.#passedMs), call });
  }

  /** Lets time pass: each call comes when it is due, and what it sets off comes to rest before the next. */
  async advance(ms: number): Promise<void> {
    const end = this.#passedMs + ms;
    await this.#settle();
    for (;;) {
      const next = this.#first();
      const leftMs = next?.leftMs() ?? Number.POSITIVE_INFINITY;
      if (!next || leftMs > end - this.#passedMs) break;
      this.#pass(leftMs);
      this.#alarms.delete(next);
      this.fired++;
      next.call();
      await this.#settle();
    }
    this.#pass(end - this.#passedMs);
  }

  /** The wall clock is set to another time; what is due by it comes with the next `advance`. */
  jump(ms: number): void {
    this.#now += ms;
  }

  #wait(alarm: Alarm): () => void {
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  }

  #pass(ms: number): void {
    this.#now += ms;
    this.#passedMs += ms;
  }

  /** Of those that have equally long to wait, the one that was asked for first. */
  #first(): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.#alarms) if (!first || alarm.leftMs() < first.leftMs()) first = alarm;
    return first;
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
