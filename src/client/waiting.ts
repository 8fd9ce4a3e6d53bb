// Waiting for time to pass, or for something to happen in time. Signals are composed by hand: AbortSignal.any has leaked.
import { setTimeout as sleep } from "node:timers/promises";

/** The longest that one timer can wait: 24.8 days. */
const timerMsMax = 2 ** 31 - 1;

/** Waits, for ever when it must; true when the time passed, false when the signal cut it short. */
export async function pause(ms: number, signal?: AbortSignal): Promise<boolean> {
  try {
    for (let leftMs = ms; ; leftMs -= timerMsMax) {
      await sleep(Math.min(leftMs, timerMsMax), undefined, signal === undefined ? {} : { signal });
      if (leftMs <= timerMsMax) return true;
    }
  } catch (cause) {
    if (signal?.aborted) return false;
    throw cause;
  }
}

/** Waits for the promise, but no longer than this, and not beyond the signal. True when the promise resolved. */
export async function within(promise: Promise<void>, ms: number, signal?: AbortSignal): Promise<boolean> {
  const timer = new AbortController();
  const stop = () => timer.abort();
  signal?.addEventListener("abort", stop, { once: true });
  if (signal?.aborted) stop();
  try {
    return await Promise.race([promise.then(() => true), pause(ms, timer.signal).then(() => false)]);
  } finally {
    stop();
    signal?.removeEventListener("abort", stop);
  }
}
