// Which queues are shown, in which order.
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { ageMsAt } from "../live/ages.ts";

export type QueueOrder = "name" | "ready" | "oldest" | "retrying" | "dead" | "rate";

export const QUEUE_ORDERS: readonly (readonly [QueueOrder, string])[] = [
  ["name", "Name"],
  ["ready", "Ready"],
  ["oldest", "Oldest"],
  ["retrying", "Retrying"],
  ["dead", "Dead"],
  ["rate", "Rate"],
];

export interface QueueChoice {
  /** What the name must contain, whatever the case of its letters. */
  readonly text: string;
  readonly order: QueueOrder;
  /** Ages are compared as they are then. */
  readonly now: number;
}

type Weight = (queue: Queue, now: number) => number;

const WEIGHTS: Readonly<Record<Exclude<QueueOrder, "name">, Weight>> = {
  ready: ({ jobs }) => Number(jobs?.ready ?? 0n),
  oldest: ({ oldestReadyAge }, now) => ageMsAt(oldestReadyAge, now) ?? -1,
  retrying: ({ jobs }) => Number(jobs?.retrying ?? 0n),
  dead: ({ jobs }) => Number(jobs?.dead ?? 0n),
  rate: ({ rates }) => rates?.succeeded ?? 0,
};

/** Numbers: the largest first, equals by name. */
export function chooseQueues(queues: readonly Queue[], { text, order, now }: QueueChoice): readonly Queue[] {
  const wanted = text.toLowerCase();
  const chosen = queues.filter(({ name }) => name.toLowerCase().includes(wanted));
  if (order === "name") return chosen.toSorted(byName);

  const weight = WEIGHTS[order];
  return chosen.toSorted((a, b) => weight(b, now) - weight(a, now) || byName(a, b));
}

/** Those with the most to do, at most so many, by name: numbers change, and rows stay where they are. */
export function busiestQueues(queues: readonly Queue[], most: number): readonly Queue[] {
  if (queues.length <= most) return queues;

  const weigh = ({ jobs, rates }: Queue) =>
    Number((jobs?.ready ?? 0n) + (jobs?.reserved ?? 0n) + (jobs?.retrying ?? 0n)) +
    (rates?.delivered ?? 0) * 60;
  return queues
    .toSorted((a, b) => weigh(b) - weigh(a) || byName(a, b))
    .slice(0, most)
    .toSorted(byName);
}

function byName(a: Queue, b: Queue): number {
  return a.name < b.name ? -1 : 1;
}
