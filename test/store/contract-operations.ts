// The contract of operations: every candidate is looked at once, those that match are changed as the rules decide, what comes
// later is left alone, and a batch and its counts are one.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BulkMove } from "../../src/job/bulk.ts";
import type { JobFilter } from "../../src/job/filter.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { decide } from "../../src/job/moves.ts";
import { expectGroups } from "./contract-groups.ts";
import { type Engine, moveOne, talliesOf } from "./engine.ts";
import { populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { DAY, idOf, NOW, nameOf, newJob, RETENTION } from "./new-jobs.ts";
import {
  carryOn,
  checkLatecomers,
  checkOperation,
  checkRefused,
  idOfOperation,
  LATER,
  matching,
  planOf,
} from "./operation-checks.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

const MOVES: readonly BulkMove[] = [
  { move: "retry" },
  { move: "retry", spreadMs: DAY },
  { move: "run_now" },
  { move: "cancel" },
  { move: "delete" },
];

function testKinds(engine: Engine): void {
  for (const move of MOVES) {
    test(`${move.move}${"spreadMs" in move ? ", spread," : ""} is done to every job that it may change`, () =>
      checkOperation(engine, move, {}));
  }

  const filters: Readonly<Record<string, JobFilter>> = {
    "names and prefixes": { names: [nameOf("sms")], namePrefixes: ["mail"] },
    "unique keys": { uniqueKeys: ["k0", "k1", "k2"] },
    ids: { ids: Array.from({ length: 40 }, (_, i) => idOf(`job-${i % 3}-${i}`)) },
    "payload text": { payloadText: "bob" },
    "an exclusion": { exclude: [{ names: [nameOf("mail")] }, { labels: { tenant: "1" } }] },
  };
  for (const [what, filter] of Object.entries(filters)) {
    test(`is done to those of ${what}, and to no other`, async () => {
      for (const move of [MOVES[0], MOVES[3], MOVES[4]]) if (move) await checkOperation(engine, move, filter);
    });
  }

  test("is done to the members of a group of errors", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await populateMixed(store, 150, seeded(11));
    const { groups } = await store.groups({ as: "dead", order: "largest", groupsMax: 1 });
    const [largest] = groups;
    assert.ok(largest && largest.jobs > 1);

    await checkOperation(engine, { move: "retry" }, { errorGroup: largest.group });
    await checkOperation(engine, { move: "delete" }, { errorGroup: largest.group });
  });

  test("decides as the rules do", async () => {
    await using opened = await engine.open(OPTIONS);
    await populateMixed(opened.store, 60, seeded(2));
    const before = await scan(opened.store);
    await opened.store.begin(planOf({ move: "cancel" }));

    const { outcomes } = await carryOn(opened.store, { jobsMax: 1_000, searchMax: 1_000 });

    for (const { id, was, decision } of outcomes) {
      const job = before.find((one) => one.job.id === id)?.job;
      assert.ok(job);
      assert.deepEqual(was, job);
      assert.deepEqual(
        decision,
        decide(job, { move: "cancel" }, { now: LATER + 1, ...OPTIONS, chance: 0.5 }),
      );
    }
  });
}

function testCourse(engine: Engine): void {
  test("leaves alone what comes later, and ends all the same", () => checkLatecomers(engine));

  test("skips what the rules refuse, and counts it", () => checkRefused(engine));

  test("leaves alone what moved meanwhile", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.enqueue(["a", "b", "c", "d"].map((id) => newJob(id, { dueAt: NOW + DAY })));
    await store.begin(planOf({ move: "cancel" }));
    await moveOne(store, "b", { move: "run_now" }, LATER + 1);
    await moveOne(store, "c", { move: "delete" }, LATER + 1);

    const { operation } = await carryOn(store, { jobsMax: 1 });

    assert.equal(operation.changed, 2);
    assert.deepEqual(await talliesOf(store), { mail: { ready: 1, cancelled: 2 } });
  });

  test("that is stopped does nothing more, and says how far it came", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.enqueue(Array.from({ length: 20 }, (_, i) => newJob(`${i}`)));
    await store.begin(planOf({ move: "delete" }));
    const batch = {
      select: "operation",
      id: idOfOperation("operation"),
      jobsMax: 8,
      searchMax: 100,
    } as const;
    await store.change(batch, LATER);

    const stopped = await store.stopOperation(batch.id, LATER + 5);

    const { state, changed, finishedAt } = stopped ?? {};
    assert.deepEqual([state, changed, finishedAt], ["stopped", 8, LATER + 5]);
    assert.deepEqual(await store.change(batch, LATER), { outcomes: [], more: false, operation: stopped });
    assert.deepEqual(await store.stopOperation(batch.id, LATER + 9), stopped, "stopped once is stopped");
    assert.deepEqual(await talliesOf(store), { mail: { ready: 12 } });
  });

  test("that there is not does nothing and is nothing", async () => {
    await using opened = await engine.open(OPTIONS);
    const nobody = idOfOperation("nobody");
    const batch = { select: "operation", id: nobody, jobsMax: 8, searchMax: 100 } as const;
    const changed = await opened.store.change(batch, NOW);
    assert.deepEqual(changed, { outcomes: [], more: false, operation: undefined });
    assert.equal(await opened.store.stopOperation(nobody, NOW), undefined);
  });
}

function testKeeping(engine: Engine): void {
  test("are listed the newest first; begun twice is begun once", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const plans = ["a", "b", "c"].map((id) => planOf({ move: "delete" }, { names: [nameOf(id)] }, id));
    for (const plan of plans) await store.begin(plan);
    const { operation } = await carryOn(store, { id: "b" });
    assert.deepEqual(await store.begin(plans[1] ?? planOf({ move: "delete" })), operation);

    const all = await store.operations();

    assert.deepEqual(
      all.map(({ id, state }) => [id as string, state]),
      [
        ["c", "running"],
        ["b", "done"],
        ["a", "running"],
      ],
    );
    assert.deepEqual(all[1], operation);
  });

  test("are kept as long as they run; of those that have ended the newest are", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const most = LIMITS.operationsKeptMax;
    await store.begin(planOf({ move: "delete" }, {}, "first"));
    for (let i = 0; i < most + 3; i++) {
      await store.begin(planOf({ move: "delete" }, {}, `${i}`));
      if (i % 2) await store.stopOperation(idOfOperation(`${i}`), LATER + i);
      else
        await store.change(
          { select: "operation", id: idOfOperation(`${i}`), jobsMax: 1, searchMax: 1 },
          LATER + i,
        );
    }

    const kept = (await store.operations()).map(({ id }) => id as string);
    assert.deepEqual(kept, [...Array.from({ length: most }, (_, i) => `${most + 2 - i}`), "first"]);
    const ended = await store.stopOperation(idOfOperation("first"), LATER + 2 * most);
    assert.equal(ended?.state, "stopped");
    assert.equal((await store.operations()).at(-1)?.id, "first");
  });

  if (!engine.lasts) return;
  for (const how of ["reopen", "crash"] as const) {
    test(`go on over a ${how} in the middle, and count every job once`, async () => {
      await using opened = await engine.open(OPTIONS);
      await populateMixed(opened.store, 150, seeded(4));
      const wanted = matching(await scan(opened.store), planOf({ move: "retry" }).candidates).length;
      await opened.store.begin(planOf({ move: "retry" }));
      const batch = {
        select: "operation",
        id: idOfOperation("operation"),
        jobsMax: 6,
        searchMax: 15,
      } as const;
      await opened.store.change(batch, LATER);
      const { operation: before } = await opened.store.change(batch, LATER);
      assert.ok(opened.lasting && before && before.changed > 0 && before.changed < wanted);
      await using other = await opened.lasting[how]();

      assert.deepEqual(await other.store.operations(), [before]);
      const { operation } = await carryOn(other.store);
      assert.equal(operation.changed + operation.skipped, wanted);
      await expectGroups(other.store);
    });
  }
}

export function testOperations(engine: Engine): void {
  describe("an operation", () => {
    testKinds(engine);
    testCourse(engine);
  });
  describe("operations", () => {
    testKeeping(engine);
  });
}
