// From a store's URL to its engine.
import type { Retention } from "../job/deadline.ts";
import type { Failpoint } from "./sqlite/failpoint.ts";
import type { CommitTimes } from "./sqlite/group-commit.ts";
import { openSqlite } from "./sqlite/sqlite-store.ts";
import { type Store, StoreFault } from "./store.ts";

export interface OpenOptions {
  readonly retention: Retention;
  /** Draws a number from [0, 1). */
  readonly chance: () => number;
  /** Hears how long each commit took, sync included. Default: nobody. */
  readonly commits?: CommitTimes;
  /** Tests alone: named points of the embedded engine at which they may stop it. */
  readonly failpoint?: Failpoint;
}

/** Opens `sqlite:DIRECTORY` or `memory:`. Throws the StoreFault `unusable`, whose message says what to do. */
export async function openStore(url: string, options: OpenOptions): Promise<Store> {
  if (url === "memory:") return openSqlite(":memory:", options);
  if (url.startsWith("sqlite:")) return openSqlite(url.slice("sqlite:".length), options);

  throw new StoreFault("unusable", `the store "${url}" is of no known kind. Use sqlite:DIRECTORY or memory:`);
}
