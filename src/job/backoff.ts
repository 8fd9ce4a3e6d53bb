// How long a job waits between two attempts.
import type { Backoff } from "./job.ts";
import { LIMITS } from "./limits.ts";

/**
 * The delay in whole milliseconds, at most 100 years.
 *
 * @param failures failures before this one, counted from 0
 * @param chance a number drawn from [0, 1)
 */
export function backoffMs(backoff: Backoff, failures: number, chance: number): number {
  return Math.min(Math.round(uncapped(backoff, failures, chance)), LIMITS.delayMsMax);
}

function uncapped(backoff: Backoff, failures: number, chance: number): number {
  switch (backoff.by) {
    case "default":
      return faktory(failures, chance);
    case "exponential": {
      // Kept finite, since nothing times infinity is no number.
      const growth = Math.min(backoff.factor ** failures, Number.MAX_VALUE);
      const grown = Math.min(backoff.initialMs * growth, backoff.maxMs);
      return grown * (1 - backoff.jitter * chance);
    }
    case "fixed":
      return backoff.delayMs;
    case "delays":
      return backoff.delaysMs[Math.min(failures, backoff.delaysMs.length - 1)] ?? 0;
  }
}

/**
 * Faktory's formula, `n^4 + 15 + rand(30) * (n + 1)` seconds, rand(30) being a whole number below 30.
 * 30 retries take about 52 days. (The original Lakh wrote XOR where this has a power.)
 */
function faktory(failures: number, chance: number): number {
  const seconds = failures ** 4 + 15 + Math.floor(chance * 30) * (failures + 1);
  return seconds * 1_000;
}
