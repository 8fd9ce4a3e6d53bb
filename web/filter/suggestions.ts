// What may stand at the caret of a filter: words, states, names, error classes, labels. Pure: what there is in the
// server is told to it.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { FILTER_WORD_NAMES, printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { DETAILS, FIXED_VALUES } from "./filter-guide.ts";
import type { Place, Spot } from "./terms.ts";

/** What was seen in the server and on the page. */
export interface Sources {
  readonly names: readonly string[];
  readonly errors: readonly SeenError[];
  /** Values by key. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly workers: readonly string[];
}

export interface SeenError {
  readonly class: string;
  readonly line: string;
  readonly group: string;
}

export interface Suggestion {
  /** What is shown, and read out. */
  readonly label: string;
  readonly detail: string;
  /** What is written in place of what stands at the caret. */
  readonly text: string;
}

export const SUGGESTIONS_MAX = 8;

export function suggestionsFor(spot: Spot, sources: Sources): readonly Suggestion[] {
  return bestOf(candidatesFor(spot, sources), spot.written);
}

/** The text with the suggestion in it, and where the caret goes. */
export function accepted(text: string, { at, end }: Place, suggestion: Suggestion) {
  const rest = text.slice(end);
  const isWhole = !suggestion.text.endsWith(":") && !suggestion.text.endsWith(".");
  const gap = isWhole && !/^[\s,):]/.test(rest) ? " " : "";
  const written = text.slice(0, at) + suggestion.text + gap;
  const caret = isWhole && gap === "" && rest.startsWith(" ") ? written.length + 1 : written.length;
  return { text: written + rest, caret };
}

function candidatesFor(spot: Spot, sources: Sources): readonly Suggestion[] {
  if (spot.is === "word") return FILTER_WORD_NAMES.map((word) => suggestWord(word, spot));
  if (spot.is === "key") return keysOf(spot, sources);
  if (spot.word === "name") return namesOf(sources);
  if (spot.word === "error") return errorsOf(sources);
  if (spot.word === "group") return groupsOf(sources);
  if (spot.word === "worker")
    return sources.workers.map((id) => plain(quoted({ workerIds: [id] }), "on this page"));
  if (spot.word === "label") return valuesOf(spot, sources);
  return (FIXED_VALUES[spot.word] ?? []).map(([text, detail]) => plain(text, detail));
}

function suggestWord(word: string, { hasColon }: Spot): Suggestion {
  const follows = word === "label" ? "." : ":";
  return { label: word + follows, detail: DETAILS[word] ?? "", text: hasColon ? word : word + follows };
}

function keysOf({ hasColon }: Spot, { labels }: Sources): readonly Suggestion[] {
  return [...labels.keys()].map((key) => {
    const text = print({ labelKeys: [key] }).slice("label.".length, -":*".length);
    return { label: key, detail: "a label on this page", text: hasColon ? text : `${text}:` };
  });
}

function valuesOf({ key }: Spot, { labels }: Sources): readonly Suggestion[] {
  const start = print({ labelKeys: [key] }).length - 1;
  const values = (labels.get(key) ?? []).map((value) =>
    plain(print({ labels: { [key]: value } }).slice(start), "on this page"),
  );
  return [...values, plain("*", "any value")];
}

function namesOf({ names }: Sources): readonly Suggestion[] {
  return names.map((name) => plain(name, "a name"));
}

function errorsOf({ errors }: Sources): readonly Suggestion[] {
  const byClass = new Map(errors.filter((error) => error.class !== "").map((error) => [error.class, error]));
  return [...byClass.values()].map((error) => plain(quoted({ errorClasses: [error.class] }), error.line));
}

function groupsOf({ errors }: Sources): readonly Suggestion[] {
  return errors.map(({ group, class: of, line }) => plain(group, `${of} ${line}`.trim()));
}

function plain(text: string, detail: string): Suggestion {
  return { label: text, detail, text };
}

/** The value as it must be written. */
function quoted(filter: MessageInitShape<typeof JobFilterSchema>): string {
  const written = print(filter);
  return written.slice(written.indexOf(":") + 1);
}

function print(filter: MessageInitShape<typeof JobFilterSchema>): string {
  return printFilter(create(JobFilterSchema, filter));
}

/** Those that begin with what is written, then those that contain it; without those that say no more than it does. */
function bestOf(all: readonly Suggestion[], written: string): readonly Suggestion[] {
  const wanted = written.toLowerCase();
  const places = all.map(({ label }) => label.toLowerCase().replace(/^=?"/, "").indexOf(wanted));
  const begin = all.filter((one, i) => places[i] === 0 && one.text !== written);
  const contain = all.filter((_, i) => (places[i] ?? 0) > 0);
  return [...begin, ...contain].slice(0, SUGGESTIONS_MAX);
}
