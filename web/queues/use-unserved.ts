// What unserved.ts tells, for components: one watch for the whole page, so that going from screen to screen forgets nothing.
import { useEffect, useState } from "react";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { useLive } from "../live/use-live.tsx";
import { UnservedWatch } from "./unserved.ts";

const LOOK_MS = 1_000;
const watch = new UnservedWatch();
const NONE: ReadonlySet<string> = new Set();

/** Those of these that have been so for long enough. While the numbers are old, what was told stays. */
export function useUnserved(queues: readonly Queue[]): ReadonlySet<string> {
  const live = useLive();
  const [names, set] = useState(NONE);
  useEffect(() => {
    const look = () => {
      const { state, isStale } = live.status;
      if (isStale || (state !== "live" && state !== "polling")) return;

      const found = watch.look(queues, Date.now());
      set((before) => (isSame(before, found) ? before : found));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [live, queues]);
  return names;
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((name) => other.has(name));
}
