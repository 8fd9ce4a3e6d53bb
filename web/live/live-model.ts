// What frames add up to: the overview, queues, workers and operations as they stand. A snapshot replaces, what follows
// changes. A part that has not changed stays the same object, so that whoever draws it need not look.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type WatchResponse, WatchResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import type { Overview, Queue, Worker } from "../../src/gen/lakh/v1/overview_pb.ts";
import { ageMsAt } from "./ages.ts";

export interface LiveModel {
  readonly overview: Overview | undefined;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly workers: ReadonlyMap<string, Worker>;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Nothing has come yet. */
  readonly isEmpty: boolean;
}

/** The server keeps no more that are over; a tab that is open for weeks should not either. */
const OPERATIONS_MAX = 200;

export const EMPTY_MODEL: LiveModel = {
  overview: undefined,
  queues: new Map(),
  workers: new Map(),
  operations: new Map(),
  isEmpty: true,
};

export function foldFrame(model: LiveModel, frame: WatchResponse): LiveModel {
  const base = frame.snapshot ? EMPTY_MODEL : model;
  const next = {
    overview: frame.overview ?? base.overview,
    queues: changed(
      base.queues,
      frame.queues.map((queue) => [queue.name, queue] as const),
      frame.queuesGone,
    ),
    workers: changed(
      base.workers,
      frame.workers.map((worker) => [worker.workerId, worker] as const),
      frame.workersGone,
    ),
    operations: newest(
      changed(
        base.operations,
        frame.operations.map((operation) => [operation.id, operation] as const),
        [],
      ),
    ),
    isEmpty: false,
  };
  // A heartbeat changes nothing.
  return isSame(model, next) ? model : next;
}

function isSame(one: LiveModel, other: LiveModel): boolean {
  return (
    one.overview === other.overview &&
    one.queues === other.queues &&
    one.workers === other.workers &&
    one.operations === other.operations &&
    one.isEmpty === other.isEmpty
  );
}

/** All that is known at `now`, for one who knows nothing. */
export function snapshotOf(
  { overview, queues, workers, operations }: LiveModel,
  { sequence, now }: { readonly sequence: bigint; readonly now: number },
): WatchResponse {
  return create(WatchResponseSchema, {
    sequence,
    snapshot: true,
    ...(overview && { overview: withAge(overview, now) }),
    queues: Array.from(queues.values(), (queue) => withAge(queue, now)),
    workers: [...workers.values()],
    operations: [...operations.values()],
  });
}

function withAge<Aged extends Overview | Queue>(aged: Aged, now: number): Aged {
  const ageMs = ageMsAt(aged.oldestReadyAge, now);
  return ageMs === undefined ? aged : { ...aged, oldestReadyAge: durationFromMs(ageMs) };
}

function changed<Value>(
  before: ReadonlyMap<string, Value>,
  news: readonly (readonly [string, Value])[],
  gone: readonly string[],
): ReadonlyMap<string, Value> {
  if (news.length === 0 && gone.length === 0) return before;

  const after = new Map(before);
  for (const [key, value] of news) after.set(key, value);
  for (const key of gone) after.delete(key);
  return after;
}

function newest(operations: ReadonlyMap<string, Operation>): ReadonlyMap<string, Operation> {
  if (operations.size <= OPERATIONS_MAX) return operations;

  return new Map([...operations].toSorted(([a], [b]) => (a < b ? -1 : 1)).slice(-OPERATIONS_MAX));
}
