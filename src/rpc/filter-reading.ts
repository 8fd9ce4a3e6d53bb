// Which jobs, from the contract's words to a filter of the rules. Every bound is checked here, and the field that breaks
// it is named by its path, such as `filter.exclude[0].names[3]`.
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { JobFilter as FilterMessage, NumberRange, TimeRange } from "../gen/lakh/v1/filter_pb.ts";
import {
  checkId,
  checkInstant,
  checkLabels,
  checkName,
  checkUniqueKey,
  type Violation,
} from "../job/admission.ts";
import type { JobFilter, Range } from "../job/filter.ts";
import type { JobId, JobName, JobState } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone, invalid } from "./errors.ts";
import { STATES } from "./job-view.ts";
import { instantMs } from "./times.ts";

/** Conditions that are not given are absent. Throws INVALID_ARGUMENT naming the field. */
export function readFilter(field: string, said: FilterMessage): JobFilter {
  const { exclude } = said;
  if (exclude.length > LIMITS.filterExclusionsMax)
    throw invalid(`${field}.exclude`, `must be at most ${LIMITS.filterExclusionsMax}, is ${exclude.length}`);

  const excluded = exclude.map((one, i) => readExclusion(`${field}.exclude[${i}]`, one));
  return { ...readConditions(field, said), ...(excluded.length > 0 && { exclude: excluded }) };
}

/** An empty filter matches every job. */
export function isEmpty(filter: JobFilter): boolean {
  return Object.keys(filter).length === 0;
}

function readExclusion(field: string, said: FilterMessage): JobFilter {
  if (said.exclude.length > 0)
    throw invalid(`${field}.exclude`, "must be empty: an exclusion has none of its own");
  const filter = readConditions(field, said);
  if (isEmpty(filter)) throw invalid(field, "must not be empty: it would leave out every job");

  return filter;
}

function readConditions(field: string, said: FilterMessage): JobFilter {
  return given({
    states: readStates(`${field}.states`, said.states),
    retrying: said.retrying || undefined,
    ...readIdentity(field, said),
    labels: readLabels(`${field}.labels`, said.labels),
    labelKeys: readList(`${field}.label_keys`, said.labelKeys, LABEL_KEYS),
    errorClasses: readList(`${field}.error_classes`, said.errorClasses, ERROR_CLASSES),
    errorText: readText(`${field}.error_text`, said.errorText),
    errorGroup: readGroup(`${field}.error_group`, said.errorGroup),
    payloadText: readText(`${field}.payload_text`, said.payloadText),
    enqueued: readTimes(`${field}.enqueued`, said.enqueued),
    due: readTimes(`${field}.due`, said.due),
    finished: readTimes(`${field}.finished`, said.finished),
    priority: readNumbers(`${field}.priority`, said.priority),
    attempt: readNumbers(`${field}.attempt`, said.attempt),
    failures: readNumbers(`${field}.failures`, said.failures),
  });
}

function readIdentity(field: string, said: FilterMessage) {
  return {
    names: readList(`${field}.names`, said.names as JobName[], NAMES),
    namePrefixes: readList(`${field}.name_prefixes`, said.namePrefixes, NAMES),
    ids: readList(`${field}.ids`, said.ids as JobId[], { most: LIMITS.filterIdsMax, check: checkId }),
    workerIds: readList(`${field}.worker_ids`, said.workerIds, {
      most: LIMITS.filterValuesMax,
      check: checkId,
    }),
    uniqueKeys: readList(`${field}.unique_keys`, said.uniqueKeys, UNIQUE_KEYS),
  };
}

interface Bounds {
  /** How many values. */
  readonly most: number;
  /** What each of them must be. */
  readonly check: (field: string, value: string) => Violation | undefined;
}

const NAMES: Bounds = { most: LIMITS.filterValuesMax, check: checkName };
const UNIQUE_KEYS: Bounds = { most: LIMITS.filterValuesMax, check: checkUniqueKey };
const LABEL_KEYS: Bounds = {
  most: LIMITS.labelsMax,
  check: (field, key) => checkLength(field, key, [1, LIMITS.labelLengthMax]),
};
// May be empty: so is the class of an error that nobody reported.
const ERROR_CLASSES: Bounds = {
  most: LIMITS.filterValuesMax,
  check: (field, name) => checkLength(field, name, [0, LIMITS.errorClassLengthMax]),
};

function checkLength(
  field: string,
  text: string,
  [least, most]: readonly [number, number],
): Violation | undefined {
  if (text.length >= least && text.length <= most) return undefined;

  const bound = least === 0 ? `must be at most ${most} characters` : `must be ${least} to ${most} characters`;
  return { violates: field, bound, kind: "invalid" };
}

/** Each value once; undefined when there is none. */
function readList<T extends string>(
  field: string,
  values: readonly T[],
  { most, check }: Bounds,
): T[] | undefined {
  if (values.length === 0) return undefined;
  if (values.length > most) throw invalid(field, `must be at most ${most}, is ${values.length}`);
  for (const [i, value] of values.entries()) expectNone(check(`${field}[${i}]`, value));

  return [...new Set(values)];
}

const STATE_WORDS = new Map(Object.entries(STATES).map(([is, state]) => [state, is as JobState["is"]]));

function readStates(field: string, states: FilterMessage["states"]): JobState["is"][] | undefined {
  if (states.length === 0) return undefined;
  if (states.length > STATE_WORDS.size)
    throw invalid(field, `must be at most ${STATE_WORDS.size}, is ${states.length}`);

  const read = states.map((state, i) => {
    const is = STATE_WORDS.get(state);
    if (!is) throw invalid(`${field}[${i}]`, "must be a state of a job");
    return is;
  });
  return [...new Set(read)];
}

/** In the order of their keys, so that the same labels are the same filter. */
function readLabels(field: string, labels: FilterMessage["labels"]): Record<string, string> | undefined {
  expectNone(checkLabels(field, labels));
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function readText(field: string, text: string): string | undefined {
  expectNone(checkLength(field, text, [0, LIMITS.filterTextLengthMax]));

  return text || undefined;
}

const GROUP = /^[0-9a-f]{16}$/;

function readGroup(field: string, group: string): string | undefined {
  if (group !== "" && !GROUP.test(group))
    throw invalid(field, "must be 16 hexadecimal digits in small letters");

  return group || undefined;
}

function readTimes(field: string, range: TimeRange | undefined): Range | undefined {
  if (!range) return undefined;
  const least = readInstant(`${field}.since`, range.since);
  const before = readInstant(`${field}.before`, range.before);
  if (least === undefined && before === undefined) throw invalid(field, "must have since, before or both");
  if (least !== undefined && before !== undefined && before <= least)
    throw invalid(`${field}.before`, `must be after ${field}.since`);

  return given({ least, most: before === undefined ? undefined : before - 1 });
}

// Up, where it lies between two milliseconds: what jobs carry are whole ones.
function readInstant(field: string, instant: Timestamp | undefined): number | undefined {
  if (!instant) return undefined;
  const at = instantMs(field, instant);
  expectNone(checkInstant(field, at));

  return at + (instant.nanos % 1_000_000 > 0 ? 1 : 0);
}

function readNumbers(field: string, range: NumberRange | undefined): Range | undefined {
  if (!range) return undefined;
  const { least, most } = range;
  if (least === undefined && most === undefined) throw invalid(field, "must have least, most or both");
  if (least !== undefined && most !== undefined && most < least)
    throw invalid(`${field}.most`, `must be at least ${field}.least`);

  return given({ least, most });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** Without what is undefined. */
function given<T extends object>(all: T): Given<T> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Given<T>;
}
