// Names with work that nobody offers to do. It is told only after a while, so that a deploy does not flash it.
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";

/** How long it must have been so. */
export const UNSERVED_MS = 15_000;
/** Who has not looked for so long does not know what was meanwhile, and begins anew. */
const UNSEEN_MS_MAX = 5_000;

export type Service = Pick<Queue, "name" | "jobs" | "workers" | "paused">;

/** Ready jobs, no worker that offers the name, and nobody has paused it. */
export function isUnserved({ jobs, workers, paused }: Service): boolean {
  return (jobs?.ready ?? 0n) > 0n && workers === 0 && !paused;
}

interface Sight {
  readonly since: number;
  readonly seenAt: number;
}

/** What was seen of all names so far, whichever screen saw it. */
export class UnservedWatch {
  readonly #sights = new Map<string, Sight>();

  /** Looks at these as they stand now, and answers which of them have been without a worker for long enough. */
  look(queues: readonly Service[], now: number): ReadonlySet<string> {
    const told = new Set<string>();
    for (const queue of queues) {
      const before = this.#sights.get(queue.name);
      if (!isUnserved(queue)) {
        if (before) this.#sights.delete(queue.name);
        continue;
      }
      const isKnown = before !== undefined && now - before.seenAt <= UNSEEN_MS_MAX;
      const since = isKnown ? before.since : now;
      this.#sights.set(queue.name, { since, seenAt: now });
      if (now - since >= UNSERVED_MS) told.add(queue.name);
    }
    return told;
  }
}
