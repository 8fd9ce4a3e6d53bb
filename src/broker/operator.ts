// Changes of many jobs: by ids at once, by a filter in batches beside everything else, and tried first.
import type { BulkMove } from "../job/bulk.ts";
import type { JobFilter } from "../job/filter.ts";
import type { Job, JobId, JobName, JobState } from "../job/job.ts";
import type { Operation, OperationId } from "../store/operation.ts";
import type { Outcome } from "../store/store.ts";

/** What an operation would touch. */
export interface Preview {
  readonly matching: number;
  /** Every candidate was looked at, or needed no look. */
  readonly complete: boolean;
  readonly searched: number;
  readonly candidates: number;
  /** At most `LIMITS.previewSamplesMax`. */
  readonly samples: readonly Job[];
  /** The largest first, at most `LIMITS.previewCountsMax`. */
  readonly counts: readonly { readonly name: JobName; readonly is: JobState["is"]; readonly jobs: number }[];
  readonly asOf: number;
}

/** Which jobs. Without `asOf`: those that match now. */
export interface Aim {
  readonly filter: JobFilter;
  readonly move: BulkMove;
  readonly asOf?: number | undefined;
}

export class Operator {
  /** Changes these; one outcome for each, in their order. */
  change(_ids: readonly JobId[], _move: BulkMove): Promise<readonly Outcome[]> {
    throw new Error("to be written");
  }

  /** The outcomes that `change` would have, with nothing changed. */
  try(_ids: readonly JobId[], _move: BulkMove): Promise<readonly Outcome[]> {
    throw new Error("to be written");
  }

  /** Looks for about `LIMITS.previewMsMax`. */
  preview(_aim: Aim): Promise<Preview> {
    throw new Error("to be written");
  }

  /** Begins and goes on by itself. Undefined when `LIMITS.operationsRunningMax` are running already. */
  begin(_aim: Aim): Promise<Operation | undefined> {
    throw new Error("to be written");
  }

  /** The newest first. */
  operations(): Promise<readonly Operation[]> {
    throw new Error("to be written");
  }

  /** Answers the operation as it was before; a running one is stopped. Undefined when there is none. */
  stop(_id: OperationId): Promise<{ readonly before: Operation; readonly now: Operation } | undefined> {
    throw new Error("to be written");
  }
}
