// The words of the filter language: for each, how its values become fields of a JobFilter and how these are written.

import { create } from "@bufbuild/protobuf";
import { type JobFilter, TimeRangeSchema } from "../gen/lakh/v1/filter_pb.ts";
import { type JobState, JobStateSchema } from "../gen/lakh/v1/job_pb.ts";
import {
  type Reckoning,
  readInstant,
  readNumberRange,
  readTimeRange,
  writeInstant,
  writeNumberRange,
  writeTimeRange,
} from "./filter-ranges.ts";
import { nearest } from "./filter-spelling.ts";
import { FilterError, quotedIfNeeded, type Term, type Value } from "./filter-terms.ts";

/** One word. */
export interface FilterWord {
  /** Adds what the term says to the filter. @throws {FilterError} */
  read(term: Term, filter: JobFilter, now: number): void;
  /** The terms that say what the filter has of it. */
  write(filter: JobFilter): readonly string[];
}

const STATES: ReadonlyMap<string, JobState> = new Map(
  JobStateSchema.values
    .filter(({ number }) => number !== 0)
    .map(({ localName, number }) => [localName.toLowerCase(), number as JobState]),
);

/** In the order in which they are printed. */
export const FILTER_WORDS: Readonly<Record<string, FilterWord>> = {
  state: {
    read(term, filter) {
      refuseTwice(term, filter.states.length > 0);
      filter.states = term.values.map(readState);
    },
    write: ({ states }) =>
      list(
        "state",
        states.map((state) => wordOfState(state)),
      ),
  },
  is: {
    read(term, filter) {
      refuseTwice(term, filter.retrying);
      const value = onlyValue(term);
      if (value.text !== "retrying") {
        throw new FilterError(
          value,
          `"${value.text}" is not what is: can say`,
          "Write is:retrying, or state:ready.",
        );
      }
      filter.retrying = true;
    },
    write: ({ retrying }) => (retrying ? ["is:retrying"] : []),
  },
  name: {
    read(term, filter) {
      refuseTwice(term, filter.names.length + filter.namePrefixes.length > 0);
      for (const value of term.values) readName(value, filter);
    },
    write: ({ names, namePrefixes }) =>
      list("name", [
        ...names.map(quotedIfNeeded),
        ...namePrefixes.map((prefix) => `${quotedIfNeeded(prefix)}*`),
      ]),
  },
  error: { read: readError, write: writeError },
  group: one("errorGroup", /^[0-9a-f]{16}$/, "16 hexadecimal digits, as lakh dead groups prints them"),
  label: { read: readLabel, write: writeLabels },
  id: several("ids"),
  worker: several("workerIds"),
  key: several("uniqueKeys"),
  since: end("since"),
  until: end("before"),
  due: times("due", "ahead"),
  finished: times("finished", "ago"),
  priority: numbers("priority"),
  attempt: numbers("attempt"),
  failures: numbers("failures"),
  payload: one("payloadText", /./s, "some text"),
};

/** The names of the words, as they are written. */
export const FILTER_WORD_NAMES: readonly string[] = Object.keys(FILTER_WORDS);

function readState(value: Value): JobState {
  const state = STATES.get(value.text);
  if (state !== undefined) return state;

  if (value.text === "retrying") {
    throw new FilterError(value, "retrying is no state of its own", "Write is:retrying.");
  }
  const hint = nearest(value.text, STATES.keys());
  const whatToDo = hint ? `Did you mean ${hint}?` : `Write one of ${[...STATES.keys()].join(", ")}.`;
  throw new FilterError(value, `"${value.text}" is no state`, whatToDo);
}

function wordOfState(state: JobState): string {
  return [...STATES].find(([, number]) => number === state)?.[0] ?? `${state}`;
}

function readName(value: Value, filter: JobFilter): void {
  if (value.text === "*")
    throw new FilterError(value, "every name matches", "Leave name: out, or write a beginning: mail.*");
  const { whole, star } = /^(?<whole>[A-Za-z0-9._:-]+)(?<star>\*)?$/.exec(value.text)?.groups ?? {};
  if (whole === undefined) {
    const whatToDo = "Write A-Z a-z 0-9 . _ : - and at the end perhaps *, for every name that begins so.";
    throw new FilterError(value, `"${value.text}" is no name`, whatToDo);
  }

  if (star === undefined) filter.names.push(whole);
  else filter.namePrefixes.push(whole);
}

// Unquoted, or after =, it is the class of the error; quoted, what its class or its line contains.
function readError(term: Term, filter: JobFilter): void {
  const texts = term.values.filter(({ isQuoted, isExact }) => isQuoted && !isExact);
  if (texts.length === 0) {
    refuseTwice(term, filter.errorClasses.length > 0);
    filter.errorClasses = term.values.map(notEmpty);
    return;
  }
  refuseTwice(term, filter.errorText !== "");
  filter.errorText = notEmpty(onlyValue(term));
}

function writeError({ errorClasses, errorText }: JobFilter): string[] {
  const classes = errorClasses.map((name) => {
    const written = quotedIfNeeded(name);
    return written.startsWith('"') ? `=${written}` : written;
  });
  return [...list("error", classes), ...(errorText && [`error:${JSON.stringify(errorText)}`])];
}

function readLabel(term: Term, filter: JobFilter): void {
  const { key } = term;
  if (key === undefined || key === "") {
    const span = { at: term.at, end: term.wordEnd };
    throw new FilterError(
      span,
      "the label has no key",
      "Write label.KEY:VALUE, or label.KEY:* for any value.",
    );
  }
  refuseTwice(term, Object.hasOwn(filter.labels, key) || filter.labelKeys.includes(key));
  const { text, isQuoted } = onlyValue(term);
  if (text === "*" && !isQuoted) filter.labelKeys.push(key);
  else filter.labels = { ...filter.labels, [key]: text };
}

function writeLabels({ labels, labelKeys }: JobFilter): string[] {
  const word = (key: string) => `label.${key.includes(":") ? JSON.stringify(key) : quotedIfNeeded(key)}`;
  const exact = Object.entries(labels).map(([key, value]) => {
    return `${word(key)}:${value === "*" ? '"*"' : quotedIfNeeded(value)}`;
  });
  return [...exact, ...labelKeys.map((key) => `${word(key)}:*`)];
}

function several(field: "ids" | "workerIds" | "uniqueKeys"): FilterWord {
  return {
    read(term, filter) {
      refuseTwice(term, filter[field].length > 0);
      filter[field] = term.values.map(notEmpty);
    },
    write(filter) {
      const word = { ids: "id", workerIds: "worker", uniqueKeys: "key" }[field];
      return list(word, filter[field].map(quotedIfNeeded));
    },
  };
}

function one(field: "errorGroup" | "payloadText", pattern: RegExp, what: string): FilterWord {
  return {
    read(term, filter) {
      refuseTwice(term, filter[field] !== "");
      const value = onlyValue(term);
      if (!pattern.test(value.text)) {
        throw new FilterError(value, `"${value.text}" cannot be meant`, `Write ${what}.`);
      }
      filter[field] = value.text;
    },
    write(filter) {
      const text = filter[field];
      if (text === "") return [];
      return [field === "errorGroup" ? `group:${quotedIfNeeded(text)}` : `payload:${JSON.stringify(text)}`];
    },
  };
}

function end(field: "since" | "before"): FilterWord {
  return {
    read(term, filter, now) {
      refuseTwice(term, filter.enqueued?.[field] !== undefined);
      const value = onlyValue(term);
      filter.enqueued ??= create(TimeRangeSchema);
      filter.enqueued[field] = readInstant(value, value.text, { now, direction: "ago" });
    },
    write({ enqueued }) {
      const instant = enqueued?.[field];
      return instant ? [`${field === "since" ? "since" : "until"}:${writeInstant(instant)}`] : [];
    },
  };
}

function times(field: "due" | "finished", direction: Reckoning["direction"]): FilterWord {
  return {
    read(term, filter, now) {
      refuseTwice(term, filter[field] !== undefined);
      filter[field] = readTimeRange(onlyValue(term), { now, direction });
    },
    write: (filter) => list(field, writeTimeRange(filter[field]) ?? []),
  };
}

function numbers(field: "priority" | "attempt" | "failures"): FilterWord {
  return {
    read(term, filter) {
      refuseTwice(term, filter[field] !== undefined);
      filter[field] = readNumberRange(onlyValue(term));
    },
    write: (filter) => list(field, writeNumberRange(filter[field]) ?? []),
  };
}

function list(word: string, values: string | readonly string[]): string[] {
  return values.length === 0 ? [] : [`${word}:${[values].flat().join(",")}`];
}

function onlyValue({ word, values }: Term): Value {
  const [value, second] = values;
  if (value === undefined || second !== undefined) {
    const span = second ?? { at: 0, end: 0 };
    throw new FilterError(span, `${word}: takes one value`, "Leave the others out.");
  }
  return value;
}

function notEmpty(value: Value): string {
  if (value.text === "")
    throw new FilterError(value, "the text is empty", "Leave the term out, or write some text.");
  return value.text;
}

// Terms are joined by "and", so two lists of states would have to be cut with each other.
function refuseTwice({ word, key, at, wordEnd }: Term, isGiven: boolean): void {
  if (!isGiven) return;

  const written = key === undefined ? word : `${word}.${key}`;
  throw new FilterError(
    { at, end: wordEnd },
    `${written}: is given twice`,
    "Join values by a comma for either, or keep one.",
  );
}
