// Which workers somebody is about to drain.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { useSyncExternalStore } from "react";
import type { DrainWorkersRequestSchema } from "../../src/gen/lakh/v1/admin_pb.ts";

export interface DrainRequest {
  /** Who, in words. */
  readonly title: string;
  readonly request: MessageInitShape<typeof DrainWorkersRequestSchema>;
}

let asked: DrainRequest | undefined;
const listeners = new Set<() => void>();

export function openDrain(request: DrainRequest | undefined): void {
  asked = request;
  for (const listener of listeners) listener();
}

export function useDrain(): DrainRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
