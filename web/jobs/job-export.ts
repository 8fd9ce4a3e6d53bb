// All jobs of a filter as NDJSON, whole: as `lakh jobs list -o ndjson` has them, a payload that was sent as bytes in
// base64. Page by page, so that neither the server nor the page holds more than it must.
import { toJson } from "@bufbuild/protobuf";
import type { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import type { JobSearchParts } from "./job-search.ts";

export const EXPORT_MAX = 100_000;
const PAGE_SIZE = 1_000;

export interface ExportParts {
  readonly list: JobSearchParts["list"];
  readonly filter: JobFilter;
  readonly order: JobOrder;
  readonly signal: AbortSignal;
  readonly told: (progress: ExportProgress) => void;
  /** Default 100,000. */
  readonly jobsMax?: number;
}

export interface ExportProgress {
  readonly jobs: number;
  readonly searched: bigint;
  readonly candidates: bigint;
}

export interface Exported {
  readonly blob: Blob;
  readonly jobs: number;
  /** False when it was stopped, or came to the most that one file takes. */
  readonly isWhole: boolean;
}

/** What it has when it is stopped is exported too. */
export async function exportJobs(parts: ExportParts): Promise<Exported> {
  const { list, filter, order, signal, told, jobsMax = EXPORT_MAX } = parts;
  let blob = new Blob([], { type: "application/x-ndjson" });
  let [jobs, searched, pageToken, isEnd] = [0, 0n, "", false];
  while (!isEnd && !signal.aborted && jobs < jobsMax) {
    const answer = await list({ filter, order, pageSize: Math.min(PAGE_SIZE, jobsMax - jobs), pageToken });
    const lines = answer.jobs.map((job) => `${JSON.stringify(toJson(JobSchema, job))}\n`);
    // The browser may keep a blob on disk, which it cannot do with a string.
    blob = new Blob([blob, ...lines], { type: blob.type });
    jobs += answer.jobs.length;
    searched += answer.searched;
    pageToken = answer.nextPageToken;
    isEnd = pageToken === "";
    told({ jobs, searched, candidates: answer.candidates });
  }
  return { blob, jobs, isWhole: isEnd };
}
