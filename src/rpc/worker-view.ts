// A connected worker as the contract shows it.
import { create } from "@bufbuild/protobuf";
import type { WorkerKind, WorkerView } from "../broker/overview.ts";
import {
  HeldJobSchema,
  WorkerKind as KindMessage,
  type Worker,
  WorkerSchema,
} from "../gen/lakh/v1/overview_pb.ts";
import { toTimestamp } from "./times.ts";

const KINDS: Readonly<Record<WorkerKind, KindMessage>> = {
  work: KindMessage.WORK,
  subscribe: KindMessage.SUBSCRIBE,
  reserve: KindMessage.RESERVE,
  original: KindMessage.ORIGINAL,
};

export function viewWorker(worker: WorkerView): Worker {
  const view = viewWorkerAlone(worker);
  for (const { id, attempt, until } of worker.jobs)
    view.jobs.push(create(HeldJobSchema, { jobId: id, attempt, reservedUntil: toTimestamp(until) }));
  return view;
}

/** Without the jobs that it holds. */
export function viewWorkerAlone(worker: WorkerView): Worker {
  return create(WorkerSchema, {
    workerId: worker.id,
    kind: KINDS[worker.kind],
    names: [...worker.names],
    capacity: worker.capacity,
    held: worker.held,
    draining: worker.isDraining,
    version: worker.version,
    labels: { ...worker.labels },
    joinedAt: toTimestamp(worker.joinedAt),
    lastHeardAt: toTimestamp(worker.heardAt),
    succeeded: BigInt(worker.succeeded),
    failed: BigInt(worker.failed),
  });
}
