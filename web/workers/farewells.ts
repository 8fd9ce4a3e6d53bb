// Workers that were here while somebody looked, and are no longer: seen in grey for an hour.
import { useEffect, useState } from "react";
import type { Worker } from "../../src/gen/lakh/v1/overview_pb.ts";

export interface Farewell {
  readonly worker: Worker;
  /** When it was noticed, in epoch milliseconds. */
  readonly at: number;
}

const SHOWN_MS = 3_600_000;
const FAREWELLS_MAX = 50;

export interface Watched {
  readonly present: readonly Worker[] | undefined;
  readonly gone: readonly Farewell[];
}

/** Who has gone between two looks, added to those who had; whoever is back is struck out. */
export function afterLook({ present, gone }: Watched, now: readonly Worker[], at: number): Watched {
  const ids = new Set(now.map(({ workerId }) => workerId));
  const left = (present ?? []).filter(({ workerId }) => !ids.has(workerId)).map((worker) => ({ worker, at }));
  const still = gone.filter((farewell) => !ids.has(farewell.worker.workerId) && at - farewell.at < SHOWN_MS);
  return { present: now, gone: [...left, ...still].slice(0, FAREWELLS_MAX) };
}

export function useFarewells(workers: readonly Worker[] | undefined): readonly Farewell[] {
  const [watched, set] = useState<Watched>({ present: undefined, gone: [] });
  useEffect(() => {
    if (workers) set((before) => afterLook(before, workers, Date.now()));
  }, [workers]);
  return watched.gone;
}
