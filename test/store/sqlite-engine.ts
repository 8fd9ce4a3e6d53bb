// The embedded engine as its tests open it: in memory, in a directory of its own that goes with the test, and over a
// connection that the test has its hands on.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { openStore } from "../../src/store/open.ts";
import { openDatabase } from "../../src/store/sqlite/database.ts";
import { noFailpoint } from "../../src/store/sqlite/failpoint.ts";
import { migrate } from "../../src/store/sqlite/schema.ts";
import { type SqliteOptions, SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Engine, EngineOptions, Opened } from "./engine.ts";

export const MEMORY: Engine = {
  name: "SQLite in memory",
  lasts: false,
  open: async (options) => {
    const store = await openStore("memory:", options);
    return { store, [Symbol.asyncDispose]: () => store.close() };
  },
};

export const DIRECTORY: Engine = {
  name: "SQLite in a directory",
  lasts: true,
  open: (options) => openDirectory(join(makeDirectory(), "store"), options),
};

async function openDirectory(directory: string, options: EngineOptions): Promise<Opened> {
  const store = await openStore(`sqlite:${directory}`, options);
  return {
    store,
    lasting: {
      reopen: async (anew = options) => {
        await store.close();
        return openDirectory(directory, anew);
      },
      // The files as they are on disk now, with nothing that a close would still write.
      crash: async () => {
        const remains = join(makeDirectory(), "store");
        cpSync(directory, remains, { recursive: true });
        await store.close();
        removeDirectory(join(directory, ".."));
        return openDirectory(remains, options);
      },
    },
    [Symbol.asyncDispose]: async () => {
      await store.close();
      removeDirectory(join(directory, ".."));
    },
  };
}

/** An empty directory for one test; its name says whose it is. */
export function makeDirectory(): string {
  return mkdtempSync(join(tmpdir(), "lakh-test-"));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** An empty directory that goes with its scope. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = makeDirectory();
  return { path, [Symbol.dispose]: () => removeDirectory(path) };
}

/** A store and the connection under it, which only a test may touch. */
export function openWithConnection(
  directory: string,
  options: SqliteOptions,
): { store: SqliteStore; db: DatabaseSync } {
  const db = openDatabase(directory);
  migrate(db, options.failpoint ?? noFailpoint);
  return { store: new SqliteStore(db, options), db };
}
