// Changes of a filter's text by other means than typing: a term taken out, a state switched on.
import type { Standing } from "../parts/state.tsx";
import { type Place, termsIn } from "./terms.ts";

const STATES_TERM = /^state:(?<states>[a-z,]+)$/;
const RETRYING_TERM = "is:retrying";

/** The text without that term, and without the gap that it leaves. */
export function withoutTerm(text: string, { at, end }: Place): string {
  return `${text.slice(0, at).trimEnd()} ${text.slice(end).trimStart()}`.trim();
}

export function replaceAt(text: string, { at, end }: Place, by: string): string {
  return text.slice(0, at) + by + text.slice(end);
}

/** Which standings a filter asks for by terms of their own; none: it says nothing of them. */
export function standingsIn(text: string): ReadonlySet<Standing> {
  const found = new Set<Standing>();
  for (const { at, end } of termsIn(text)) {
    const term = text.slice(at, end);
    if (term === RETRYING_TERM) found.add("retrying");
    for (const state of STATES_TERM.exec(term)?.groups?.states?.split(",") ?? [])
      found.add(state as Standing);
  }
  return found;
}

/** Terms are joined by "and", so a job cannot be asked to be retrying and ready: one puts out the other. */
export function toggleStanding(text: string, standing: Standing): string {
  const before = standingsIn(text);
  const rest = termsIn(text)
    .map(({ at, end }) => text.slice(at, end))
    .filter((term) => term !== RETRYING_TERM && !STATES_TERM.test(term));
  if (standing === "retrying") return join(before.has("retrying") ? [] : [RETRYING_TERM], rest);

  const states = [...before].filter((state) => state !== standing && state !== "retrying");
  if (!before.has(standing)) states.push(standing);
  return join(states.length > 0 ? [`state:${states.join(",")}`] : [], rest);
}

function join(first: readonly string[], rest: readonly string[]): string {
  return [...first, ...rest].join(" ");
}
