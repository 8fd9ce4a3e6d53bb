// D4 without strace: the engine is given the error of node:sqlite for a failed sync or write at its failpoints. That
// SQLite really throws it is shown by fsync.test.ts.
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { SQLITE } from "../../src/store/sqlite/database.ts";
import type { Failpoint, Point } from "../../src/store/sqlite/failpoint.ts";
import type { SqliteOptions } from "../../src/store/sqlite/sqlite-store.ts";
import { type Store, StoreFault } from "../../src/store/store.ts";
import { expectGroups } from "./contract-groups.ts";
import { goOnAfterFailure } from "./durability-mutants.ts";
import { moveOne, talliesOf } from "./engine.ts";
import { countAll, populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { idOf, newJob, RETENTION } from "./new-jobs.ts";
import { carryOn, idOfOperation, LATER, planOf } from "./operation-checks.ts";
import { openWithConnection, temporaryDirectory } from "./sqlite-engine.ts";

/** SQLITE_IOERR_FSYNC, SQLITE_IOERR_WRITE, and one that nobody thought of. */
const FAULTS = { "a failed fsync": 1_034, "a failed write": 778, "an unknown fault": 9_999 } as const;

function ioError(errcode: number): Error {
  return Object.assign(new Error("disk I/O error"), {
    code: "ERR_SQLITE_ERROR",
    errcode,
    errstr: "disk I/O error",
  });
}

/** Fails once: at the nth commit. */
function failing(at: Point, nth: number, errcode: number): { failpoint: Failpoint; injected: () => number } {
  let [passed, injected] = [0, 0];
  const failpoint: Failpoint = (point) => {
    if (point !== at || ++passed !== nth) return;
    injected++;
    throw ioError(errcode);
  };
  return { failpoint, injected: () => injected };
}

/** Enqueues 30 groups of two calls, and returns the ids that were acknowledged, and how many groups were after a fault. */
async function load(store: Store): Promise<{ acked: string[]; after: number }> {
  const acked: string[] = [];
  let [failed, after] = [false, 0];
  for (let round = 0; round < 30; round++) {
    const ids = [`${round}-a`, `${round}-b`];
    const answers = await Promise.allSettled(ids.map((id) => store.enqueue([newJob(id)])));
    const stored = ids.filter((_, i) => answers[i]?.status === "fulfilled");
    acked.push(...stored);
    if (stored.length < ids.length) failed = true;
    else if (failed) after++;
  }
  return { acked, after };
}

describe("after a commit that failed", () => {
  for (const [fault, errcode] of Object.entries(FAULTS)) {
    for (const at of ["before_commit", "after_commit"] as const) {
      test(`(${fault}, ${at}) nothing is acknowledged, 20 times`, async () => {
        let injections = 0;
        for (let nth = 1; nth <= 20; nth++) {
          using directory = temporaryDirectory();
          const { failpoint, injected } = failing(at, nth, errcode);
          const options: SqliteOptions = { retention: RETENTION, chance: () => 0.5, failpoint };
          const { store, db } = openWithConnection(join(directory.path, "store"), options);

          const { acked } = await load(store);

          injections += injected();
          assert.equal(acked.length, (nth - 1) * 2, `at commit ${nth}`);
          if (nth === 20) await expectEnded(store);
          db.close();
          await expectStored(join(directory.path, "store"), acked);
        }
        assert.equal(injections, 20, "a fault was not injected");
      });
    }
  }

  /** Says so once to whoever watches, and to every call. */
  async function expectEnded(store: Store): Promise<void> {
    const fault = await store.failed;
    assert.ok(fault instanceof StoreFault && fault.kind === "failed");
    assert.ok(fault.cause instanceof Error);
    for (const call of [
      () => store.enqueue([newJob("late")]),
      () => moveOne(store, "0-a", { move: "cancel" }),
      () => store.get(idOf("0-a")),
      () => store.tallies(),
    ]) {
      await assert.rejects(call, { name: "StoreFault", kind: "failed" });
    }
  }

  /** What was acknowledged is there; of the group whose commit failed both jobs or none. */
  async function expectStored(directory: string, acked: readonly string[]): Promise<void> {
    const store = await openStore(`sqlite:${directory}`, { retention: RETENTION, chance: () => 0.5 });
    for (const id of acked) assert.ok(await store.get(idOf(id)), `${id} is lost`);
    const ready = (await talliesOf(store)).mail?.ready ?? 0;
    assert.ok(
      ready === acked.length || ready === acked.length + 2,
      `${ready} stored, ${acked.length} acknowledged`,
    );
    await store.close();
  }
});

test("a store that failed can be closed, and then its directory opened by the same process", async () => {
  using directory = temporaryDirectory();
  const options = { retention: RETENTION, chance: () => 0.5 };
  const { failpoint } = failing("before_commit", 2, FAULTS["a failed fsync"]);
  const store = await openStore(`sqlite:${directory.path}`, { ...options, failpoint });
  await store.enqueue([newJob("a")]);
  await assert.rejects(store.enqueue([newJob("b")]), { kind: "failed" });

  await store.close();

  const again = await openStore(`sqlite:${directory.path}`, options);
  assert.deepEqual(await talliesOf(again), { mail: { ready: 1 } });
  await again.close();
});

test("it catches the mutant: go on after a failed fsync", async () => {
  using directory = temporaryDirectory();
  const { failpoint, injected } = failing("before_commit", 5, FAULTS["a failed fsync"]);
  const options: SqliteOptions = { retention: RETENTION, chance: () => 0.5, failpoint };
  const { db } = openWithConnection(directory.path, options);
  const mutant = goOnAfterFailure(db, options);

  const { acked } = await load(mutant);

  assert.equal(injected(), 1);
  assert.ok(acked.length > 8, "the mutant stopped, as the engine does");
  db.close();
});

test("a batch of an operation that finds the disk full leaves jobs, counts and groups as they were, and comes again", async () => {
  let armed: Failpoint = () => {};
  const failpoint: Failpoint = (point) => armed(point);
  const options: SqliteOptions = { retention: RETENTION, chance: () => 0.5, failpoint };
  const { store, db } = openWithConnection(":memory:", options);
  await populateMixed(store, 30, seeded(3));
  const { failpoint: full, injected } = failing("before_commit", 4, SQLITE.FULL);
  armed = full;
  await store.begin(planOf({ move: "delete" }));
  const all = async () => ({ jobs: await scan(store), operations: await store.operations() });
  const batch = { select: "operation", id: idOfOperation("operation"), jobsMax: 2, searchMax: 2 } as const;
  let [batches, before] = [0, await all()];
  while (injected() === 0) {
    try {
      before = await all();
      await store.change(batch, LATER);
      batches++;
    } catch (fault) {
      assert.ok(fault instanceof StoreFault && fault.kind === "full");
    }
  }

  assert.deepEqual(await all(), before);
  await expectGroups(store);
  const { operation } = await carryOn(store, { jobsMax: 2 });
  assert.equal(operation.changed, (operation.searched ?? 0) - operation.skipped);
  assert.deepEqual(await talliesOf(store), countAll((await scan(store)).map(({ job }) => job)));
  assert.ok(batches > 0, "the fault came before the operation had done anything");
  db.close();
});
