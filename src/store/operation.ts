// The part of the store's contract that changes many jobs: an operation is a stored thing, so that it goes on after a
// restart and its counts are those of the batches that were committed.
import type { BulkMove } from "../job/bulk.ts";
import type { JobFilter } from "../job/filter.ts";

export type OperationId = string & { readonly brand: "OperationId" };

/** What is to be done. */
export interface OperationPlan {
  readonly id: OperationId;
  readonly move: BulkMove;
  /** What was asked for, to be shown. */
  readonly filter: JobFilter;
  /** What the search looks for: those of `filter` that the move can change. It has an `asOf`. */
  readonly candidates: JobFilter;
  /** How many candidates there are, as far as counts and indexes tell. */
  readonly candidatesCount: number;
  readonly createdAt: number;
}

/** What is being done, or was. */
export interface Operation extends OperationPlan {
  readonly state: "running" | "done" | "stopped";
  /** Candidates looked at, jobs changed, and jobs that matched but were refused by the rules. */
  readonly searched: number;
  readonly changed: number;
  readonly skipped: number;
  readonly finishedAt?: number;
}

/** How operations are kept. */
export interface OperationStore {
  /** Stores it as running. Ended operations beyond the newest `LIMITS.operationsKeptMax` are forgotten. */
  begin(plan: OperationPlan): Promise<Operation>;
  /** All that are kept, the newest first. */
  operations(): Promise<readonly Operation[]>;
  /** Ends a running operation; answers it as it stands, or undefined when there is none with this id. */
  stopOperation(id: OperationId, now: number): Promise<Operation | undefined>;
}
