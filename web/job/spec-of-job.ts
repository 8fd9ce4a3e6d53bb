// What a producer would have to say to enqueue a job again: everything but its id.
import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { type Job, type JobSpec, JobSpecSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";

/**
 * The spec of a copy. A job that still waits for the time that it was enqueued for keeps that time; of any other it is
 * not known any more when it was to run. What lies in the past (`start_by`) would kill the copy, and is left out.
 */
export function specOfJob(job: Job, now: number): JobSpec {
  const { name, payload, priority, labels, reservationTime, retry, traceparent, uniqueKey, keepResult } = job;
  const isFirstWait = job.state === JobState.SCHEDULED && job.attempt === 0 && job.dueAt !== undefined;
  return create(JobSpecSchema, {
    name,
    payload,
    priority,
    labels: { ...labels },
    ...(isFirstWait && job.dueAt && { start: { case: "runAt", value: job.dueAt } }),
    ...(reservationTime && { reservationTime }),
    ...(retry && { retry }),
    ...(job.startBy && timestampMs(job.startBy) > now && { startBy: job.startBy }),
    traceparent,
    uniqueKey,
    ...(keepResult && { keepResult }),
  });
}
