// The numbered migrations that make the tables. `pragma user_version` is the number of the last migration that ran; a
// database with a higher one was written by a newer Lakh and is left alone.
import type { DatabaseSync } from "node:sqlite";
import { StoreFault } from "../store.ts";
import type { Failpoint } from "./failpoint.ts";
import { VERSION_1 } from "./migration-1.ts";
import { migrateTo2 } from "./migration-2.ts";
import { VERSION_3 } from "./migration-3.ts";
import { VERSION_4 } from "./migration-4.ts";

/** Each brings the data from the version before to its own, inside a transaction. */
const MIGRATIONS: readonly ((db: DatabaseSync) => void)[] = [
  (db) => db.exec(VERSION_1),
  migrateTo2,
  (db) => db.exec(VERSION_3),
  (db) => db.exec(VERSION_4),
];

/** The version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Brings the database to this program's version. Throws a StoreFault when a newer program wrote it. */
export function migrate(db: DatabaseSync, failpoint: Failpoint): void {
  const version = Number(db.prepare("pragma user_version").get()?.user_version);
  if (version > SCHEMA_VERSION) {
    throw new StoreFault(
      "unusable",
      `the data was written by a newer Lakh (data version ${version}, this one knows ${SCHEMA_VERSION}). ` +
        "Run that version or a later one, or choose another --store",
    );
  }

  for (const [number, migration] of MIGRATIONS.entries()) {
    if (number < version) continue;
    db.exec("begin immediate");
    migration(db);
    failpoint("mid_migration");
    db.exec(`pragma user_version = ${number + 1}`);
    db.exec("commit");
  }
}
