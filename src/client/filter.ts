// The language in which people say which jobs: `state:dead name:mail.* -error:TimeoutError since:1h`. It is text for
// people only; the wire carries a typed JobFilter. Used by the dashboard and the command line alike, so it needs nothing
// but the generated code. docs/cli.md has the table of its words.
import { create } from "@bufbuild/protobuf";
import { type JobFilter, JobFilterSchema } from "../gen/lakh/v1/filter_pb.ts";
import { nearest } from "./filter-spelling.ts";
import { type Entry, FilterError, readEntries, type Term } from "./filter-terms.ts";
import { FILTER_WORD_NAMES, FILTER_WORDS, type FilterWord } from "./filter-words.ts";

export { FilterError, TERMS_MAX } from "./filter-terms.ts";
export { FILTER_WORD_NAMES } from "./filter-words.ts";

/**
 * Reads a filter. An empty text matches every job. Spans such as `1h` count from `now`, in epoch milliseconds.
 *
 * @throws {FilterError} which says what is wrong, where, and what was probably meant
 */
export function parseFilter(text: string, { now }: { readonly now: number }): JobFilter {
  const filter = create(JobFilterSchema);
  for (const { isExcluded, terms } of readEntries(text)) {
    if (isExcluded) filter.exclude.push(excluded({ isExcluded, terms }, now));
    else for (const term of terms) wordOf(term).read(term, filter, now);
  }
  return filter;
}

/** Writes a filter so that `parseFilter` reads the same again. Instants are absolute, and exact to the nanosecond. */
export function printFilter(filter: JobFilter): string {
  return [...termsOf(filter), ...filter.exclude.map(printExcluded)].join(" ");
}

function excluded({ terms }: Entry, now: number): JobFilter {
  const filter = create(JobFilterSchema);
  for (const term of terms) wordOf(term).read(term, filter, now);
  return filter;
}

function printExcluded(filter: JobFilter): string {
  const terms = termsOf(filter);
  return terms.length === 1 ? `-${terms[0]}` : `-(${terms.join(" ")})`;
}

function termsOf(filter: JobFilter): string[] {
  return FILTER_WORD_NAMES.flatMap((name) => FILTER_WORDS[name]?.write(filter) ?? []);
}

function wordOf(term: Term): FilterWord {
  const word = Object.hasOwn(FILTER_WORDS, term.word) ? FILTER_WORDS[term.word] : undefined;
  const span = { at: term.at, end: term.wordEnd };
  if (word === undefined) {
    const hint = nearest(term.word, FILTER_WORD_NAMES);
    const whatToDo = hint ? `Did you mean ${hint}?` : `The words are ${FILTER_WORD_NAMES.join(", ")}.`;
    throw new FilterError(span, `"${term.word}" is no word of a filter`, whatToDo);
  }
  if (term.key !== undefined && term.word !== "label") {
    throw new FilterError(span, `${term.word} takes no key`, `Write ${term.word}:VALUE.`);
  }
  return word;
}
