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
  const where = standing === "retrying" ? { retrying: true } : { states: [STATES[standing]] };
  return printFilter(create(JobFilterSchema, { names: namesOf(name), ...where }));
}

/** Scheduled, and no failure yet: retrying is apart. */
export function firstScheduledOf(name?: string): string {
  return printFilter(
    create(JobFilterSchema, {
      names: namesOf(name),
      states: [JobState.SCHEDULED],
      exclude: [create(JobFilterSchema, { retrying: true })],
    }),
  );
}

export type Flow = "enqueued" | "delivered" | "succeeded" | "failed" | "dead" | "cancelled";

/** The jobs that a rate counts, or those that it counts and are still there: rates are of the last minute. */
export function jobsThrough(flow: Flow, name?: string): string {
  if (flow === "delivered") return jobsOf("reserved", name);
  if (flow === "failed") return jobsOf("retrying", name);
  if (flow !== "enqueued") return `${jobsOf(flow, name)} finished:<1m`;

  return [printFilter(create(JobFilterSchema, { names: namesOf(name) })), "since:1m"]
    .filter(Boolean)
    .join(" ");
}

function namesOf(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}
