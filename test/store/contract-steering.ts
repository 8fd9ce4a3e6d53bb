// The contract of what operators see and steer: pauses, the oldest ready job, a job's place in line, size, deletion, and what
// is kept of progress and results.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { wordOf } from "../job/samples.ts";
import { type Engine, moveOne, reserveNext, talliesOf } from "./engine.ts";
import {
  DAY,
  data,
  idOf,
  json,
  NOW,
  nameOf,
  newJob,
  RETENTION,
  reserveBy,
  SECOND,
  WORKER,
} from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };

function testPauses(engine: Engine): void {
  const names = (list: string) => [...list].map(nameOf);

  test("pauses are kept with since when, and tell who was paused before", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    assert.deepEqual(await store.paused(), new Map());
    assert.deepEqual(await store.pause(names("ab"), NOW), names("ab"));
    assert.deepEqual(await store.pause(names("bcc"), NOW + 1), names("c"));
    assert.deepEqual(
      await store.paused(),
      new Map([
        [nameOf("a"), NOW],
        [nameOf("b"), NOW],
        [nameOf("c"), NOW + 1],
      ]),
    );
    assert.deepEqual(await store.resume(names("bxb")), names("b"));
    assert.deepEqual([...(await store.paused()).keys()], names("ac"));
    assert.deepEqual(await store.pause([], NOW), []);
  });

  if (!engine.lasts) return;
  for (const how of ["reopen", "crash"] as const) {
    test(`pauses are there after a ${how}`, async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.pause(names("ab"), NOW);
      await opened.store.resume(names("b"));
      assert.ok(opened.lasting);
      await using other = await opened.lasting[how]();

      assert.deepEqual(await other.store.paused(), new Map([[nameOf("a"), NOW]]));
    });
  }
}

function testReady(engine: Engine): void {
  test("the oldest ready job of a name is the one that has been ready longest, not the one enqueued first", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const oldest = async () => Object.fromEntries(await store.oldestReady(["mail", "sms", "no"].map(nameOf)));
    assert.deepEqual(await oldest(), {});
    await store.enqueue([
      newJob("a", { enqueuedAt: NOW, dueAt: NOW + DAY }),
      newJob("b", { enqueuedAt: NOW + 5 }),
      newJob("c", { enqueuedAt: NOW + 7, priority: 9 }),
      newJob("d", { enqueuedAt: NOW + 9, name: "sms" }),
    ]);
    assert.deepEqual(await oldest(), { mail: NOW + 5, sms: NOW + 9 });

    for (const id of ["b", "d"]) await moveOne(store, id, reserveBy(), NOW + 20);
    assert.deepEqual(await oldest(), { mail: NOW + 7 });
    await moveOne(store, "b", { move: "release", ...HELD }, NOW + 30);
    await moveOne(store, "a", { move: "run_now" }, NOW + 31);
    await moveOne(store, "c", { move: "cancel" });
    assert.deepEqual(await oldest(), { mail: NOW + 30 });
    await moveOne(store, "c", { move: "retry" }, NOW + 6);
    assert.deepEqual(await oldest(), { mail: NOW + 6 });
  });

  test("a ready job's place in line counts those of its name that go before it, up to the bound", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const priorities = [0, 5, 0, -1, 5, 0];
    await store.enqueue([
      ...priorities.map((priority, i) => newJob(`${i}`, { priority })),
      newJob("other", { name: "sms", priority: 100 }),
      newJob("waits", { priority: 100, dueAt: NOW + DAY }),
    ]);
    const ahead = (id: string, most = 99) => store.readyAhead(idOf(id), most);
    const places = await Promise.all(["0", "1", "2", "3", "4", "5", "other"].map((id) => ahead(id)));
    assert.deepEqual(places, [2, 0, 3, 5, 1, 4, 0]);

    const order = (await reserveNext(store, "mail", { jobs: 2 })).map(({ id }) => id as string);
    assert.deepEqual(order, ["1", "4"]);
    assert.deepEqual(
      await Promise.all(["3", "0", "1", "waits", "nobody"].map((id) => ahead(id))),
      [3, 0, 0, 0, 0],
    );
    assert.deepEqual([await ahead("3", 2), await ahead("3", 3), await ahead("3", 0)], [2, 3, 0]);
  });
}

function testDelete(engine: Engine): void {
  test("a deleted job is gone with all that was kept of it, whatever it was but reserved", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const ids = ["waits", "ready", "held", "done", "failed", "off"];
    await store.enqueue(
      ids.map((id) => newJob(id, { payload: data(2_000), ...(id === "waits" && { dueAt: NOW + 1 }) })),
    );
    for (const id of ["held", "done", "failed"]) await moveOne(store, id, reserveBy());
    await moveOne(store, "done", { move: "succeed", ...HELD, result: data(9) });
    await moveOne(store, "failed", { move: "fail", ...HELD, final: true });
    await moveOne(store, "off", { move: "cancel" });

    const moves = ids.map((id) => ({ id: idOf(id), move: { move: "delete" } as const }));
    const { outcomes } = await store.change({ select: "ids", moves }, NOW);

    assert.deepEqual(
      outcomes.map(({ decision }) => wordOf(decision)),
      ["forgotten", "forgotten", "refused:reserved", "forgotten", "forgotten", "forgotten"],
    );
    assert.deepEqual(await talliesOf(store), { mail: { reserved: 1 } });
    await store.enqueue(ids.map((id) => newJob(id)));
    for (const id of ids) if (id !== "held") assert.deepEqual((await store.get(idOf(id)))?.history, []);
  });
}

function testKept(engine: Engine): void {
  test("progress is of one attempt: an attempt's record keeps it, and the next begins without", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.enqueue([newJob("a", { retry: { maxRetries: 3, backoff: { by: "fixed", delayMs: 0 } } })]);
    await moveOne(store, "a", reserveBy());
    const progress = { fraction: 0.25, text: "a quarter" };
    await moveOne(store, "a", { move: "extend", ...HELD, progress });
    await moveOne(store, "a", { move: "fail", ...HELD, error: { class: "E", message: "m", stack: "s" } });
    assert.deepEqual((await store.get(idOf("a")))?.history[0]?.progress, progress);
    await moveOne(store, "a", { move: "run_now" });
    await moveOne(store, "a", reserveBy());
    assert.equal((await store.peek(idOf("a")))?.progress, undefined);
    await moveOne(store, "a", { move: "release", by: WORKER, attempt: 2 });

    const { job, history } = (await store.get(idOf("a"))) ?? {};
    assert.deepEqual(
      history?.map((record) => record.progress),
      [progress, undefined],
    );
    assert.deepEqual([job?.lastError?.class, job?.lastError?.line], ["E", "m"]);
  });

  test("a job that says how long it is kept after its success is kept so long, and longer or shorter than others", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const kept = { short: 5 * SECOND, long: 3 * DAY, none: 0, plain: undefined };
    for (const [id, keepResultMs] of Object.entries(kept)) {
      await store.enqueue([newJob(id, keepResultMs === undefined ? {} : { keepResultMs })]);
      await moveOne(store, id, reserveBy());
      await moveOne(store, id, { move: "succeed", ...HELD, result: json("1") });
    }
    assert.equal(await store.get(idOf("none")), undefined);
    const there = async (now: number) => {
      await store.change({ select: "due", jobsMax: 9 }, now);
      const found = await Promise.all(
        Object.keys(kept).map(async (id) => ((await store.peek(idOf(id))) ? id : [])),
      );
      return found.flat();
    };
    assert.deepEqual(await there(NOW + 5 * SECOND - 1), ["short", "long", "plain"]);
    assert.deepEqual(await there(NOW + 5 * SECOND), ["long", "plain"]);
    assert.deepEqual(await there(NOW + DAY), ["long"]);
    assert.deepEqual(await there(NOW + 3 * DAY), []);
  });

  test("since when a job is as it is, and when its delivery began, are kept", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.enqueue([newJob("a", { dueAt: NOW + DAY })]);
    const state = async () => (await store.peek(idOf("a")))?.state;
    assert.deepEqual(await state(), { is: "scheduled", since: NOW, dueAt: NOW + DAY });
    await store.change({ select: "due", jobsMax: 1 }, NOW + DAY + 5);
    assert.deepEqual(await state(), { is: "ready", since: NOW + DAY + 5 });
    await moveOne(store, "a", reserveBy(), NOW + DAY + 6);
    await moveOne(store, "a", { move: "succeed", ...HELD }, NOW + DAY + 9);
    const ended = { finishedAt: NOW + DAY + 9, startedAt: NOW + DAY + 6, by: WORKER };
    assert.deepEqual(await state(), { is: "succeeded", ...ended });
  });
}

function testSize(engine: Engine): void {
  test("its size grows with what is stored", async () => {
    await using opened = await engine.open(OPTIONS);
    const before = await opened.store.size();
    await opened.store.enqueue(
      Array.from({ length: 20 }, (_, i) => newJob(`${i}`, { payload: data(50_000) })),
    );

    const after = await opened.store.size();

    assert.ok(
      before > 0 && after > before + 900_000 && after < before + 4_000_000,
      `${before}, then ${after}`,
    );
  });

  test("peek is the job of get, without its result", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    assert.equal(await store.peek(idOf("nobody")), undefined);
    await store.enqueue([newJob("a", { uniqueKey: "k", keepResultMs: 5, labels: { a: "b" } })]);
    assert.deepEqual(await store.peek(idOf("a")), (await store.get(idOf("a")))?.job);
    await moveOne(store, "a", reserveBy());
    await moveOne(store, "a", { move: "succeed", ...HELD, result: json("1") });
    assert.equal(await hasResult(store, "peek"), false);
    assert.equal(await hasResult(store, "get"), true);
  });
}

async function hasResult(store: Store, by: "peek" | "get"): Promise<boolean> {
  const job = by === "peek" ? await store.peek(idOf("a")) : (await store.get(idOf("a")))?.job;
  assert.ok(job?.state.is === "succeeded");
  return job.state.result !== undefined;
}

export function testSteering(engine: Engine): void {
  describe("what operators see and steer:", () => {
    testPauses(engine);
    testReady(engine);
    testDelete(engine);
    testKept(engine);
    testSize(engine);
  });
}
