// How long things took, in fixed memory: a log-linear histogram (as in HdrHistogram, http://hdrhistogram.org) for each
// slot of time, so that what is old falls out slot by slot.
import type { Percentiles } from "./overview.ts";

/** Spans below this many milliseconds have a bucket each; above, every power of two is divided into so many. */
const PARTS = 16;
const PARTS_LOG2 = 4;
/** About 139 years; longer spans count as this long. */
const SPAN_MS_MAX = 2 ** 42 - 1;
export const BUCKETS = (42 - PARTS_LOG2 + 1) * PARTS;

/** Percentiles are within 1 / (2 * PARTS), about 3.2 %, of the true ones. */
export class Histogram {
  readonly #slots: number;
  /** For each slot, in a ring, its buckets. */
  readonly #counts: Uint32Array;
  /** The newest slot in the ring; slots are numbered for ever. */
  #newest = 0;

  constructor(slots: number) {
    this.#slots = slots;
    this.#counts = new Uint32Array(slots * BUCKETS);
  }

  /** Slots never go back. */
  record(spanMs: number, slot: number): void {
    this.#advance(slot);
    const at = (this.#newest % this.#slots) * BUCKETS + bucketOf(spanMs);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** Over the slots up to this one. */
  percentiles(slot: number): Percentiles {
    this.#advance(slot);
    const sums = new Float64Array(BUCKETS);
    for (const [at, counted] of this.#counts.entries()) {
      const bucket = at % BUCKETS;
      sums[bucket] = (sums[bucket] ?? 0) + counted;
    }
    const [p50Ms, p95Ms, p99Ms] = percentilesOf(sums);
    return { count: countOf(sums), p50Ms, p95Ms, p99Ms };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#newest = 0;
  }

  #advance(slot: number): void {
    if (slot <= this.#newest) return;

    const first = Math.max(this.#newest + 1, slot - this.#slots + 1);
    for (let passed = first; passed <= slot; passed++) {
      const start = (passed % this.#slots) * BUCKETS;
      this.#counts.fill(0, start, start + BUCKETS);
    }
    this.#newest = slot;
  }
}

type Buckets = Float64Array | Uint32Array;

/** The bucket of a span in milliseconds, below `BUCKETS`. */
export function bucketOf(spanMs: number): number {
  const span = Math.min(Math.max(Math.floor(spanMs), 0), SPAN_MS_MAX);
  if (span < PARTS) return span;

  const power = span < 2 ** 31 ? 31 - Math.clz32(span) : Math.floor(Math.log2(span));
  const part = Math.floor(span / 2 ** (power - PARTS_LOG2)) - PARTS;
  return (power - PARTS_LOG2 + 1) * PARTS + part;
}

const SHARES = [0.5, 0.95, 0.99];
const NOTHING = SHARES.map(() => undefined);

/** In milliseconds: 50, 95 and 99 of 100 took no longer. Undefined when nothing was counted. */
export function percentilesOf(sums: Buckets): readonly (number | undefined)[] {
  const count = countOf(sums);
  if (count === 0) return NOTHING;

  let [bucket, passed] = [0, sums[0] ?? 0];
  return SHARES.map((share) => {
    const rank = Math.ceil(share * count);
    while (passed < rank && bucket < BUCKETS - 1) passed += sums[++bucket] ?? 0;
    return middleOf(bucket);
  });
}

function countOf(sums: Buckets): number {
  let count = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) count += sums[bucket] ?? 0;
  return count;
}

/** The span in the middle of a bucket. */
function middleOf(bucket: number): number {
  if (bucket < PARTS) return bucket;

  const width = 2 ** (Math.floor(bucket / PARTS) - 1);
  return (PARTS + (bucket % PARTS)) * width + (width - 1) / 2;
}
