// What each change of jobs is called, and in which states jobs can be changed so: docs/lifecycle.md.
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatMany } from "../format/numbers.ts";
import type { BulkKind } from "./bulk-store.ts";

export interface BulkWords {
  readonly verb: string;
  /** "12 jobs were retried". */
  readonly done: string;
  readonly isDanger: boolean;
  readonly from: readonly JobState[];
}

const { SCHEDULED, READY, RESERVED, SUCCEEDED, DEAD, CANCELLED } = JobState;

export const BULK_WORDS: Readonly<Record<BulkKind, BulkWords>> = {
  retry: { verb: "Retry", done: "retried", isDanger: false, from: [DEAD, CANCELLED] },
  run_now: { verb: "Run now", done: "made ready", isDanger: false, from: [SCHEDULED] },
  cancel: { verb: "Cancel", done: "cancelled", isDanger: true, from: [SCHEDULED, READY, RESERVED] },
  delete: {
    verb: "Delete",
    done: "deleted",
    isDanger: true,
    from: [SCHEDULED, READY, SUCCEEDED, DEAD, CANCELLED],
  },
};

export const BULK_KINDS = Object.keys(BULK_WORDS) as readonly BulkKind[];

/** What can be done with jobs in any of these states; with none said, everything. */
export function kindsFor(states: readonly JobState[]): readonly BulkKind[] {
  if (states.length === 0) return BULK_KINDS;
  return BULK_KINDS.filter((kind) => BULK_WORDS[kind].from.some((state) => states.includes(state)));
}

/** "Retry 48 211 jobs", "Run 2 jobs now". */
export function deedOf(kind: BulkKind, count: bigint): string {
  const jobs = formatMany(count, "job");
  return kind === "run_now" ? `Run ${jobs} now` : `${BULK_WORDS[kind].verb} ${jobs}`;
}
