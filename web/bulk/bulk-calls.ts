// The four calls that change many jobs, spoken to in one way.
import { create, equals, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { type JobFilter, JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import {
  type BulkResult,
  BulkResultSchema,
  type JobSelectionSchema,
} from "../../src/gen/lakh/v1/operation_pb.ts";
import { admin } from "../shell/admin.ts";
import type { BulkKind, BulkRequest } from "./bulk-store.ts";

const IDS_MAX = 1_000;

export interface BulkCall {
  readonly dryRun: boolean;
  readonly asOf?: Timestamp | undefined;
  /** Of a retry; 0 is at once. */
  readonly spreadMs?: number;
}

/** More ids than one call takes go in several, one after the other. */
export async function callBulk({ kind, ids, filter }: BulkRequest, call: BulkCall): Promise<BulkResult> {
  if (!ids) return callOne(kind, { ...selectionOf(filter ?? create(JobFilterSchema), call.asOf) }, call);

  const result = create(BulkResultSchema);
  for (let from = 0; from < ids.length; from += IDS_MAX) {
    const value = { ids: ids.slice(from, from + IDS_MAX) };
    const { jobs } = await callOne(kind, { jobs: { case: "ids", value } }, call);
    result.jobs.push(...jobs);
  }
  return result;
}

type Selection = MessageInitShape<typeof JobSelectionSchema>;

/** An empty filter is meant: whoever asked saw the count of all jobs. */
function selectionOf(filter: JobFilter, asOf: Timestamp | undefined): Selection {
  const everything = equals(JobFilterSchema, filter, create(JobFilterSchema));
  return { jobs: { case: "filter", value: filter }, everything, ...(asOf && { asOf }) };
}

async function callOne(kind: BulkKind, selection: Selection, call: BulkCall): Promise<BulkResult> {
  const { dryRun, spreadMs = 0 } = call;
  const spread = spreadMs > 0 ? { spread: durationFromMs(spreadMs) } : {};
  const request = { selection, dryRun };
  const calls = {
    retry: () => admin.retryJobs({ ...request, ...spread }),
    run_now: () => admin.runJobsNow(request),
    cancel: () => admin.cancelMatchingJobs(request),
    delete: () => admin.deleteJobs(request),
  };
  const { result } = await calls[kind]();
  return result ?? create(BulkResultSchema);
}
