// Whether a job that the live stream tells of matches the filter on screen. Only to say that there is something new: what
// is shown comes from the server's own search.
import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { JobFilter, NumberRange, TimeRange } from "../../src/gen/lakh/v1/filter_pb.ts";
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";

/** Undefined when it takes the payload to say. */
export function mayMatch(filter: JobFilter, job: Job): boolean | undefined {
  const fits = matchesPlace(filter, job) && matchesFacts(filter, job) && matchesError(filter, job);
  if (!fits || filter.exclude.some((one) => mayMatch(one, job) === true)) return false;
  const isUnknown =
    filter.payloadText !== "" || filter.exclude.some((one) => mayMatch(one, job) === undefined);
  return isUnknown ? undefined : true;
}

function matchesPlace(filter: JobFilter, job: Job): boolean {
  const { states, retrying, names, namePrefixes, due, finished } = filter;
  if (states.length > 0 && !states.includes(job.state)) return false;
  if (retrying && !(job.state === JobState.SCHEDULED && job.failures > 0)) return false;
  const isNamed = names.length + namePrefixes.length === 0 || names.includes(job.name);
  if (!isNamed && !namePrefixes.some((prefix) => job.name.startsWith(prefix))) return false;
  return (
    within(job.dueAt, due) && within(job.finishedAt, finished) && within(job.enqueuedAt, filter.enqueued)
  );
}

function matchesFacts(filter: JobFilter, job: Job): boolean {
  const { ids, workerIds, uniqueKeys, labels, labelKeys } = filter;
  return (
    isOne(ids, job.id) &&
    isOne(workerIds, job.workerId) &&
    isOne(uniqueKeys, job.uniqueKey) &&
    Object.entries(labels).every(([key, value]) => job.labels[key] === value) &&
    labelKeys.every((key) => Object.hasOwn(job.labels, key)) &&
    between(job.priority, filter.priority) &&
    between(job.attempt, filter.attempt) &&
    between(job.failures, filter.failures)
  );
}

function matchesError({ errorClasses, errorText, errorGroup }: JobFilter, job: Job): boolean {
  const { class: of = "", message = "" } = job.lastError ?? {};
  const text = errorText.toLowerCase();
  return (
    isOne(errorClasses, of) &&
    (errorGroup === "" || job.errorGroup === errorGroup) &&
    (text === "" || of.toLowerCase().includes(text) || message.toLowerCase().includes(text))
  );
}

function isOne(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function between(value: number, range: NumberRange | undefined): boolean {
  return !range || (value >= (range.least ?? value) && value <= (range.most ?? value));
}

function within(at: Timestamp | undefined, range: TimeRange | undefined): boolean {
  if (!range) return true;
  if (!at) return false;
  const { since, before } = range;
  const ms = timestampMs(at);
  return (!since || ms >= timestampMs(since)) && (!before || ms < timestampMs(before));
}
