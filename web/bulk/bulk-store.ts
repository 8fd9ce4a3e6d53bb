// Which change of jobs somebody is about to make.
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";

export interface BulkRequest {
  readonly kind: "retry" | "run_now" | "cancel" | "delete";
  readonly ids?: readonly string[];
  readonly filter?: JobFilter;
  readonly title?: string;
  /** What must be typed before it goes on. */
  readonly confirmWord?: string;
}

export function openBulk(_request: BulkRequest): void {}
