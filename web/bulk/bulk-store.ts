// Which change of jobs somebody is about to make: asked for by any screen, carried out by the one dialog of the page.
import { useSyncExternalStore } from "react";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";

export type BulkKind = "retry" | "run_now" | "cancel" | "delete";

export interface BulkRequest {
  readonly kind: BulkKind;
  /** These, at once; 1 to 1000. Or: */
  readonly ids?: readonly string[];
  /** Every job that matches, by an operation in the background. An empty one is every job there is. */
  readonly filter?: JobFilter;
  /** What they are, in a few words: "4 120 jobs of mail.send". Default: made from the filter. */
  readonly title?: string;
  /** What must be typed before many jobs are cancelled or deleted, such as a queue's name. Default: their number. */
  readonly confirmWord?: string;
}

interface Asked {
  readonly request: BulkRequest;
  /** Another for each request, so that each has a dialog of its own. */
  readonly key: number;
}

let asked: Asked | undefined;
let nextKey = 1;
let rounds = 0;
const listeners = new Set<() => void>();

export function openBulk(request: BulkRequest): void {
  asked = { request, key: nextKey++ };
  tell();
}

export function closeBulk(): void {
  asked = undefined;
  tell();
}

export function useBulk(): Asked | undefined {
  return useSyncExternalStore(subscribe, () => asked);
}

/** Somebody's own change is through, so what is on screen may be asked for again. */
export function tellChanged(): void {
  rounds++;
  tell();
}

/** Grows with each change that this page has made. */
export function useBulkRounds(): number {
  return useSyncExternalStore(subscribe, () => rounds);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
