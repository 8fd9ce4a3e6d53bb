// What was paused or resumed on this page a moment ago, until the stream tells it too: whoever presses the button sees at
// once what it did.
import { useSyncExternalStore } from "react";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";

export interface JustPaused {
  readonly paused: boolean;
  /** When the server said that it is done, in epoch milliseconds of this machine. */
  readonly at: number;
}

/** The server looks at its queues at most once a second: what it tells sooner than this may be from before. */
export const TOLD_AFTER_MS = 1_500;

let just: ReadonlyMap<string, JustPaused> = new Map();
const listeners = new Set<() => void>();

export function noteJustPaused(names: readonly string[], paused: boolean): void {
  const at = Date.now();
  const recent = [...just].filter(([, before]) => at - before.at < 60_000);
  just = new Map([...recent, ...names.map((name) => [name, { paused, at }] as const)]);
  for (const listener of listeners) listener();
}

export function useJustPaused(): ReadonlyMap<string, JustPaused> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => just,
  );
}

/** The queue as it is, although what is known of it was heard at `heardAt`. */
export function withJustPaused(
  queue: Queue,
  just: ReadonlyMap<string, JustPaused>,
  heardAt: number | undefined,
): Queue {
  const { paused, at = 0 } = just.get(queue.name) ?? {};
  if (paused === undefined || paused === queue.paused) return queue;
  if (heardAt !== undefined && heardAt > at + TOLD_AFTER_MS) return queue;

  return { ...queue, paused };
}
