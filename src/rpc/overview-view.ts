// What there is to see from above, as the contract shows it: counts, rates, percentiles, queues, the whole.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import type { Counts, Overview, Percentiles, Queue } from "../broker/overview.ts";
import {
  type CountsSchema,
  type Overview as OverviewMessage,
  OverviewSchema,
  type PercentilesSchema,
  type Queue as QueueMessage,
  QueueSchema,
} from "../gen/lakh/v1/overview_pb.ts";
import { toDuration, toTimestamp } from "./times.ts";

export function viewOverview(overview: Overview, serverVersion: string): OverviewMessage {
  const { at, oldestReady, node } = overview;
  return create(OverviewSchema, {
    jobs: viewCounts(overview.counts),
    rates: overview.rates,
    wait: viewPercentiles(overview.wait),
    run: viewPercentiles(overview.run),
    ...(oldestReady && { oldestReadyAge: ageOf(oldestReady.at, at), oldestReadyName: oldestReady.name }),
    queues: overview.queues,
    pausedQueues: overview.pausedQueues,
    workers: overview.workers,
    capacity: overview.capacity,
    held: overview.held,
    nodes: [
      {
        id: node.id,
        version: serverVersion,
        startedAt: toTimestamp(node.startedAt),
        stopping: node.isStopping,
      },
    ],
    storeBytes: BigInt(overview.storeBytes),
    at: toTimestamp(at),
  });
}

export function viewQueue(queue: Queue, now: number): QueueMessage {
  const { name, counts, oldestReadyAt, rates, pausedSince, workers, capacity, held } = queue;
  return create(QueueSchema, {
    name,
    jobs: viewCounts(counts),
    ...(oldestReadyAt !== undefined && { oldestReadyAge: ageOf(oldestReadyAt, now) }),
    rates,
    paused: pausedSince !== undefined,
    ...(pausedSince !== undefined && { pausedSince: toTimestamp(pausedSince) }),
    workers,
    capacity,
    held,
  });
}

/** The contract counts those that retry among the scheduled as well. */
function viewCounts({ scheduled, retrying, ready, reserved, succeeded, dead, cancelled }: Counts) {
  return {
    scheduled: BigInt(scheduled + retrying),
    retrying: BigInt(retrying),
    ready: BigInt(ready),
    reserved: BigInt(reserved),
    succeeded: BigInt(succeeded),
    dead: BigInt(dead),
    cancelled: BigInt(cancelled),
  } satisfies MessageInitShape<typeof CountsSchema>;
}

export function viewPercentiles({
  count,
  p50Ms,
  p95Ms,
  p99Ms,
}: Percentiles): MessageInitShape<typeof PercentilesSchema> {
  return {
    count: BigInt(count),
    ...(p50Ms !== undefined && { p50: toDuration(p50Ms) }),
    ...(p95Ms !== undefined && { p95: toDuration(p95Ms) }),
    ...(p99Ms !== undefined && { p99: toDuration(p99Ms) }),
  };
}

/** Never negative, though the wall clock may have jumped back. */
function ageOf(since: number, now: number) {
  return toDuration(Math.max(0, now - since));
}
