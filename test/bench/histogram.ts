// How long things took, in fixed memory: a log-linear histogram (as in HdrHistogram, http://hdrhistogram.org), so that a
// run can be long and its tail is still told apart.

/** Every power of two is divided into so many: what is read out is within 1 / (2 * PARTS), 0.8 %, of the truth. */
const PARTS = 64;
const PARTS_LOG2 = 6;
/** About 71 minutes in microseconds; longer spans count as this long. */
const SPAN_US_MAX = 2 ** 32 - 1;
const BUCKETS = (32 - PARTS_LOG2 + 1) * PARTS;

/** Spans in milliseconds, kept to the microsecond. */
export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  /** The longest, exactly. */
  get maxMs(): number {
    return this.#maxMs;
  }

  record(spanMs: number): void {
    const bucket = bucketOf(spanMs * 1_000);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
    this.#maxMs = Math.max(this.#maxMs, spanMs);
  }

  /** So many of all took no longer, a share of 0 to 1. NaN when nothing was recorded. */
  percentileMs(share: number): number {
    if (this.#count === 0) return Number.NaN;

    const rank = Math.max(1, Math.ceil(share * this.#count));
    let passed = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      passed += count;
      if (passed >= rank) return Math.min(middleUs(bucket) / 1_000, this.#maxMs);
    }
    return this.#maxMs;
  }

  /** For a chart: the middle of each bucket that has any, and how many it has. */
  filled(): { readonly ms: number; readonly count: number }[] {
    return [...this.#counts.entries()]
      .filter(([, count]) => count > 0)
      .map(([bucket, count]) => ({ ms: middleUs(bucket) / 1_000, count }));
  }
}

function bucketOf(spanUs: number): number {
  const span = Math.min(Math.max(Math.round(spanUs), 0), SPAN_US_MAX);
  if (span < PARTS) return span;

  const power = 31 - Math.clz32(span);
  const part = (span >>> (power - PARTS_LOG2)) - PARTS;
  return (power - PARTS_LOG2 + 1) * PARTS + part;
}

function middleUs(bucket: number): number {
  if (bucket < PARTS) return bucket;

  const width = 2 ** (Math.floor(bucket / PARTS) - 1);
  return (PARTS + (bucket % PARTS)) * width + (width - 1) / 2;
}
