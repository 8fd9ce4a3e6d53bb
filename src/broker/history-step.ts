// One step of one ring that is under way: what has happened in it, and how long things took. When it closes it becomes a
// cell, and is added to the step of the coarser ring.
import type { OpenCell, Ring } from "../store/history.ts";
import { BUCKETS, percentilesOf } from "./histogram.ts";
import { DEPTHS, type Depths, PERCENTILES, SERIES } from "./history-rings.ts";
import { HAPPENINGS } from "./overview.ts";

const KINDS = HAPPENINGS.length;
const UNKNOWN = PERCENTILES.map(() => undefined);
const FIRST_DEPTH = KINDS + PERCENTILES.length;
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

  /** As a cell. */
  values(depths: Depths | undefined): Float32Array {
    const spans = [...percentilesOf(this.wait), ...percentilesOf(this.run)];
    return this.#cell(spans, depths);
  }

  /** The same while it is under way: its histograms say how long things took. */
  openValues(depths: Depths | undefined): Float32Array {
    return this.#cell(UNKNOWN, depths);
  }

  #cell(spans: readonly (number | undefined)[], depths: Depths | undefined): Float32Array {
    const cell = new Float32Array(SERIES.length).fill(Number.NaN);
    cell.set(this.counts);
    for (const [i, ms] of spans.entries()) if (ms !== undefined) cell[KINDS + i] = ms / 1_000;
    if (depths) for (const [i, depth] of DEPTHS.entries()) cell[FIRST_DEPTH + i] = depths[depth];
    return cell;
  }

  /** To go on with after a restart. */
  histograms(): Uint8Array {
    const entries: number[] = [];
    for (const [first, buckets] of [[0, this.wait] as const, [BUCKETS, this.run] as const]) {
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const count = buckets[bucket] ?? 0;
        if (count > 0) entries.push(first + bucket, count);
      }
    }
    const bytes = new DataView(new ArrayBuffer((entries.length / 2) * ENTRY_BYTES));
    for (let i = 0; i < entries.length; i += 2) {
      bytes.setUint16((i / 2) * ENTRY_BYTES, entries[i] ?? 0, true);
      bytes.setUint32((i / 2) * ENTRY_BYTES + 2, entries[i + 1] ?? 0, true);
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
