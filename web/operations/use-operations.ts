// Operations as they stand: asked again while any of them runs.
import { useQuery } from "@connectrpc/connect-query";
import { useEffect, useRef, useState } from "react";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Operation, OperationState } from "../../src/gen/lakh/v1/operation_pb.ts";
import { tellChanged } from "../bulk/bulk-store.ts";
import { msOf } from "../format/times.ts";
import { useLiveModel } from "../live/use-live.tsx";
import { type Pace, paceOf, type Sighting, sighted } from "./pace.ts";

const OPERATIONS = [WatchTopic.OPERATIONS];
const RUNNING_AGAIN_MS = 500;
const QUIET_AGAIN_MS = 5_000;

/** The newest first. */
export function useOperations() {
  const { operations: live } = useLiveModel(OPERATIONS);
  const query = useQuery(
    AdminService.method.listOperations,
    {},
    {
      select: ({ operations }) => operations,
      refetchInterval: ({ state: { data } }) =>
        data?.operations.some(isRunning) ? RUNNING_AGAIN_MS : QUIET_AGAIN_MS,
    },
  );
  return { ...query, data: query.data && newest(query.data, live) };
}

/** The stream may be ahead of the last answer, or behind it. */
function newest(asked: readonly Operation[], live: ReadonlyMap<string, Operation>): readonly Operation[] {
  const known = new Set(asked.map(({ id }) => id));
  const begun = [...live.values()].filter(({ id }) => !known.has(id)).filter(isRunning);
  return [...begun, ...asked.map((one) => later(one, live.get(one.id)))];
}

function later(one: Operation, other: Operation | undefined): Operation {
  if (!other || !isRunning(one)) return one;
  return !isRunning(other) || other.searched > one.searched ? other : one;
}

export function useOperation(id: string) {
  const query = useQuery(
    AdminService.method.getOperation,
    { id },
    {
      select: ({ operation }) => operation,
      refetchInterval: ({ state: { data } }) =>
        !data?.operation || isRunning(data.operation) ? RUNNING_AGAIN_MS : false,
    },
  );
  const { operations: live } = useLiveModel(OPERATIONS);
  const data = query.data && later(query.data, live.get(id));
  useTellEnd(data);
  return { ...query, data };
}

export function isRunning({ state }: Operation): boolean {
  return state === OperationState.RUNNING;
}

/** Lists of jobs that this page shows are asked for again when an operation that it followed is over. */
function useTellEnd(operation: Operation | undefined): void {
  const wasRunning = useRef(false);
  const isNow = operation !== undefined && isRunning(operation);
  useEffect(() => {
    if (wasRunning.current && !isNow) tellChanged();
    wasRunning.current = isNow;
  }, [isNow]);
}

/** How fast it goes; of one that is over, how fast it went. */
export function usePace(operation: Operation): Pace | undefined {
  const { searched, candidates, createdAt, finishedAt } = operation;
  const [seen, setSeen] = useState<readonly Sighting[]>([]);
  const isNow = isRunning(operation);
  useEffect(() => {
    if (isNow) setSeen((before) => sighted(before, { at: Date.now(), searched }));
  }, [isNow, searched]);
  if (isNow) return paceOf(seen, candidates);

  const [began, ended] = [msOf(createdAt), msOf(finishedAt)];
  if (began === undefined || ended === undefined || ended <= began) return undefined;
  return { perSecond: Number(searched) / ((ended - began) / 1_000), leftMs: undefined };
}
