// One frame of Watch as TypeScript wants it: what has changed since the last one.
import type { WatchResponse } from "../gen/lakh/v1/admin_pb.ts";
import {
  type ConnectedWorker,
  type Overview,
  type Queue,
  toConnectedWorker,
  toOverview,
  toQueue,
} from "./admin-views.ts";
import { type Job, toJob } from "./job.ts";
import { type Operation, toOperation } from "./operation-views.ts";

/** What has changed. proto/lakh/v1/admin.proto says what each field means. */
export interface WatchFrame {
  readonly sequence: bigint;
  /** What came before is to be forgotten: this is all there is. */
  readonly isSnapshot: boolean;
  /** It says nothing but that the server is there. */
  readonly isEmpty: boolean;
  /** Undefined when it has not changed. */
  readonly overview: Overview | undefined;
  readonly queues: readonly Queue[];
  readonly queuesGone: readonly string[];
  readonly workers: readonly ConnectedWorker[];
  readonly workersGone: readonly string[];
  readonly operations: readonly Operation[];
  readonly jobs: readonly Job[];
  readonly jobsLeftOut: number;
  readonly jobsForgotten: readonly string[];
}

export function toWatchFrame(wire: WatchResponse): WatchFrame {
  const { sequence, snapshot, queuesGone, workersGone, jobsForgotten } = wire;
  const lists = [
    wire.queues,
    queuesGone,
    wire.workers,
    workersGone,
    wire.operations,
    wire.jobs,
    jobsForgotten,
  ];
  return {
    sequence,
    isSnapshot: snapshot,
    isEmpty: !wire.overview && wire.jobsLeftOut === 0n && lists.every(({ length }) => length === 0),
    overview: wire.overview && toOverview(wire.overview),
    queues: wire.queues.map(toQueue),
    queuesGone,
    workers: wire.workers.map(toConnectedWorker),
    workersGone,
    operations: wire.operations.map(toOperation),
    jobs: wire.jobs.map(toJob),
    jobsLeftOut: Number(wire.jobsLeftOut),
    jobsForgotten,
  };
}
