// One step of one ring that is under way: what has happened in it, and how long things took. When it closes it becomes a
// cell, and is added to the step of the coarser ring.
import type { OpenCell, Ring } from "../store/history.ts";
import { BUCKETS, percentilesOf } from "./histogram.ts";
import { DEPTHS, type Depths, SERIES } from "./history-rings.ts";
import { HAPPENINGS } from "./overview.ts";

const KINDS = HAPPENINGS.length;
/** Bytes of one bucket that is not empty: its number and its count. */
const ENTRY_BYTES = 6;

/** About 5 kB. */
export class OpenStep {
  readonly ring: Ring;
  /** When it begins. */
  at: number;
  readonly counts = new Float64Array(KINDS);
  readonly wait = new Uint32Array(BUCKETS);
  readonly run = new Uint32Array(BUCKETS);

  constructor(ring: Ring, at: number) {
    this.ring = ring;
    this.at = at;
  }

  begin(at: number): void {
    this.at = at;
    this.counts.fill(0);
    this.wait.fill(0);
    this.run.fill(0);
  }

  /** A finer step that lies in this one. */
  add({ counts, wait, run }: OpenStep): void {
    addTo(this.counts, counts);
    addTo(this.wait, wait);
    addTo(this.run, run);
  }

  values(depths: Depths | undefined): Float32Array {
    const spans = [...percentilesOf(this.wait), ...percentilesOf(this.run)];
    const seconds = spans.map((ms) => (ms ?? Number.NaN) / 1_000);
    const ends = DEPTHS.map((depth) => depths?.[depth] ?? Number.NaN);
    return Float32Array.of(...this.counts, ...seconds, ...ends);
  }

  /** To go on with after a restart. */
  histograms(): Uint8Array {
    const both = [this.wait, this.run];
    let entries = 0;
    for (const buckets of both) for (const count of buckets) if (count > 0) entries++;
    const bytes = new DataView(new ArrayBuffer(entries * ENTRY_BYTES));
    let at = 0;
    for (const [which, buckets] of both.entries()) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const count = buckets[bucket] ?? 0;
        if (count === 0) continue;
        bytes.setUint16(at, which * BUCKETS + bucket, true);
        bytes.setUint32(at + 2, count, true);
        at += ENTRY_BYTES;
      }
    }
    return new Uint8Array(bytes.buffer);
  }

  /** Goes on with what was kept of a step. */
  takeUp({ at, values, histograms }: OpenCell): void {
    this.begin(at);
    for (let kind = 0; kind < KINDS; kind++) this.counts[kind] = values[kind] ?? 0;
    const bytes = new DataView(histograms.buffer, histograms.byteOffset, histograms.byteLength);
    for (let i = 0; i + ENTRY_BYTES <= bytes.byteLength; i += ENTRY_BYTES) {
      const bucket = bytes.getUint16(i, true);
      const buckets = bucket < BUCKETS ? this.wait : this.run;
      buckets[bucket % BUCKETS] = bytes.getUint32(i + 2, true);
    }
  }
}

function addTo(sums: Float64Array | Uint32Array, more: Float64Array | Uint32Array): void {
  for (let i = 0; i < more.length; i++) sums[i] = (sums[i] ?? 0) + (more[i] ?? 0);
}

/** What a cell says of the end of its step; undefined when it does not know. */
export function depthsOf(values: Float32Array): Depths | undefined {
  const ends = DEPTHS.map((depth) => [depth, values[SERIES.indexOf(depth)] ?? Number.NaN] as const);
  return ends.some(([, value]) => Number.isNaN(value)) ? undefined : (Object.fromEntries(ends) as Depths);
}
