// Stores that acknowledge what is not durable: what D2 and D4 have to catch.
import type { DatabaseSync } from "node:sqlite";
import { type SqliteOptions, SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { type Mutation, wrapStore } from "./mutants.ts";

export const ackBeforeCommit: Mutation = (store) => ({
  enqueue: async (jobs) => {
    store.enqueue(jobs).catch(() => {});
    return jobs.map(({ job }) => ({ job, duplicate: false }));
  },
});

export const ackWhenHalfIsStored: Mutation = (store) => ({
  enqueue: async (jobs) => {
    const half = Math.ceil(jobs.length / 2);
    const first = await store.enqueue(jobs.slice(0, half));
    const rest = jobs.slice(half);
    store.enqueue(rest).catch(() => {});
    return [...first, ...rest.map(({ job }) => ({ job, duplicate: false }))];
  },
});

/** Takes a failed write for an accident and goes on over the same connection, as SQLite lets one do. */
export function goOnAfterFailure(db: DatabaseSync, options: SqliteOptions): Store {
  let store = new SqliteStore(db, options);
  const persist = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch {
      store = new SqliteStore(db, options);
      return call();
    }
  };
  return wrapStore(store, () => ({
    enqueue: (jobs) => persist(() => store.enqueue(jobs)),
    change: (selection, now) => persist(() => store.change(selection, now)),
  }));
}
