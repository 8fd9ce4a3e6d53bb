// What must have happened in a run under load, or its silence proves nothing: every word of the ledgers, every way in which
// a job of the load can go, and jobs in the hands of workers when a server ends.
import type { StoredJob } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { idOf } from "../store/new-jobs.ts";
import { toldBy } from "./checker.ts";
import type { Entry, Word } from "./ledger.ts";
import { recipeOf } from "./recipe.ts";

/** All but `refused`, which must never be said. */
const WORDS: Readonly<Record<Exclude<Word, "refused">, true>> = {
  try: true,
  ack: true,
  recovered: true,
  cancelled: true,
  got: true,
  done: true,
  failed: true,
  kept: true,
};

type Seen = (id: string, stored: StoredJob) => boolean;

const WAYS: Readonly<Record<string, Seen>> = {
  "succeeded at once": (_, { job }) => job.state.is === "succeeded" && job.attempt === 1,
  "succeeded after failures": (_, { job }) => job.state.is === "succeeded" && job.failures > 0,
  "waited for its time and was delivered": (id, { job }) => recipeOf(id).delayMs > 0 && job.attempt > 0,
  "died of failures": (_, { job }) => job.state.is === "dead",
  "was cancelled": (_, { job }) => job.state.is === "cancelled",
  "was delivered and forgotten": (id, { job }) => recipeOf(id).isForgotten && job.attempt > 0,
  "was delivered again though it had not failed": (_, { job }) => job.attempt > job.failures + 1,
};

/** The words and ways that did not occur. */
export async function missingFrom(entries: readonly Entry[], store: Store): Promise<string[]> {
  const words = new Set<string>(entries.map(({ word }) => word));
  const missing = new Set(Object.keys(WAYS));
  for (const id of toldBy(entries).keys()) {
    const stored = await store.get(idOf(id));
    if (!stored) continue;
    for (const way of missing) if (WAYS[way]?.(id, stored)) missing.delete(way);
    if (missing.size === 0) break;
  }
  return [...Object.keys(WORDS).filter((word) => !words.has(word)), ...missing];
}

/** How many jobs workers held at the instant that they were given since another, as far as their ledgers know. */
export function heldAt(entries: readonly Entry[], { since, at }: { since: number; at: number }): number {
  const held = new Set<string>();
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) {
    const { id, word } = entry;
    if (entry.at < since || entry.at > at) continue;
    if (word === "got" && !recipeOf(id).isForgotten && !recipeOf(id).isCancelled) held.add(id);
    if (word === "done" || word === "failed") held.delete(id);
  }
  return held.size;
}
