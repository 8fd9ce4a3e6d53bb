// Names with work that nobody offers to do. It is told only after a while, so that a deploy does not flash it.
import { useEffect, useRef, useState } from "react";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { useNow } from "../parts/time.tsx";

/** How long it must have been so. */
export const UNSERVED_MS = 15_000;

/** Ready jobs, no worker that offers the name, and nobody has paused it. */
export function isUnserved({ jobs, workers, paused }: Pick<Queue, "jobs" | "workers" | "paused">): boolean {
  return (jobs?.ready ?? 0n) > 0n && workers === 0 && !paused;
}

/** Since when each is so; whoever is served again is struck out. */
export function unservedSince(
  before: ReadonlyMap<string, number>,
  queues: readonly Queue[],
  now: number,
): ReadonlyMap<string, number> {
  return new Map(queues.filter(isUnserved).map(({ name }) => [name, before.get(name) ?? now]));
}

/** Those that have been so for long enough. */
export function useUnserved(queues: readonly Queue[]): ReadonlySet<string> {
  const now = useNow();
  const since = useRef<ReadonlyMap<string, number>>(new Map());
  const [names, set] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    since.current = unservedSince(since.current, queues, now);
    const found = [...since.current].filter(([, at]) => now - at >= UNSERVED_MS).map(([name]) => name);
    set((before) => (isSame(before, found) ? before : new Set(found)));
  }, [queues, now]);
  return names;
}

function isSame(set: ReadonlySet<string>, list: readonly string[]): boolean {
  return set.size === list.length && list.every((one) => set.has(one));
}
