// Which queues are shown, in which order.
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { spanMsOf } from "../format/times.ts";

export type QueueOrder = "name" | "ready" | "oldest" | "dead";

export interface QueueChoice {
  /** What the name must contain, whatever the case of its letters. */
  readonly text: string;
  readonly order: QueueOrder;
}

const WEIGHTS: Readonly<Record<Exclude<QueueOrder, "name">, (queue: Queue) => number>> = {
  ready: ({ jobs }) => Number(jobs?.ready ?? 0n),
  oldest: ({ oldestReadyAge }) => spanMsOf(oldestReadyAge) ?? -1,
  dead: ({ jobs }) => Number(jobs?.dead ?? 0n),
};

/** Numbers: the largest first, equals by name. */
export function chooseQueues(queues: readonly Queue[], { text, order }: QueueChoice): readonly Queue[] {
  const wanted = text.toLowerCase();
  const chosen = queues.filter(({ name }) => name.toLowerCase().includes(wanted));
  const byName = (a: Queue, b: Queue) => (a.name < b.name ? -1 : 1);
  if (order === "name") return chosen.toSorted(byName);

  const weight = WEIGHTS[order];
  return chosen.toSorted((a, b) => weight(b) - weight(a) || byName(a, b));
}
