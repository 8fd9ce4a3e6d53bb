// What operations are called on screen, and the link from one to its jobs.
import { create } from "@bufbuild/protobuf";
import { printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { type Operation, OperationKind, OperationState } from "../../src/gen/lakh/v1/operation_pb.ts";

export const KIND_WORDS: Readonly<Record<OperationKind, string>> = {
  [OperationKind.UNSPECIFIED]: "Change",
  [OperationKind.RETRY]: "Retry",
  [OperationKind.RUN_NOW]: "Run now",
  [OperationKind.CANCEL]: "Cancel",
  [OperationKind.DELETE]: "Delete",
};

export const STATE_WORDS: Readonly<Record<OperationState, string>> = {
  [OperationState.UNSPECIFIED]: "unknown",
  [OperationState.RUNNING]: "running",
  [OperationState.DONE]: "done",
  [OperationState.STOPPED]: "stopped",
};

/** Its filter as people write it; empty for every job there is. */
export function textOf({ filter }: Pick<Operation, "filter">): string {
  return printFilter(filter ?? create(JobFilterSchema));
}

/** 0 to 1. Jobs come and go while it runs, so it may look at more candidates than there were. */
export function shareOf({ state, searched, candidates }: Operation): number {
  if (state === OperationState.DONE) return 1;
  return candidates === 0n ? 0 : Math.min(Number(searched) / Number(candidates), 1);
}
