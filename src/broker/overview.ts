// What there is to see from above, as plain data: what operators are shown of queues, workers and the whole.
import type { JobId, JobName, WorkerId } from "../job/job.ts";
import type { Standing } from "../job/standing.ts";

export type Counts = Readonly<Record<Standing, number>>;

/** What is counted as it happens. */
export const HAPPENINGS = [
  "enqueued",
  "delivered",
  "succeeded",
  "failed",
  "lost",
  "dead",
  "cancelled",
] as const;
export type Happening = (typeof HAPPENINGS)[number];

/** Per second, over the last minute, on this node. */
export type Rates = Readonly<Record<Happening, number>>;

/** Spans in milliseconds, over the last five minutes, on this node; undefined when nothing was measured. */
export interface Percentiles {
  readonly count: number;
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** How much room the workers of one name, or all, have between them. */
export interface Staff {
  readonly workers: number;
  readonly capacity: number;
  readonly held: number;
}

export interface Queue extends Staff {
  readonly name: JobName;
  readonly counts: Counts;
  /** Since when the ready job that has waited longest has been ready. */
  readonly oldestReadyAt: number | undefined;
  readonly rates: Rates;
  readonly pausedSince: number | undefined;
}

export interface Overview extends Staff {
  readonly at: number;
  readonly counts: Counts;
  readonly rates: Rates;
  /** Ready until delivered. */
  readonly wait: Percentiles;
  /** Delivered until succeeded or failed. */
  readonly run: Percentiles;
  readonly oldestReady: { readonly name: JobName; readonly at: number } | undefined;
  readonly queues: number;
  readonly pausedQueues: number;
  readonly node: Node;
  readonly storeBytes: number;
}

export interface Node {
  readonly id: string;
  readonly startedAt: number;
  readonly isStopping: boolean;
}

export type WorkerKind = "work" | "subscribe" | "reserve" | "original";

export interface WorkerView {
  readonly id: WorkerId;
  readonly kind: WorkerKind;
  readonly names: readonly JobName[];
  readonly capacity: number;
  readonly held: number;
  /** The first `LIMITS.heldShownMax` of what it holds. */
  readonly jobs: readonly { readonly id: JobId; readonly attempt: number; readonly until: number }[];
  readonly isDraining: boolean;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly joinedAt: number;
  readonly heardAt: number;
  readonly succeeded: number;
  readonly failed: number;
}
