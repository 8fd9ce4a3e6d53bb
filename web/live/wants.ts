// What all tabs together want of the stream: known to the one that holds it.
import type { WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Wanted } from "./watch-stream.ts";

/** A tab says so every 5 s; who has missed two is gone. */
const SILENCE_MS_MAX = 12_000;
const INTERVAL_MS_MAX = 60_000;

export class Wants {
  readonly #byTab = new Map<string, Wanted & { readonly at: number }>();

  set(tab: string, wanted: Wanted, at: number): void {
    if (wanted.topics.length === 0) this.#byTab.delete(tab);
    else this.#byTab.set(tab, { ...wanted, at });
  }

  clear(): void {
    this.#byTab.clear();
  }

  /** All topics, in their order, at the shortest interval; undefined when nobody wants anything. */
  union(now: number): Wanted | undefined {
    for (const [tab, { at }] of this.#byTab) if (now - at > SILENCE_MS_MAX) this.#byTab.delete(tab);
    const wants = [...this.#byTab.values()];
    const topics = [...new Set(wants.flatMap(({ topics }) => topics))].toSorted((a, b) => a - b);
    if (topics.length === 0) return undefined;

    return { topics, intervalMs: Math.min(INTERVAL_MS_MAX, ...wants.map(({ intervalMs }) => intervalMs)) };
  }
}

export function covers(have: readonly WatchTopic[], wanted: readonly WatchTopic[]): boolean {
  return wanted.every((topic) => have.includes(topic));
}
