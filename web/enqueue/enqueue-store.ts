// Whether the enqueue drawer is open, and with what it was opened.
import { useSyncExternalStore } from "react";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";

export interface EnqueueRequest {
  /** What is filled in. Absent: the draft of last time, or nothing. */
  readonly prefill: Partial<JobSpec> | undefined;
  /** Another for each opening, so that each begins anew. */
  readonly key: number;
}

let asked: EnqueueRequest | undefined;
let nextKey = 1;
const listeners = new Set<() => void>();

/** Opens the drawer, filled in. Nothing is sent before somebody says so. */
export function openEnqueue(prefill?: Partial<JobSpec>): void {
  asked = { prefill, key: nextKey++ };
  for (const listener of listeners) listener();
}

export function closeEnqueue(): void {
  asked = undefined;
  for (const listener of listeners) listener();
}

export function useEnqueueRequest(): EnqueueRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
