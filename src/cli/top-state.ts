// What `lakh top` knows: the frames of Watch put together, and how its reader wants to see them.
import type { Overview, Queue } from "../client/admin-views.ts";
import type { Operation } from "../client/operation-views.ts";
import type { WatchFrame } from "../client/watch-frame.ts";

/** In which order queues are shown. */
export const sorts = ["depth", "age", "rate", "name"] as const;
export type Sort = (typeof sorts)[number];

/** Everything that is on the screen. */
export interface TopState {
  readonly url: string;
  readonly status: "connecting" | "live" | "reconnecting";
  /** Frozen by its reader; what comes meanwhile is kept for later. */
  readonly isPaused: boolean;
  readonly sort: Sort;
  readonly overview: Overview | undefined;
  readonly queues: ReadonlyMap<string, Queue>;
  /** Connected workers by id, and whether each drains. */
  readonly workers: ReadonlyMap<string, boolean>;
  readonly operations: ReadonlyMap<string, Operation>;
  /** The last rates, the oldest first. */
  readonly history: readonly Overview["rates"][];
}

/** As many as the widest sparkline shows. */
const historyMax = 120;

export function initialState(url: string): TopState {
  return {
    url,
    status: "connecting",
    isPaused: false,
    sort: "depth",
    overview: undefined,
    queues: new Map(),
    workers: new Map(),
    operations: new Map(),
    history: [],
  };
}

/** The state after a frame. */
export function withFrame(state: TopState, frame: WatchFrame): TopState {
  const base = frame.isSnapshot
    ? { ...state, queues: new Map(), workers: new Map(), operations: new Map() }
    : state;
  const { overview = state.overview } = frame;
  return {
    ...base,
    status: "live",
    overview,
    queues: changed(base.queues, {
      add: frame.queues.map((queue) => [queue.name, queue]),
      gone: frame.queuesGone,
    }),
    workers: changed(base.workers, {
      add: frame.workers.map(({ workerId, isDraining }) => [workerId, isDraining]),
      gone: frame.workersGone,
    }),
    // Those that are over are nobody's business on a live screen.
    operations: changed(base.operations, {
      add: frame.operations.filter((one) => one.state === "running").map((one) => [one.id, one]),
      gone: frame.operations.filter((one) => one.state !== "running").map(({ id }) => id),
    }),
    history: frame.overview ? [...state.history, frame.overview.rates].slice(-historyMax) : state.history,
  };
}

/** The state after a key; undefined when its reader wants to leave. */
export function withKey(state: TopState, key: string): TopState | undefined {
  switch (key) {
    case "q":
    case "\u0003":
    case "\u001b":
      return undefined;
    case "s":
      return { ...state, sort: sorts[(sorts.indexOf(state.sort) + 1) % sorts.length] ?? "depth" };
    case "p":
      return { ...state, isPaused: !state.isPaused };
    default:
      return state;
  }
}

/** The queues in the order that was asked for; equals by name, so that rows keep still. */
export function sortedQueues({ queues, sort }: TopState): readonly Queue[] {
  const weight: Readonly<Record<Sort, (queue: Queue) => number>> = {
    depth: ({ jobs }) => jobs.ready,
    age: ({ oldestReadyAgeMs }) => oldestReadyAgeMs ?? -1,
    rate: ({ rates }) => rates.enqueued + rates.succeeded + rates.failed,
    name: () => 0,
  };
  return [...queues.values()].sort(
    (one, other) => weight[sort](other) - weight[sort](one) || (one.name < other.name ? -1 : 1),
  );
}

function changed<T>(
  before: ReadonlyMap<string, T>,
  { add, gone }: { readonly add: readonly (readonly [string, T])[]; readonly gone: readonly string[] },
): ReadonlyMap<string, T> {
  if (add.length + gone.length === 0) return before;

  const after = new Map(before);
  for (const [key, value] of add) after.set(key, value);
  for (const key of gone) after.delete(key);
  return after;
}
