// Which jobs to change, from the contract's words: some by their ids, or all that match a filter.
import { toBinary } from "@bufbuild/protobuf";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import { JobFilterSchema } from "../gen/lakh/v1/filter_pb.ts";
import type { JobSelection } from "../gen/lakh/v1/operation_pb.ts";
import { checkId, checkInstant } from "../job/admission.ts";
import type { JobFilter } from "../job/filter.ts";
import type { JobId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone, invalid } from "./errors.ts";
import { isEmpty, readFilter } from "./filter-reading.ts";
import { instantMs } from "./times.ts";

export type Selected =
  | { readonly by: "ids"; readonly ids: readonly JobId[] }
  | { readonly by: "filter"; readonly filter: JobFilter; readonly asOf: number | undefined };

/** Throws INVALID_ARGUMENT naming the field. */
export function readSelection(field: string, said: JobSelection | undefined, now: number): Selected {
  switch (said?.jobs.case) {
    case "ids":
      if (said.everything) throw invalid(`${field}.everything`, "is for a filter, not for ids");
      if (said.asOf) throw invalid(`${field}.as_of`, "is for a filter, not for ids");
      return { by: "ids", ids: readIds(`${field}.ids.ids`, said.jobs.value.ids) };
    case "filter":
      return {
        by: "filter",
        filter: readWhole(field, said.jobs.value, said.everything),
        asOf: readAsOf(`${field}.as_of`, said.asOf, now),
      };
    default:
      throw invalid(field, "must have ids or a filter");
  }
}

/** 1 to 1000 ids of jobs. */
export function readIds(field: string, ids: readonly string[]): JobId[] {
  if (ids.length === 0 || ids.length > LIMITS.batchMax)
    throw invalid(field, `must be 1 to ${LIMITS.batchMax} ids, is ${ids.length}`);
  for (const [i, id] of ids.entries()) expectNone(checkId(`${field}[${i}]`, id));

  return ids as JobId[];
}

type FilterMessage = Extract<JobSelection["jobs"], { case: "filter" }>["value"];

function readWhole(field: string, said: FilterMessage, everything: boolean): JobFilter {
  const filter = readFilter(`${field}.filter`, said);
  if (isEmpty(filter) && !everything)
    throw invalid(`${field}.filter`, `is empty: it matches every job, so ${field}.everything must be true`);
  // It is stored, and shown in lists, of which a client must be able to read the whole.
  const bytes = toBinary(JobFilterSchema, said).length;
  if (bytes > LIMITS.operationFilterBytesMax) {
    const bound = `must be at most ${LIMITS.operationFilterBytesMax} bytes, is ${bytes}. Name jobs by ids instead`;
    throw invalid(`${field}.filter`, bound);
  }

  return filter;
}

function readAsOf(field: string, asOf: Timestamp | undefined, now: number): number | undefined {
  if (!asOf) return undefined;
  const at = instantMs(field, asOf);
  expectNone(checkInstant(field, at));
  if (at > now) throw invalid(field, "must not be in the future");

  return at;
}
