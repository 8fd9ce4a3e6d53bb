// Which jobs: a filter as data, and what it means. An engine finds candidates by its indexes and may leave the rest to
// `matches`; test/store/contract.ts compares the two.
import type { Job, JobId, JobName, JobState } from "./job.ts";
import { instantOf, sinceOf, standingOf, troubleOf } from "./standing.ts";

/** From `least` to `most`, both included; absent is unbounded. Instants are epoch milliseconds. */
export interface Range {
  readonly least?: number;
  readonly most?: number;
}

/** Jobs that meet every condition that is given. Lists are never empty. */
export interface JobFilter {
  readonly states?: readonly JobState["is"][];
  /** Scheduled after a failure. */
  readonly retrying?: true;
  /** One of these, or one that begins with one of `namePrefixes`. */
  readonly names?: readonly JobName[];
  readonly namePrefixes?: readonly string[];
  readonly ids?: readonly JobId[];
  readonly workerIds?: readonly string[];
  readonly uniqueKeys?: readonly string[];
  /** All of these. */
  readonly labels?: Readonly<Record<string, string>>;
  /** All of these, with any value. */
  readonly labelKeys?: readonly string[];
  readonly errorClasses?: readonly string[];
  /** In the class or the line of the last error, in capitals or not. */
  readonly errorText?: string;
  /** Dead and retrying jobs of this group. */
  readonly errorGroup?: string;
  /** In the payload, as UTF-8. */
  readonly payloadText?: string;
  readonly enqueued?: Range;
  readonly due?: Range;
  readonly finished?: Range;
  readonly priority?: Range;
  readonly attempt?: Range;
  readonly failures?: Range;
  /** In its state since then or longer. */
  readonly asOf?: number;
  /** Jobs that match any of these are left out. */
  readonly exclude?: readonly JobFilter[];
}

/** Whether the job is one of those. The payload is asked for only when the filter speaks of it. */
export function matches(filter: JobFilter, job: Job, payload: () => Uint8Array): boolean {
  return (
    matchesStanding(filter, job) &&
    matchesIdentity(filter, job) &&
    matchesNumbers(filter, job) &&
    matchesError(filter, job) &&
    (filter.payloadText === undefined || contains(payload(), filter.payloadText)) &&
    !filter.exclude?.some((one) => matches(one, job, payload))
  );
}

function matchesStanding({ states, retrying, asOf, due, finished }: JobFilter, job: Job): boolean {
  const { state } = job;
  if (states && !states.includes(state.is)) return false;
  if (retrying && standingOf(job) !== "retrying") return false;
  if (asOf !== undefined && sinceOf(job) > asOf) return false;
  if (due && !(state.is === "scheduled" && within(instantOf(job), due))) return false;
  return !finished || ("finishedAt" in state && within(state.finishedAt, finished));
}

function matchesIdentity(filter: JobFilter, job: Job): boolean {
  const { ids, workerIds, uniqueKeys, labels, labelKeys } = filter;
  if (ids && !ids.includes(job.id)) return false;
  if (!matchesName(filter, job.name)) return false;
  if (uniqueKeys && (job.uniqueKey === undefined || !uniqueKeys.includes(job.uniqueKey))) return false;
  const by = "by" in job.state ? job.state.by : undefined;
  if (workerIds && (by === undefined || !workerIds.includes(by))) return false;
  if (labelKeys?.some((key) => !Object.hasOwn(job.labels, key))) return false;
  for (const key in labels) {
    if (!Object.hasOwn(job.labels, key) || job.labels[key] !== labels[key]) return false;
  }
  return true;
}

/** Whether jobs of this name can be among those. */
export function matchesName({ names, namePrefixes }: JobFilter, name: string): boolean {
  if (!names && !namePrefixes) return true;

  return (
    names?.includes(name as JobName) === true ||
    namePrefixes?.some((prefix) => name.startsWith(prefix)) === true
  );
}

function matchesNumbers({ enqueued, priority, attempt, failures }: JobFilter, job: Job): boolean {
  return (
    within(job.enqueuedAt, enqueued) &&
    within(job.priority, priority) &&
    within(job.attempt, attempt) &&
    within(job.failures, failures)
  );
}

function matchesError({ errorClasses, errorText, errorGroup }: JobFilter, job: Job): boolean {
  if (errorClasses === undefined && errorText === undefined && errorGroup === undefined) return true;
  const { lastError } = job;
  if (!lastError) return false;
  if (errorClasses && !errorClasses.includes(lastError.class)) return false;
  if (errorGroup !== undefined && (lastError.group !== errorGroup || !troubleOf(job))) return false;

  const text = errorText?.toLowerCase() ?? "";
  return lastError.class.toLowerCase().includes(text) || lastError.line.toLowerCase().includes(text);
}

function within(value: number, range: Range | undefined): boolean {
  return !range || (value >= (range.least ?? value) && value <= (range.most ?? value));
}

const encoder = new TextEncoder();
// Gives every byte a character of its own, so that text is sought as bytes.
const decoder = new TextDecoder("latin1");

function contains(bytes: Uint8Array, text: string): boolean {
  return decoder.decode(bytes).includes(decoder.decode(encoder.encode(text)));
}
