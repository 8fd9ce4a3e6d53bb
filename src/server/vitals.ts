// The pulse of the process: how late its event loop is, how much processor it uses, how long its commits take. Measured
// in fixed memory, and forgotten slot by slot.
import { performance } from "node:perf_hooks";
import { Histogram } from "../broker/histogram.ts";
import type { Percentiles } from "../broker/overview.ts";
import { BEAT_MS, LoopDelay } from "./loop-delay.ts";

const SLOT_MS = 10_000;
const SLOTS_IN_MINUTE = 6;
const SLOTS_IN_FIVE_MINUTES = 30;

interface ProcessorLook {
  readonly at: number;
  readonly usedMs: number;
}

/** Commits are measured at once, the rest from `start` on. Close it; its timer does not hold the process. */
export class Vitals {
  #delays = new LoopDelay(performance.now());
  /** In microseconds: commits take parts of a millisecond. */
  readonly #commits = new Histogram(SLOTS_IN_FIVE_MINUTES);
  #timer: NodeJS.Timeout | undefined;
  /** One look for each slot of the last minute, the oldest first. */
  #looks: readonly ProcessorLook[] = [lookAtProcessor()];

  /** When there is somebody who could be kept waiting: while a server starts its loop stands still, and nobody minds. */
  start(): void {
    clearInterval(this.#timer);
    this.#delays = new LoopDelay(performance.now());
    this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  /** A commit took so long. */
  readonly committed = (tookMs: number): void => this.#commits.record(tookMs * 1_000, slotNow());

  /** Over the last minute. */
  loopDelay(): Percentiles {
    return inMs(this.#delays.percentiles(performance.now()));
  }

  /** Over the last five minutes. */
  commits(): Percentiles {
    return inMs(this.#commits.percentiles(slotNow()));
  }

  /** Of one processor, over the last minute, or since the start. */
  processorShare(): number {
    const now = lookAtProcessor();
    const [first = now] = this.#looks;
    return now.at === first.at ? 0 : (now.usedMs - first.usedMs) / (now.at - first.at);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #beat(): void {
    const now = performance.now();
    this.#delays.beat(now);
    if (now - (this.#looks.at(-1)?.at ?? 0) >= SLOT_MS)
      this.#looks = [...this.#looks, lookAtProcessor()].slice(-SLOTS_IN_MINUTE);
  }
}

function slotNow(): number {
  return Math.floor(performance.now() / SLOT_MS);
}

function lookAtProcessor(): ProcessorLook {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), usedMs: (user + system) / 1_000 };
}

function inMs({ count, p50Ms, p95Ms, p99Ms }: Percentiles): Percentiles {
  const milli = (micros: number | undefined) => (micros === undefined ? undefined : micros / 1_000);
  return { count, p50Ms: milli(p50Ms), p95Ms: milli(p95Ms), p99Ms: milli(p99Ms) };
}
