// A filter as the contract shows it: reading what this writes gives the same filter again.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type JobFilter as FilterMessage,
  JobFilterSchema,
  type TimeRangeSchema,
} from "../gen/lakh/v1/filter_pb.ts";
import type { JobFilter, Range } from "../job/filter.ts";
import { STATES } from "./job-view.ts";
import { toTimestamp } from "./times.ts";

export function viewFilter(filter: JobFilter): FilterMessage {
  const { states, labels, enqueued, due, finished, exclude } = filter;
  return create(JobFilterSchema, {
    states: states?.map((is) => STATES[is]) ?? [],
    retrying: filter.retrying ?? false,
    names: [...(filter.names ?? [])],
    namePrefixes: [...(filter.namePrefixes ?? [])],
    ids: [...(filter.ids ?? [])],
    workerIds: [...(filter.workerIds ?? [])],
    uniqueKeys: [...(filter.uniqueKeys ?? [])],
    labels: { ...labels },
    labelKeys: [...(filter.labelKeys ?? [])],
    errorClasses: [...(filter.errorClasses ?? [])],
    errorText: filter.errorText ?? "",
    errorGroup: filter.errorGroup ?? "",
    payloadText: filter.payloadText ?? "",
    ...(enqueued && { enqueued: viewTimes(enqueued) }),
    ...(due && { due: viewTimes(due) }),
    ...(finished && { finished: viewTimes(finished) }),
    ...(filter.priority && { priority: filter.priority }),
    ...(filter.attempt && { attempt: filter.attempt }),
    ...(filter.failures && { failures: filter.failures }),
    exclude: exclude?.map(viewFilter) ?? [],
  });
}

function viewTimes({ least, most }: Range): MessageInitShape<typeof TimeRangeSchema> {
  return {
    ...(least !== undefined && { since: toTimestamp(least) }),
    ...(most !== undefined && { before: toTimestamp(most + 1) }),
  };
}
