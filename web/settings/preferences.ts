// What a reader has chosen, kept in this browser and shared by its tabs.
import { useSyncExternalStore } from "react";
import type { TimeZone } from "../format/times.ts";

export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  readonly density: "dense" | "roomy";
  readonly zone: TimeZone;
  /** Between two live messages, in milliseconds; "off" stands still. */
  readonly refreshMs: number | "off";
  readonly hidesPayloads: boolean;
  readonly singleKeys: boolean;
}

const DEFAULTS: Preferences = {
  theme: "system",
  density: "dense",
  zone: "local",
  refreshMs: 2_000,
  hidesPayloads: false,
  singleKeys: true,
};
const KEY = "lakh-preferences";
const listeners = new Set<() => void>();
let current = read();

/** A browser may forbid storage, and anybody may have written to it: then the defaults hold. */
function read(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...(typeof kept === "object" ? kept : {}) };
  } catch {
    return DEFAULTS;
  }
}

export function preferences(): Preferences {
  return current;
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // They hold until the tab is closed.
  }
  for (const listener of listeners) listener();
}

export function onPreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onPreferences, preferences);
}

addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  current = read();
  for (const listener of listeners) listener();
});
