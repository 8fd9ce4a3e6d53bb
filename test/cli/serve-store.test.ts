// `lakh serve` with a store that cannot be opened: the process ends non-zero, and stderr says in one sentence which
// directory it is, what is wrong with it and what to do. No stack. What the engine alone says: sqlite-open.test.ts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { RETENTION } from "../store/new-jobs.ts";
import { temporaryDirectory } from "../store/sqlite-engine.ts";
import { type CliEnd, startCli } from "./run-cli.ts";

const CANNOT_MOUNT = "NOT RUN: only root (with CAP_SYS_ADMIN) may mount a small tmpfs";
const STACK = /\n\s+at |node:internal|\.ts:\d/;

function serve(store: string): Promise<CliEnd> {
  return startCli(["serve", "--listen", "127.0.0.1:0", "--store", store]).end;
}

function expectRefused({ code, out, err }: CliEnd, store: string, words: RegExp): void {
  assert.deepEqual([code, out], [1, ""], err);
  assert.equal(err.trimEnd().split("\n").length, 1, `one line: ${err}`);
  assert.ok(err.includes(store), `names the directory: ${err}`);
  assert.match(err, words);
  assert.doesNotMatch(err, STACK);
}

async function refuses(store: string, words: RegExp): Promise<void> {
  expectRefused(await serve(store), store, words);
}

/** A file system of its own in the directory, as long as the scope; `undefined` where this may not be had. */
function mountIn(directory: string, options: string): (Disposable & { readonly path: string }) | undefined {
  const path = join(directory, "disk");
  mkdirSync(path);
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", options, "lakh-test", path]);
  if (mount.status !== 0) return undefined;

  return { path, [Symbol.dispose]: () => assert.equal(spawnSync("umount", [path]).status, 0) };
}

async function makeStore(directory: string): Promise<string> {
  await (await openStore(`sqlite:${directory}`, { retention: RETENTION, chance: () => 0.5 })).close();
  return join(directory, "lakh.db");
}

describe("a server whose store cannot be opened says so and ends:", { concurrency: 2 }, () => {
  test("the directory's parent is missing", async () => {
    using directory = temporaryDirectory();
    await refuses(
      join(directory.path, "missing", "data"),
      /missing does not exist\. Make it, or choose another/,
    );
  });

  test("it is a file", async () => {
    using directory = temporaryDirectory();
    const file = join(directory.path, "data");
    writeFileSync(file, "mine");
    await refuses(file, /it is a file, not a directory\. Choose another --store/);
  });

  test("a newer Lakh wrote it", async () => {
    using directory = temporaryDirectory();
    const db = new DatabaseSync(await makeStore(directory.path));
    db.exec("pragma user_version = 99");
    db.close();
    await refuses(directory.path, /written by a newer Lakh .*Run that version/);
  });

  test("its file is no database", async () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, "lakh.db"), "A letter to my mother. ".repeat(500));
    await refuses(directory.path, /is not a database\. Restore a backup, or choose another --store/);
  });

  test("it is read-only", async (t) => {
    const words = /it (is read-only|cannot be written to)\. Let this user write to it, or choose another/;
    using directory = temporaryDirectory();
    if (process.geteuid?.() !== 0) {
      chmodSync(directory.path, 0o555);
      return refuses(directory.path, words);
    }
    // Permissions do not stop root, a file system that is read-only does.
    using disk = mountIn(directory.path, "ro,size=1m");
    if (!disk) return t.skip(CANNOT_MOUNT);
    await refuses(disk.path, words);
  });

  test("its disk is full", async (t) => {
    using directory = temporaryDirectory();
    using disk = mountIn(directory.path, "size=16k");
    if (!disk) return t.skip(CANNOT_MOUNT);
    await refuses(join(disk.path, "data"), /the disk is full\. Make room, then start again/);
  });

  test("control: a stack, a second line and a missing directory are seen", () => {
    const end = { code: 1, out: "", err: "cannot open /data: it is a file. Choose another.\n" };
    expectRefused(end, "/data", /file/);
    const wrong: readonly Partial<CliEnd>[] = [
      { code: 0 },
      { err: "cannot open: it is a file.\n" },
      { err: `${end.err}    at open (node:fs:1)\n` },
      { err: `${end.err}and more of /data\n` },
    ];
    for (const one of wrong) assert.throws(() => expectRefused({ ...end, ...one }, "/data", /file/));
  });
});
