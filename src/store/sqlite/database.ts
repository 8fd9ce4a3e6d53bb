// Opening the database file: one directory, one server. Every way in which that can go wrong gets a message that says
// what is wrong and what to do.
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { StoreFault } from "../store.ts";

/** The database's name inside its directory; SQLite puts its write-ahead log beside it. */
export const DATABASE_FILE = "lakh.db";

/** Earlier versions can corrupt a database when two connections reset the write-ahead log. */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html. */
export const SQLITE = {
  BUSY: 5,
  READONLY: 8,
  IOERR: 10,
  CORRUPT: 11,
  FULL: 13,
  CANTOPEN: 14,
  NOTADB: 26,
} as const;

/** Opens the database in the directory, which is made when only it is missing; ":memory:" is kept nowhere. */
export function openDatabase(directory: string): DatabaseSync {
  checkVersion();
  if (directory === ":memory:") return new DatabaseSync(":memory:");

  makeDirectory(resolve(directory));
  try {
    return openLocked(join(directory, DATABASE_FILE));
  } catch (error) {
    throw unusable(directory, error);
  }
}

function openLocked(file: string): DatabaseSync {
  // One try: a server that holds the lock keeps it for as long as it lives.
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec("pragma locking_mode = exclusive");
    db.exec("pragma journal_mode = wal");
    // FULL syncs the log at each commit: OK means on disk. Read back, since a pragma is silent about a refusal.
    db.exec("pragma synchronous = full");
    db.exec("pragma mmap_size = 0"); // A failed read is an error then, and no signal.
    db.exec("pragma cache_size = -65536"); // 64 MiB
    db.exec("pragma wal_autocheckpoint = 1000"); // 4 MiB: the thread stands still for a checkpoint
    db.exec("pragma journal_size_limit = 67108864"); // 64 MiB
    db.exec("begin immediate; commit");
    expectPragma(db, "journal_mode", "wal");
    expectPragma(db, "synchronous", 2);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function expectPragma(db: DatabaseSync, pragma: string, expected: string | number): void {
  const found = db.prepare(`pragma ${pragma}`).get()?.[pragma];
  if (found !== expected) throw new Error(`${pragma} is ${found}, not ${expected}`);
}

function makeDirectory(directory: string): void {
  if (existsSync(directory)) {
    if (statSync(directory).isDirectory()) return;
    throw refuse(directory, "it is a file, not a directory. Choose another --store");
  }
  if (!existsSync(dirname(directory))) {
    throw refuse(directory, `${dirname(directory)} does not exist. Make it, or choose another --store`);
  }
  try {
    mkdirSync(directory);
    syncDirectory(dirname(directory));
  } catch (error) {
    throw unusable(directory, error);
  }
}

/** A new entry is on disk only when the directory that holds it is. */
function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function refuse(directory: string, why: string, cause?: unknown): StoreFault {
  return new StoreFault("unusable", `the store ${directory} cannot be opened: ${why}`, cause);
}

const REASONS: Readonly<Record<number, string>> = {
  [SQLITE.BUSY]: "another server has it open. Stop that one, or choose another --store",
  [SQLITE.READONLY]: "it is read-only. Let this user write to it, or choose another --store",
  [SQLITE.CANTOPEN]: "it cannot be written to. Let this user write to it, or choose another --store",
  [SQLITE.FULL]: "the disk is full. Make room, then start again",
  [SQLITE.CORRUPT]: "it is damaged. Restore a backup",
  [SQLITE.NOTADB]: `${DATABASE_FILE} in it is not a database. Restore a backup, or choose another --store`,
};

const ERRNO_REASONS: Readonly<Record<string, string>> = {
  EACCES: REASONS[SQLITE.CANTOPEN] ?? "",
  EPERM: REASONS[SQLITE.CANTOPEN] ?? "",
  EROFS: REASONS[SQLITE.READONLY] ?? "",
  ENOSPC: REASONS[SQLITE.FULL] ?? "",
};

/** Why opening failed, in words that help. Faults that already say so pass through. */
export function unusable(directory: string, error: unknown): StoreFault {
  if (error instanceof StoreFault) {
    return error.message.includes(directory) ? error : refuse(directory, error.message, error);
  }

  const reason = isLockRefused(error)
    ? REASONS[SQLITE.READONLY]
    : (REASONS[sqliteCode(error) ?? -1] ?? ERRNO_REASONS[errnoOf(error)]);
  return refuse(directory, reason ?? (error instanceof Error ? error.message : String(error)), error);
}

/** SQLITE_IOERR_LOCK: a file that may only be read cannot be locked for writing. */
function isLockRefused(error: unknown): boolean {
  return (error as { errcode?: unknown } | null)?.errcode === 3850;
}

/** The primary SQLite result code of an error from node:sqlite; undefined when it is none. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  return typeof code === "number" ? code & 0xff : undefined;
}

function errnoOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}

function checkVersion(): void {
  const found = process.versions.sqlite ?? "0";
  const parts = found.split(".").map(Number);
  const differs = SQLITE_VERSION_MIN.findIndex((least, i) => (parts[i] ?? 0) !== least);
  if (differs < 0 || (parts[differs] ?? 0) > (SQLITE_VERSION_MIN[differs] ?? 0)) return;

  const least = SQLITE_VERSION_MIN.join(".");
  throw new StoreFault(
    "unusable",
    `this Node brings SQLite ${found}, Lakh wants ${least} or later. Update Node`,
  );
}
