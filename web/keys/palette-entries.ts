// What the palette offers for what somebody has typed: screens, queues by their name, a job by its id, a filter.
import type { Params, Screen } from "../shell/screens.ts";

export interface PaletteEntry {
  readonly key: string;
  readonly text: string;
  /** What kind of thing it is. */
  readonly kind: string;
  readonly screen: Screen;
  readonly params?: Params;
}

const QUEUES_MAX = 8;

export interface Known {
  readonly screens: readonly (readonly [Screen, string])[];
  readonly queues: readonly string[];
}

/** What begins with the text comes before what only has it somewhere. An id or a filter can be anything, so they are last. */
export function paletteEntries(typed: string, { screens, queues }: Known): readonly PaletteEntry[] {
  const text = typed.trim();
  const found: PaletteEntry[] = matching(screens, ([, title]) => title, text).map(([screen, title]) => ({
    key: `screen ${screen}`,
    text: title,
    kind: "screen",
    screen,
  }));
  for (const name of matching(queues, (name) => name, text).slice(0, QUEUES_MAX)) {
    found.push({ key: `queue ${name}`, text: name, kind: "queue", screen: "queue", params: { name } });
  }
  if (text === "") return found;

  if (!/\s/.test(text))
    found.push({ key: "job", text: `Job ${text}`, kind: "by its id", screen: "job", params: { id: text } });
  found.push({ key: "jobs", text: `Jobs ${text}`, kind: "filter", screen: "jobs", params: { q: text } });
  return found;
}

function matching<One>(all: readonly One[], wordOf: (one: One) => string, text: string): readonly One[] {
  const wanted = text.toLowerCase();
  const rank = (one: One) => wordOf(one).toLowerCase().indexOf(wanted);
  return all.filter((one) => rank(one) >= 0).toSorted((a, b) => Math.sign(rank(a)) - Math.sign(rank(b)));
}
