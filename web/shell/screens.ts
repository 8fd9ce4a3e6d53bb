// The screens, by the word in their address. The server answers the page at each of these paths and no other
// (src/server/page.ts has the same list; a test compares). All are one level deep, so that relative addresses hold
// under any prefix.

export const SCREENS = [
  "",
  "queues",
  "queue",
  "jobs",
  "job",
  "dead",
  "scheduled",
  "workers",
  "operations",
  "system",
  "settings",
] as const;

export type Screen = (typeof SCREENS)[number];

/** Where somebody is: a screen, and what its address says beside it. */
export interface Place {
  readonly screen: Screen | undefined;
  readonly params: Readonly<Record<string, string>>;
}

/** Undefined as a value leaves the parameter out. */
export type Params = Readonly<Record<string, string | undefined>>;

/** What an address means. `base` is the directory of the page: `/`, or the prefix that a proxy put before it. */
export function placeOf(url: URL, base: string): Place {
  const word = url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
  const screen = SCREENS.find((known) => known === word);
  return { screen, params: Object.fromEntries(url.searchParams) };
}

/** The address of a place. Names and ids travel in the query: `..` is a legal name, and would not survive in a path. */
export function addressOf(base: string, screen: Screen, params: Params = {}): string {
  const said = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const query = new URLSearchParams(said).toString();
  return `${base}${screen}${query === "" ? "" : `?${query}`}`;
}
