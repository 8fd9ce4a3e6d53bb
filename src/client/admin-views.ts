// What there is to see from above as TypeScript wants it: numbers, words, epoch milliseconds. The comments of
// proto/lakh/v1/overview.proto say what each field means.
import {
  type Counts as WireCounts,
  type DeadGroup as WireDeadGroup,
  type Overview as WireOverview,
  type Percentiles as WirePercentiles,
  type Queue as WireQueue,
  type Rates as WireRates,
  type Worker as WireWorker,
  WorkerKindSchema,
} from "../gen/lakh/v1/overview_pb.ts";
import { fineSpanOf, instantOf, spanOf, word } from "./wire-values.ts";

/** Jobs in each state; `scheduled` includes those of `retrying`. */
export type Counts = Readonly<
  Record<"scheduled" | "retrying" | "ready" | "reserved" | "succeeded" | "dead" | "cancelled", number>
>;

/** Per second, over the last minute. */
export type Rates = Readonly<
  Record<"enqueued" | "delivered" | "succeeded" | "failed" | "lost" | "dead" | "cancelled", number>
>;

/** Over the last five minutes; undefined when nothing was measured. */
export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** How much room there is, of all workers or of those that offer a name. */
export interface Staff {
  readonly workers: number;
  readonly capacity: number;
  readonly held: number;
}

/** Everything at a glance. */
export interface Overview extends Staff {
  readonly jobs: Counts;
  readonly rates: Rates;
  /** Ready until delivered. */
  readonly wait: Percentiles;
  /** Delivered until succeeded or failed. */
  readonly run: Percentiles;
  readonly oldestReadyAgeMs: number | undefined;
  readonly oldestReadyName: string | undefined;
  readonly queues: number;
  readonly pausedQueues: number;
  readonly nodes: readonly Node[];
  readonly storeBytes: number;
  readonly at: number | undefined;
}

/** One server process. */
export interface Node {
  readonly id: string;
  readonly version: string;
  readonly startedAt: number | undefined;
  readonly isStopping: boolean;
}

/** The jobs of one name. */
export interface Queue extends Staff {
  readonly name: string;
  readonly jobs: Counts;
  readonly oldestReadyAgeMs: number | undefined;
  readonly rates: Rates;
  readonly isPaused: boolean;
  readonly pausedSince: number | undefined;
}

/** One connected worker. */
export interface ConnectedWorker {
  readonly workerId: string;
  /** `work`, `subscribe`, `reserve`, `original`. */
  readonly kind: string;
  readonly names: readonly string[];
  readonly capacity: number;
  readonly held: number;
  /** Some of what it holds, at most 100. */
  readonly jobs: readonly {
    readonly jobId: string;
    readonly attempt: number;
    readonly reservedUntil: number | undefined;
  }[];
  readonly isDraining: boolean;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly joinedAt: number | undefined;
  readonly lastHeardAt: number | undefined;
  readonly succeeded: number;
  readonly failed: number;
}

/** Jobs that went wrong in the same way. */
export interface DeadGroup {
  /** 16 hexadecimal digits, for `group:` in a filter. */
  readonly group: string;
  readonly name: string;
  readonly errorClass: string;
  readonly errorLine: string;
  readonly jobs: number;
  readonly firstSeen: number | undefined;
  readonly lastSeen: number | undefined;
  readonly sampleId: string;
}

export function toOverview(wire: WireOverview): Overview {
  return {
    jobs: toCounts(wire.jobs),
    rates: toRates(wire.rates),
    wait: toPercentiles(wire.wait),
    run: toPercentiles(wire.run),
    oldestReadyAgeMs: spanOf(wire.oldestReadyAge),
    oldestReadyName: wire.oldestReadyName || undefined,
    queues: wire.queues,
    pausedQueues: wire.pausedQueues,
    workers: wire.workers,
    capacity: wire.capacity,
    held: wire.held,
    nodes: wire.nodes.map(({ id, version, startedAt, stopping }) => {
      return { id, version, startedAt: instantOf(startedAt), isStopping: stopping };
    }),
    storeBytes: Number(wire.storeBytes),
    at: instantOf(wire.at),
  };
}

export function toQueue(wire: WireQueue): Queue {
  const { name, workers, capacity, held } = wire;
  return {
    name,
    jobs: toCounts(wire.jobs),
    oldestReadyAgeMs: spanOf(wire.oldestReadyAge),
    rates: toRates(wire.rates),
    isPaused: wire.paused,
    pausedSince: instantOf(wire.pausedSince),
    workers,
    capacity,
    held,
  };
}

export function toConnectedWorker(wire: WireWorker): ConnectedWorker {
  const { workerId, names, capacity, held, version, labels } = wire;
  return {
    workerId,
    kind: word(WorkerKindSchema, wire.kind),
    names,
    capacity,
    held,
    jobs: wire.jobs.map(({ jobId, attempt, reservedUntil }) => {
      return { jobId, attempt, reservedUntil: instantOf(reservedUntil) };
    }),
    isDraining: wire.draining,
    version,
    labels,
    joinedAt: instantOf(wire.joinedAt),
    lastHeardAt: instantOf(wire.lastHeardAt),
    succeeded: Number(wire.succeeded),
    failed: Number(wire.failed),
  };
}

export function toDeadGroup(wire: WireDeadGroup): DeadGroup {
  const { group, name, errorClass, errorLine, sampleId } = wire;
  const [firstSeen, lastSeen] = [instantOf(wire.firstSeen), instantOf(wire.lastSeen)];
  return { group, name, errorClass, errorLine, jobs: Number(wire.jobs), firstSeen, lastSeen, sampleId };
}

function toCounts(wire: WireCounts | undefined): Counts {
  return {
    scheduled: Number(wire?.scheduled ?? 0),
    retrying: Number(wire?.retrying ?? 0),
    ready: Number(wire?.ready ?? 0),
    reserved: Number(wire?.reserved ?? 0),
    succeeded: Number(wire?.succeeded ?? 0),
    dead: Number(wire?.dead ?? 0),
    cancelled: Number(wire?.cancelled ?? 0),
  };
}

function toRates(wire: WireRates | undefined): Rates {
  const { enqueued = 0, delivered = 0, succeeded = 0, failed = 0, lost = 0 } = wire ?? {};
  return {
    enqueued,
    delivered,
    succeeded,
    failed,
    lost,
    dead: wire?.dead ?? 0,
    cancelled: wire?.cancelled ?? 0,
  };
}

export function toPercentiles(wire: WirePercentiles | undefined): Percentiles {
  return {
    count: Number(wire?.count ?? 0),
    p50Ms: fineSpanOf(wire?.p50),
    p95Ms: fineSpanOf(wire?.p95),
    p99Ms: fineSpanOf(wire?.p99),
  };
}
