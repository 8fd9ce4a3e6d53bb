// What a dry run foresees, of ids and of a filter alike.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import {
  type BulkResult,
  JobOutcome,
  type JobResult,
  type Preview,
} from "../../src/gen/lakh/v1/operation_pb.ts";

export interface Foreseen {
  /** How many would be changed, as far as was searched. */
  readonly count: bigint;
  readonly isComplete: boolean;
  readonly preview: Preview | undefined;
  readonly asOf: Timestamp | undefined;
  /** Of ids: those that would not be changed, and why. */
  readonly refused: readonly JobResult[];
}

export function foreseen({ preview, jobs }: BulkResult): Foreseen {
  if (preview) {
    const { matching: count, complete: isComplete, asOf } = preview;
    return { count, isComplete, preview, asOf, refused: [] };
  }
  const refused = refusedOf(jobs);
  const count = BigInt(jobs.length - refused.length);
  return { count, isComplete: true, preview: undefined, asOf: undefined, refused };
}

export function refusedOf(jobs: readonly JobResult[]): readonly JobResult[] {
  return jobs.filter(({ outcome }) => outcome !== JobOutcome.CHANGED);
}
