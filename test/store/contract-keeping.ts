// The contract of keeping: what was acknowledged is there after a close and after a crash, calls that arrive together
// are answered each for itself, and a closed store says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { type Engine, idsOf, type Lasting, moveOne, type Opened, reserveNext, talliesOf } from "./engine.ts";
import { DAY, data, idOf, NOW, nameOf, newJob, RETENTION, reserveBy, SECOND, WORKER } from "./new-jobs.ts";
import { idOfOperation, planOf } from "./operation-checks.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };
const IDS = ["waits", "held", "gone", "done", "failed", "off", "large", "retried"];

async function populate(store: Store): Promise<void> {
  await store.enqueue(IDS.slice(1).map((id) => newJob(id, { priority: 2, labels: { of: id } })));
  await reserveNext(store);
  await moveOne(store, "gone", { move: "disconnect", ...HELD, graceMs: SECOND });
  await moveOne(store, "done", { move: "succeed", ...HELD, result: data(2_000) });
  await moveOne(store, "failed", { move: "fail", ...HELD, final: true });
  await moveOne(store, "off", { move: "cancel" });
  await moveOne(store, "retried", { move: "fail", ...HELD, error: { class: "E", message: "m", stack: "s" } });
  await store.enqueue([
    newJob("waits", { dueAt: NOW + 100 * 365 * DAY }),
    newJob("large-one", { payload: data(1 << 20) }),
  ]);
}

async function all(store: Store) {
  const jobs = [];
  for (const id of [...IDS, "large-one"]) jobs.push(await store.get(idOf(id)));
  return {
    jobs,
    tallies: await talliesOf(store),
    next: await store.nextDeadline(),
    dead: await store.newestDead(1 << 20),
  };
}

function testLasting(engine: Engine): void {
  for (const how of ["reopen", "crash"] as const) {
    test(`after a ${how} everything is as it was, and goes on`, async () => {
      await using opened = await engine.open(OPTIONS);
      await populate(opened.store);
      const before = await all(opened.store);

      await using other = await lastingOf(opened)[how]();

      assert.deepEqual(await all(other.store), before);
      await other.store.enqueue([newJob("new", { priority: 2 })]);
      assert.deepEqual(idsOf(await reserveNext(other.store)), ["new", "large-one"]);
    });
  }

  test("a longer retention holds for jobs that finished under a shorter one", async () => {
    await using opened = await engine.open(OPTIONS);
    await opened.store.enqueue([newJob("a")]);
    await moveOne(opened.store, "a", { move: "cancel" });

    const longer = { ...RETENTION, cancelled: 3 * DAY };
    await using other = await lastingOf(opened).reopen({ ...OPTIONS, retention: longer });
    const early = await other.store.change({ select: "due", jobsMax: 9 }, NOW + DAY);

    assert.ok(early.outcomes.every(({ decision }) => "refused" in decision));
    assert.equal(await other.store.nextDeadline(), NOW + 3 * DAY);
    await other.store.change({ select: "due", jobsMax: 9 }, NOW + 3 * DAY);
    assert.equal(await other.store.get(idOf("a")), undefined);
  });
}

function lastingOf({ lasting }: Opened): Lasting {
  assert.ok(lasting, "an engine that lasts opens stores that do");
  return lasting;
}

export function testKeeping(engine: Engine): void {
  if (engine.lasts) testLasting(engine);

  describe("calls that arrive together", () => {
    test("are answered each for itself, refusals and duplicates among them", async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      await store.enqueue([newJob("old")]);

      const [duplicate, refused, fresh, reserved, moved] = await Promise.all([
        store.enqueue([newJob("old")]),
        moveOne(store, "nobody", { move: "cancel" }),
        store.enqueue([newJob("new", { priority: 1 })]),
        reserveNext(store, "mail"),
        moveOne(store, "new", { move: "succeed", ...HELD }),
      ]);

      assert.deepEqual([duplicate[0]?.duplicate, fresh[0]?.duplicate], [true, false]);
      assert.deepEqual(refused.decision, { refused: "not_found" });
      assert.deepEqual(idsOf(reserved), ["new", "old"]);
      assert.ok(!("refused" in moved.decision));
    });

    test("are all answered by a close that comes with them", async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      const calls = [store.enqueue([newJob("a")]), store.enqueue([newJob("b")])];

      await store.close();

      for (const [answer] of await Promise.all(calls)) assert.equal(answer?.duplicate, false);
    });
  });

  test("every call to a closed store rejects with the fault `closed`, and closing again is harmless", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.close();
    await store.close();

    const calls: (() => Promise<unknown>)[] = [
      () => store.enqueue([newJob("a")]),
      () => moveOne(store, "a", reserveBy()),
      () => store.get(idOf("a")),
      () => store.newestDead(1),
      () => store.peek(idOf("a")),
      () => store.search({ filter: {}, order: "newest", jobsMax: 1, searchMax: 1 }),
      () => store.candidates({}),
      () => store.groups({ as: "dead", order: "largest", groupsMax: 1 }),
      () => store.nextDeadline(),
      () => store.tallies(),
      () => store.oldestReady([]),
      () => store.readyAhead(idOf("a"), 1),
      () => store.size(),
      () => store.pause([nameOf("a")], NOW),
      () => store.resume([nameOf("a")]),
      () => store.paused(),
      () => store.begin(planOf({ move: "delete" })),
      () => store.operations(),
      () => store.stopOperation(idOfOperation("a"), NOW),
      () => store.standings(),
      () => store.writeHistory({ closed: [], open: [], owners: [] }),
      () => store.historyCells(0, { stepMs: 1, size: 1 }, { from: 0, until: 1 }),
      () => store.keptHistory(),
      () => store.recordStart({ at: NOW, version: "1" }),
      () => store.starts({ from: 0, until: 1 }),
      () => store.dues({ from: 0, until: 1, stepMs: 1, entriesMax: 1 }),
    ];
    for (const call of calls) await assert.rejects(call, { name: "StoreFault", kind: "closed" });
  });
}
