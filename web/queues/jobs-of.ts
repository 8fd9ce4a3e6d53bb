// The jobs behind a number, as the text of a filter.
import { create } from "@bufbuild/protobuf";
import { printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Standing } from "../parts/state.tsx";

export type { Standing } from "../parts/state.tsx";

const STATES: Readonly<Record<Exclude<Standing, "retrying">, JobState>> = {
  scheduled: JobState.SCHEDULED,
  ready: JobState.READY,
  reserved: JobState.RESERVED,
  succeeded: JobState.SUCCEEDED,
  dead: JobState.DEAD,
  cancelled: JobState.CANCELLED,
};

/** Of one name, or of all. */
export function jobsOf(standing: Standing, name?: string): string {
  const names = name === undefined ? [] : [name];
  const where = standing === "retrying" ? { retrying: true } : { states: [STATES[standing]] };
  return printFilter(create(JobFilterSchema, { names, ...where }));
}
