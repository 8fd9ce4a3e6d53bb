// In which order jobs are listed, as the address says it.
import { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";

export type OrderWord = "best" | "newest" | "oldest" | "latest" | "earliest";

export const ORDERS: Readonly<Record<OrderWord, { readonly order: JobOrder; readonly label: string }>> = {
  best: { order: JobOrder.UNSPECIFIED, label: "Automatic" },
  newest: { order: JobOrder.NEWEST, label: "Enqueued last" },
  oldest: { order: JobOrder.OLDEST, label: "Enqueued first" },
  latest: { order: JobOrder.LATEST, label: "In their state since last" },
  earliest: { order: JobOrder.EARLIEST, label: "Due or waiting first" },
};

export const ORDER_WORDS = Object.keys(ORDERS) as readonly OrderWord[];

/** What the address says, or the server's choice: by enqueue, or by since when in the states that the filter names. */
export function orderOf(said: string | undefined): OrderWord {
  return ORDER_WORDS.find((word) => word === said) ?? "best";
}
