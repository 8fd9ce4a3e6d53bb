// Opening the embedded store: one server at a time, and for everything that can be wrong a message that says what.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { openDatabase } from "../../src/store/sqlite/database.ts";
import { StoreFault } from "../../src/store/store.ts";
import { data, newJob, RETENTION } from "./new-jobs.ts";
import { temporaryDirectory } from "./sqlite-engine.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

function open(directory: string) {
  return openStore(`sqlite:${directory}`, OPTIONS);
}

/** Refused, in words that name the directory, say what is wrong, and what to do. */
async function refuses(directory: string, what: RegExp): Promise<void> {
  await assert.rejects(open(directory), (fault) => {
    assert.ok(fault instanceof StoreFault);
    assert.equal(fault.kind, "unusable");
    assert.ok(fault.message.includes(directory), fault.message);
    assert.match(fault.message, what);
    return true;
  });
}

/** A store with some jobs in it, closed. */
async function makeStore(directory: string): Promise<string> {
  const store = await open(directory);
  await store.enqueue(Array.from({ length: 50 }, (_, i) => newJob(`${i}`, { payload: data(900) })));
  await store.close();
  return join(directory, "lakh.db");
}

/** Root may write everywhere, so it becomes nobody for as long as it tries. */
async function asNobody(attempt: () => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await attempt();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("a store is opened once at a time:", () => {
  const taken = /another server has it open\. Stop that one, or choose another --store/;

  test("a second time in the same process is refused, and the first goes on", async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);

    await refuses(directory.path, taken);

    await first.enqueue([newJob("a")]);
    await first.close();
    await (await open(directory.path)).close();
  });

  test("another process is refused, and may when the first has closed it", async () => {
    using directory = temporaryDirectory();
    const first = await open(directory.path);

    assert.match(openElsewhere(directory.path), taken);

    await first.enqueue([newJob("a")]);
    await first.close();
    assert.equal(openElsewhere(directory.path), "opened");
  });

  function openElsewhere(directory: string): string {
    const script = `
      const { openStore } = await import(${JSON.stringify(new URL("../../src/store/open.ts", import.meta.url).href)});
      const options = { retention: {}, chance: () => 0 };
      try {
        await (await openStore("sqlite:" + process.argv[1], options)).close();
        console.log("opened");
      } catch (fault) {
        console.log(fault.kind + ": " + fault.message);
      }`;
    const args = ["--input-type=module", "--eval", script, directory];
    return execFileSync(process.execPath, args, { encoding: "utf8" }).trim();
  }
});

describe("a store that cannot be opened says why:", () => {
  test("its parent does not exist", async () => {
    using directory = temporaryDirectory();
    const orphan = join(directory.path, "missing", "store");

    await refuses(orphan, /missing does not exist\. Make it, or choose another --store/);
    assert.equal(existsSync(join(directory.path, "missing")), false);
  });

  test("it is a file", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "store");
    writeFileSync(file, "mine");

    await refuses(file, /it is a file, not a directory/);
    assert.equal(readFileSync(file, "utf8"), "mine");
  });

  test("the directory is read-only", async () => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o555);

    await asNobody(() =>
      refuses(directory.path, /(it is read-only|it cannot be written to)\. Let this user write to it/),
    );
    await asNobody(() =>
      refuses(join(directory.path, "new"), /it cannot be written to\. Let this user write to it/),
    );
  });

  test("the directory is read-only and has a store in it", async () => {
    using directory = temporaryDirectory();
    chmodSync(await makeStore(directory.path), 0o444);
    chmodSync(directory.path, 0o555);

    await asNobody(() =>
      refuses(directory.path, /(it is read-only|it cannot be written to)\. Let this user write to it/),
    );
    await (await open(directory.path)).close();
  });

  test("a newer Lakh wrote it, and then it is left alone", async () => {
    using directory = temporaryDirectory();
    const file = await makeStore(directory.path);
    const db = new DatabaseSync(file);
    db.exec("pragma user_version = 99");
    db.close();
    const before = readFileSync(file);

    await refuses(
      directory.path,
      /written by a newer Lakh \(data version 99, this one knows \d+\)\. Run that version/,
    );

    assert.deepEqual(readFileSync(file), before);
  });

  test("its file is something else", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "lakh.db");
    writeFileSync(file, "This is a letter to my mother, and no database at all. ".repeat(100));

    await refuses(
      directory.path,
      /lakh\.db in it is not a database\. Restore a backup, or choose another --store/,
    );
    assert.match(readFileSync(file, "utf8"), /^This is a letter/);
  });

  test("its file is damaged", async () => {
    using directory = temporaryDirectory();
    const file = await makeStore(directory.path);
    truncateSync(file, 3 * 4_096);

    await refuses(directory.path, /it is damaged\. Restore a backup/);
  });

  test("its URL is of no known kind", async () => {
    for (const url of ["", "mysql://x", "sqlite", "memory:x"]) {
      await assert.rejects(openStore(url, OPTIONS), {
        kind: "unusable",
        message: /Use sqlite:DIRECTORY or memory:/,
      });
    }
  });
});

test("a store that could be opened is durable: a write-ahead log, synced at each commit, not mapped", () => {
  using directory = temporaryDirectory();
  const db = openDatabase(join(directory.path, "new"));
  const pragmas = ["journal_mode", "synchronous", "mmap_size", "locking_mode"];

  const found = pragmas.map((pragma) => db.prepare(`pragma ${pragma}`).get()?.[pragma]);

  db.close();
  assert.deepEqual(found, ["wal", 2, 0, "exclusive"]);
});

test("a pragma that SQLite ignores is noticed, for it says nothing itself", () => {
  // In memory a write-ahead log is refused in silence: the reading back is what notices.
  const db = new DatabaseSync(":memory:");
  db.exec("pragma journal_mode = wal");
  assert.equal(db.prepare("pragma journal_mode").get()?.journal_mode, "memory");
  db.close();
});
