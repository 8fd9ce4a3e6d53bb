// The bench's own arithmetic of spans: percentiles read from buckets are those of a sorted list, as near as promised.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Histogram } from "./histogram.ts";

function histogramOf(spansMs: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const spanMs of spansMs) histogram.record(spanMs);
  return histogram;
}

/** The definition: the smallest span that so many of all do not exceed. */
function exactly(spansMs: readonly number[], share: number): number {
  const sorted = spansMs.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

describe("a histogram of the bench", () => {
  test("reads every percentile within 0.8 %, from a microsecond to a minute", () => {
    let seed = 42;
    const chance = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const spans = Array.from({ length: 20_000 }, () => 10 ** (chance() * 7.7 - 3));
    const histogram = histogramOf(spans);
    for (const share of [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
      const [read, exact] = [histogram.percentileMs(share), exactly(spans, share)];
      const allowed = Math.max(exact * 0.008, 0.000_6); // half a microsecond is lost to rounding
      assert.ok(Math.abs(read - exact) <= allowed, `${share}: ${read} instead of ${exact}`);
    }
  });

  test("does not let a few slow ones vanish: one of a hundred is the p99's neighbour, and the longest is exact", () => {
    const histogram = histogramOf([...Array<number>(98).fill(1), 250.125, 250.125]);
    assert.ok(Math.abs(histogram.percentileMs(0.5) - 1) < 0.01);
    assert.ok(Math.abs(histogram.percentileMs(0.99) - 250.125) < 2);
    assert.equal(histogram.maxMs, 250.125);
  });

  test("knows nothing of nothing", () => {
    assert.ok(Number.isNaN(new Histogram().percentileMs(0.5)));
    assert.deepEqual(new Histogram().filled(), []);
  });

  test("tells how many took how long, and loses none", () => {
    const spans = [0, 0.001, 0.5, 0.5, 7, 7_200_000];
    const filled = histogramOf(spans).filled();
    assert.equal(
      filled.reduce((sum, { count }) => sum + count, 0),
      spans.length,
    );
    assert.deepEqual(
      filled.map(({ count }) => count),
      [1, 1, 2, 1, 1],
    );
  });
});
