// How late the event loop was, on a clock that the test turns; and a control, which counts beats alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Histogram } from "../../src/broker/histogram.ts";
import { BEAT_MS, LoopDelay } from "../../src/server/loop-delay.ts";

type Delays = Pick<LoopDelay, "beat" | "percentiles">;

/** Some 50 s of beats, each on time but for one, which comes after the loop has stood still for so long. */
function standStill(delays: Delays, standsMs: number) {
  let now = 0;
  for (let beat = 1; beat <= 500; beat++) {
    now += beat === 400 ? BEAT_MS + standsMs : BEAT_MS;
    delays.beat(now);
  }
  const { p50Ms = 0, p99Ms = 0 } = delays.percentiles(now);
  return { now, p50: p50Ms / 1_000, p99: p99Ms / 1_000 };
}

/** The mistake: a beat is a beat, however many were missed before it. */
function beatsAlone(): Delays {
  const delays = new Histogram(6);
  let expectedAt = BEAT_MS;
  return {
    beat(now) {
      delays.record((now - expectedAt) * 1_000, Math.floor(now / 10_000));
      expectedAt = now + BEAT_MS;
    },
    percentiles: (now) => delays.percentiles(Math.floor(now / 10_000)),
  };
}

test("a loop that stood still for 2 s of the last minute shows it", () => {
  const { p50, p99 } = standStill(new LoopDelay(0), 2_000);

  assert.equal(p50, 0);
  assert.ok(p99 > 1_000 && p99 < 2_000, `${p99} ms`);
});

test("a control: where only beats count it does not", () => {
  assert.equal(standStill(beatsAlone(), 2_000).p99, 0);
});

test("after a minute it is forgotten", () => {
  const delays = new LoopDelay(0);
  let { now } = standStill(delays, 2_000);
  for (let beat = 0; beat < 600; beat++) {
    now += BEAT_MS;
    delays.beat(now);
  }

  assert.equal(delays.percentiles(now).p99Ms, 0);
  assert.equal(delays.percentiles(now + 70_000).count, 0, "nobody beats any more");
});

test("a process that was stopped for a day counts as a minute that stood still", () => {
  const delays = new LoopDelay(0);
  delays.beat(86_400_000);
  const { count, p99Ms = 0 } = delays.percentiles(86_400_000);

  assert.equal(count, 60_000 / BEAT_MS + 1);
  assert.ok(Math.abs(p99Ms / 1_000 - 60_000) < 3_000, `${p99Ms / 1_000} ms`);
});
