// A change of many jobs as the contract shows it: while it runs, and before it begins.
import { create } from "@bufbuild/protobuf";
import type { Preview } from "../broker/operator.ts";
import {
  OperationKind,
  type Operation as OperationMessage,
  OperationSchema,
  OperationState,
  type Preview as PreviewMessage,
  PreviewSchema,
} from "../gen/lakh/v1/operation_pb.ts";
import type { BulkMove } from "../job/bulk.ts";
import type { Retention } from "../job/deadline.ts";
import type { Operation } from "../store/operation.ts";
import { viewFilter } from "./filter-view.ts";
import { STATES, viewBrief } from "./job-view.ts";
import { toDuration, toTimestamp } from "./times.ts";

const KINDS: Readonly<Record<BulkMove["move"], OperationKind>> = {
  retry: OperationKind.RETRY,
  run_now: OperationKind.RUN_NOW,
  cancel: OperationKind.CANCEL,
  delete: OperationKind.DELETE,
};

const OPERATION_STATES: Readonly<Record<Operation["state"], OperationState>> = {
  running: OperationState.RUNNING,
  done: OperationState.DONE,
  stopped: OperationState.STOPPED,
};

export function viewOperation(operation: Operation): OperationMessage {
  const { id, move, filter, candidates, state, finishedAt } = operation;
  const spreadMs = move.move === "retry" ? move.spreadMs : undefined;
  return create(OperationSchema, {
    id,
    kind: KINDS[move.move],
    filter: viewFilter(filter),
    ...(candidates.asOf !== undefined && { asOf: toTimestamp(candidates.asOf) }),
    ...(spreadMs !== undefined && { spread: toDuration(spreadMs) }),
    state: OPERATION_STATES[state],
    searched: BigInt(operation.searched),
    candidates: BigInt(operation.candidatesCount),
    changed: BigInt(operation.changed),
    skipped: BigInt(operation.skipped),
    createdAt: toTimestamp(operation.createdAt),
    ...(finishedAt !== undefined && { finishedAt: toTimestamp(finishedAt) }),
  });
}

export function viewPreview(preview: Preview, retention: Retention): PreviewMessage {
  const { matching, complete, searched, candidates, samples, counts, asOf } = preview;
  return create(PreviewSchema, {
    matching: BigInt(matching),
    complete,
    searched: BigInt(searched),
    candidates: BigInt(candidates),
    samples: samples.map((job) => viewBrief(job, retention)),
    counts: counts.map(({ name, is, jobs }) => ({ name, state: STATES[is], jobs: BigInt(jobs) })),
    asOf: toTimestamp(asOf),
  });
}
