// The jobs of one group, as a filter and as the text of one.
import { create } from "@bufbuild/protobuf";
import { printFilter } from "../../src/client/filter.ts";
import { DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type JobFilter, JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";

export function filterOfGroup(group: string, kind: DeadGroupKind): JobFilter {
  return kind === DeadGroupKind.RETRYING
    ? create(JobFilterSchema, { errorGroup: group, retrying: true })
    : create(JobFilterSchema, { errorGroup: group, states: [JobState.DEAD] });
}

export function textOfGroup(group: string, kind: DeadGroupKind): string {
  return printFilter(filterOfGroup(group, kind));
}
