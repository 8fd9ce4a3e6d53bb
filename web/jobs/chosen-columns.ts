// Which columns of the list of jobs a reader wants to see, kept in this browser.
import { useSyncExternalStore } from "react";

/** In the order in which they stand. */
export const COLUMN_KEYS = [
  "state",
  "id",
  "name",
  "attempt",
  "failures",
  "priority",
  "enqueued",
  "when",
  "worker",
  "key",
  "labels",
  "kept",
  "error",
] as const;

export type ColumnKey = (typeof COLUMN_KEYS)[number];

const DEFAULT: readonly ColumnKey[] = COLUMN_KEYS.filter(
  (key) => !["worker", "key", "labels", "kept"].includes(key),
);
const KEPT_AT = "lakh-job-columns";
const listeners = new Set<() => void>();
let chosen: readonly ColumnKey[] = read();

/** A browser may forbid storage, and anybody may have written to it: then the default holds. */
function read(): readonly ColumnKey[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AT) ?? "null");
    return Array.isArray(kept) ? COLUMN_KEYS.filter((key) => kept.includes(key)) : DEFAULT;
  } catch {
    return DEFAULT;
  }
}

/** A list without columns would show nothing, so the id stays. */
export function chooseColumn(key: ColumnKey, isShown: boolean): void {
  chosen = COLUMN_KEYS.filter((one) => (one === key ? isShown || one === "id" : chosen.includes(one)));
  try {
    localStorage.setItem(KEPT_AT, JSON.stringify(chosen));
  } catch {
    // It holds until the tab is closed.
  }
  for (const listener of listeners) listener();
}

export function useChosenColumns(): readonly ColumnKey[] {
  return useSyncExternalStore(subscribe, () => chosen);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
