// What a storage engine brings along to be tested.
import type { Retention } from "../../src/job/deadline.ts";
import type { JobId, JobName } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import type { Outcome, Store } from "../../src/store/store.ts";
import { idOf, NOW, nameOf, reserveBy } from "./new-jobs.ts";

export interface EngineOptions {
  readonly retention: Retention;
  readonly chance: () => number;
}

/** A store that a test may use until it is disposed of. */
export interface Opened extends AsyncDisposable {
  readonly store: Store;
  /** Present when the engine keeps anything beyond its process. */
  readonly lasting?: Lasting;
}

export interface Lasting {
  /** Closes the store and opens it again. */
  readonly reopen: (options?: EngineOptions) => Promise<Opened>;
  /** Opens what a kill at this moment would leave, and lets go of the rest. */
  readonly crash: () => Promise<Opened>;
}

export interface Engine {
  readonly name: string;
  /** Whether what it opens is `lasting`. */
  readonly lasts: boolean;
  /** Opens a new, empty store. */
  readonly open: (options: EngineOptions) => Promise<Opened>;
}

/** Reserves the next ready jobs of one name, all for one worker. */
export async function reserveNext(
  store: Store,
  name = "mail",
  { jobs = 1_000, now = NOW, stream = true }: { jobs?: number; now?: number; stream?: boolean } = {},
): Promise<readonly Outcome[]> {
  const each = new Map<JobName, number>([[nameOf(name), jobs]]);
  const rooms = () => ({ each, inAll: 10_000 });
  const deal = () => reserveBy(undefined, stream);
  const { outcomes } = await store.change(
    { select: "next", rooms, bytesMax: Number.MAX_SAFE_INTEGER, deal },
    now,
  );
  return outcomes;
}

/** One move for one job. */
export async function moveOne(store: Store, id: string, move: Move, now = NOW): Promise<Outcome> {
  const { outcomes } = await store.change({ select: "ids", moves: [{ id: idOf(id), move }] }, now);
  const [outcome] = outcomes;
  if (!outcome) throw new Error("no outcome");
  return outcome;
}

export function idsOf(outcomes: readonly { readonly id: JobId }[]): string[] {
  return outcomes.map(({ id }) => id);
}

/** The counts of every name, as plain data in a fixed order. */
export async function talliesOf(store: Store): Promise<Record<string, Record<string, number>>> {
  const found: Record<string, Record<string, number>> = {};
  for (const { name, counts } of await store.tallies()) found[name] = { ...counts };
  return found;
}
