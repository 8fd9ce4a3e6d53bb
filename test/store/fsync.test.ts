// D8 and D4 at the system calls: every commit is synced before it is acknowledged, and after a sync that failed nothing
// is acknowledged any more. failed-write.test.ts is D4 where there is no strace.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Ended, expectSound, judge, runLoad } from "./crash-cycle.ts";
import type { CrashPlan } from "./crash-load.ts";
import { temporaryDirectory } from "./sqlite-engine.ts";
import { strace, straceMissing } from "./strace.ts";

interface Traced extends Ended {
  /** One line for each sync and each write, in the order in which they returned. */
  readonly calls: readonly string[];
  readonly store: string;
}

async function trace(
  directory: string,
  plan: Omit<CrashPlan, "directory">,
  inject: readonly string[] = [],
): Promise<Traced> {
  const [store, log] = [join(directory, "store"), join(directory, "trace")];
  const options = ["-y", "-s", "64", "-o", log, "-e", "trace=fsync,fdatasync,write,mkdir", ...inject];
  const ended = await runLoad({ directory: store, ...plan }, strace(options));
  return { ...ended, calls: readFileSync(log, "utf8").split("\n"), store };
}

const isSync = (call: string) => /\b(fsync|fdatasync)\(/.test(call);
const isAck = (call: string) => /\bwrite\(1<.*>, "ack /.test(call);
const isInjected = (call: string) => call.includes("(INJECTED)");

/** Groups of jobs that were acknowledged, and how many of them no sync of the log came before. */
function unsynced(calls: readonly string[]): { groups: number; unsynced: number } {
  const counts = { groups: 0, unsynced: 0 };
  let synced = false;
  let acking = false;
  for (const call of calls) {
    if (isSync(call) && /-wal>\) += 0/.test(call)) synced = true;
    if (isAck(call) && !acking) {
      counts.groups++;
      if (!synced) counts.unsynced++;
      synced = false;
    }
    if (isAck(call) || isSync(call)) acking = isAck(call);
    if (/write\(1<.*>, "try /.test(call)) acking = false;
  }
  return counts;
}

test("D8: each group of jobs is acknowledged after a sync of the log of its own", async (t) => {
  if (straceMissing) return t.skip(straceMissing);
  using directory = temporaryDirectory();

  const { calls, code, errors } = await trace(directory.path, { rounds: 40 });

  assert.equal(code, 0, errors);
  const syncs = calls.filter((call) => isSync(call) && call.includes("-wal>")).length;
  t.diagnostic(`${syncs} syncs of the log, ${unsynced(calls).groups} groups acknowledged`);
  assert.deepEqual(unsynced(calls), { groups: 40, unsynced: 0 });
  assert.ok(syncs >= 40);
});

// A directory is in its parent only when that was synced. Without it a power cut soon after the first start may take
// the whole store, with all that was acknowledged.
test("D8: a directory that is made for the store is synced into its parent before anything is acknowledged", async (t) => {
  if (straceMissing) return t.skip(straceMissing);
  using directory = temporaryDirectory();

  const { calls, store } = await trace(directory.path, { rounds: 1 });

  const made = calls.findIndex((call) => call.includes(`mkdir("${store}"`));
  const synced = calls.findIndex(
    (call, i) => i > made && isSync(call) && call.includes(`<${directory.path}>`),
  );
  assert.ok(made >= 0, "no directory was made");
  assert.ok(synced >= 0 && synced < calls.findIndex(isAck), "its parent was not synced");
});

test("D8 catches the mutant: skip fsync (synchronous = OFF)", async (t) => {
  if (straceMissing) return t.skip(straceMissing);
  using directory = temporaryDirectory();

  const { calls, code } = await trace(directory.path, { rounds: 40, mutant: "synchronous off" });

  assert.equal(code, 0);
  assert.ok(unsynced(calls).unsynced > 30, JSON.stringify(unsynced(calls)));
});

/** Makes the nth sync fail, and says how many jobs were acknowledged after it. */
async function failSync(nth: number, mutant?: CrashPlan["mutant"]) {
  using directory = temporaryDirectory();
  const inject = ["-e", `inject=fsync,fdatasync:error=EIO:when=${nth}`];
  const { calls, store, ...ended } = await trace(
    directory.path,
    { rounds: 30, ...(mutant && { mutant }) },
    inject,
  );

  const failed = calls.findIndex(isInjected);
  assert.ok(failed >= 0, `no fault was injected at sync ${nth}`);
  const before = calls.slice(0, failed).filter(isAck).length;
  const after = calls.slice(failed).filter(isAck).length;
  // SQLite syncs the directory when it has made a file in it, and does not mind when that fails.
  const ofDirectory = calls[failed]?.includes(`<${store}>`) ?? false;
  return { ...ended, before, after, ofDirectory, verdict: await judge(store, ended.ledger) };
}

test("D4: after the nth sync failed nothing is acknowledged, the process ends non-zero, and nothing is lost", async (t) => {
  if (straceMissing) return t.skip(straceMissing);
  let [faults, acked] = [0, 0];
  for (let nth = 1; faults < 20; nth++) {
    const { before, after, ofDirectory, code, verdict } = await failSync(nth);
    expectSound(verdict, `sync ${nth}`);
    if (ofDirectory) continue;

    assert.equal(after, 0, `${after} acknowledged after sync ${nth} failed`);
    assert.ok(code !== null && code !== 0, `sync ${nth} failed and the process ended with ${code}`);
    faults++;
    acked += before;
  }
  t.diagnostic(`${faults} faults injected, ${acked} jobs acknowledged before them, 0 after`);
  assert.ok(acked > 0);
});

test("D4 catches the mutant: go on after a failed fsync", async (t) => {
  if (straceMissing) return t.skip(straceMissing);

  const { after } = await failSync(20, "go on after a failure");

  assert.ok(after > 0);
});
