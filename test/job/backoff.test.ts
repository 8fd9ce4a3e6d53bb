// The delays between attempts, against figures worked out by hand.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { backoffMs } from "../../src/job/backoff.ts";
import type { Backoff } from "../../src/job/job.ts";
import { DAY, SECOND } from "./samples.ts";

const CENTURY = 100 * 365 * DAY;
const ALMOST_ONE = 1 - Number.EPSILON;

describe("the default is Faktory's n^4 + 15 + rand(30) * (n + 1) seconds", () => {
  const byDefault: Backoff = { by: "default" };

  const cases: [failures: number, chance: number, seconds: number][] = [
    [0, 0, 15],
    [0, ALMOST_ONE, 44],
    [1, 0, 16],
    [1, 0.5, 46],
    [2, 0, 31],
    [2, ALMOST_ONE, 118],
    [10, 0, 10_015],
    [10, 0.5, 10_180],
    [29, 0, 707_296],
    [30, ALMOST_ONE, 810_914],
    [1_000, 0, CENTURY / SECOND],
  ];
  for (const [failures, chance, seconds] of cases) {
    test(`after ${failures} failures, chance ${chance.toFixed(1)}: ${seconds} s`, () => {
      assert.equal(backoffMs(byDefault, failures, chance), seconds * SECOND);
    });
  }

  test("30 retries take about 52 days, and every delay is longer than the one before", () => {
    const delays = Array.from({ length: 30 }, (_, failures) => backoffMs(byDefault, failures, 0.5));

    const days = delays.reduce((sum, delayMs) => sum + delayMs, 0) / DAY;
    assert.ok(days > 50 && days < 54, `${days} days`);
    assert.deepEqual(
      delays,
      [...delays].sort((a, b) => a - b),
    );
  });

  test("is a power, not the XOR of the original, and wraps in no 32 or 64 bits", () => {
    assert.equal(backoffMs(byDefault, 3, 0), (81 + 15) * SECOND);
    assert.equal(backoffMs(byDefault, 215, 0), (2_136_750_625 + 15) * SECOND);
    assert.equal(backoffMs(byDefault, 216, 0), (2_176_782_336 + 15) * SECOND);
  });
});

describe("a job's own policy", () => {
  const exponential: Backoff = { by: "exponential", initialMs: 1_000, factor: 2, maxMs: 10_000, jitter: 0 };

  test("exponential grows by its factor up to its max", () => {
    const delays = [0, 1, 2, 3, 4, 1_000].map((failures) => backoffMs(exponential, failures, 0.9));
    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  test("jitter takes away up to its share, after the max", () => {
    const jittery: Backoff = { ...exponential, jitter: 0.5 };
    assert.deepEqual(
      [0, 0.5, ALMOST_ONE].map((chance) => backoffMs(jittery, 9, chance)),
      [10_000, 7_500, 5_000],
    );
  });

  test("exponential from no delay stays at none, though its factor overflows", () => {
    assert.equal(backoffMs({ ...exponential, initialMs: 0 }, 3, 0), 0);
    assert.equal(backoffMs({ ...exponential, initialMs: 0, factor: 100 }, 999, 0), 0);
  });

  test("an exponential that overflows is its max", () => {
    assert.equal(backoffMs({ ...exponential, factor: 100 }, 999, 0), 10_000);
  });

  test("fixed never changes", () => {
    assert.deepEqual(
      [0, 1, 999].map((failures) => backoffMs({ by: "fixed", delayMs: 5 }, failures, 0.9)),
      [5, 5, 5],
    );
  });

  test("delays are taken in turn and the last repeats", () => {
    const delays: Backoff = { by: "delays", delaysMs: [3, 1, 2] };
    assert.deepEqual(
      [0, 1, 2, 3, 999].map((failures) => backoffMs(delays, failures, 0.9)),
      [3, 1, 2, 2, 2],
    );
  });
});

test("every delay is a whole number of milliseconds from 0 to 100 years", () => {
  const policies: Backoff[] = [
    { by: "default" },
    { by: "exponential", initialMs: 7, factor: 1.37, maxMs: CENTURY, jitter: 0.3 },
    { by: "exponential", initialMs: CENTURY, factor: 100, maxMs: CENTURY, jitter: 1 },
    { by: "fixed", delayMs: CENTURY },
    { by: "delays", delaysMs: [CENTURY, 0] },
  ];
  for (const policy of policies) {
    for (let failures = 0; failures <= 1_000; failures++) {
      const delayMs = backoffMs(policy, failures, (failures % 7) / 7);
      assert.ok(
        Number.isInteger(delayMs) && delayMs >= 0 && delayMs <= CENTURY,
        `${policy.by} ${failures}: ${delayMs}`,
      );
    }
  }
});
