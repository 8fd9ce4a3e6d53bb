// The contract of reading: one job, the newest dead, the next deadline, and counts that are exact.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Store } from "../../src/store/store.ts";
import { type Engine, moveOne, reserveNext, talliesOf } from "./engine.ts";
import { DAY, data, idOf, NOW, newJob, RETENTION, SECOND, WORKER } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };

async function kill(store: Store, ids: readonly string[], now = NOW): Promise<void> {
  for (const [i, id] of ids.entries()) {
    await moveOne(store, id, { move: "fail", ...HELD, final: true }, now + i);
  }
}

/** Jobs in every state, and what of each there is. */
async function populate(store: Store): Promise<Record<string, string>> {
  const states = ["scheduled", "ready", "reserved", "succeeded", "dead", "cancelled"];
  const expected: Record<string, string> = {};
  for (let i = 0; i < 60; i++) {
    const is = states[(i * 5) % 6] ?? "";
    const [id, name] = [`${i}`, `name-${i % 4}`];
    expected[id] = `${name} ${is}`;
    await store.enqueue([newJob(id, { name, ...(is === "scheduled" && { dueAt: NOW + DAY }) })]);
    if (["reserved", "succeeded", "dead"].includes(is))
      await moveOne(store, id, { move: "reserve", by: WORKER, stream: true });
    if (is === "succeeded") await moveOne(store, id, { move: "succeed", ...HELD });
    if (is === "dead") await moveOne(store, id, { move: "fail", ...HELD, final: true });
    if (is === "cancelled") await moveOne(store, id, { move: "cancel" });
  }
  return expected;
}

export function testReading(engine: Engine): void {
  test("get of an unknown id is undefined", async () => {
    await using opened = await engine.open(OPTIONS);
    assert.equal(await opened.store.get(idOf("nobody")), undefined);
  });

  describe("the newest dead", () => {
    test("come newest first, with their payload and history, and no others", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue(["a", "b", "c", "alive", "done"].map((id) => newJob(id)));
      await reserveNext(opened.store);
      await moveOne(opened.store, "done", { move: "succeed", ...HELD });
      await kill(opened.store, ["b", "a", "c"]);

      const dead = await opened.store.newestDead(1 << 20);

      assert.deepEqual(
        dead.map(({ job }) => job.id as string),
        ["c", "a", "b"],
      );
      assert.deepEqual(dead[0], await opened.store.get(idOf("c")));
    });

    test("end before their payloads exceed the bytes asked for", async () => {
      await using opened = await engine.open(OPTIONS);
      const jobs = [
        newJob("a", { payload: data(1_000) }),
        newJob("b", { payload: data(3_000) }),
        newJob("c", { payload: data(100) }),
      ];
      await opened.store.enqueue(jobs);
      await reserveNext(opened.store);
      await kill(opened.store, ["a", "b", "c"]);

      for (const [bytes, ids] of [
        [99, []],
        [100, ["c"]],
        [3_099, ["c"]],
        [3_100, ["c", "b"]],
        [4_100, ["c", "b", "a"]],
      ] as const) {
        assert.deepEqual(
          (await opened.store.newestDead(bytes)).map(({ job }) => job.id as string),
          ids,
          `${bytes}`,
        );
      }
    });
  });

  describe("the next deadline", () => {
    test("is the earliest of all, whatever state it is of, and follows every move", async () => {
      await using opened = await engine.open(OPTIONS);
      const next = () => opened.store.nextDeadline();
      assert.equal(await next(), undefined);

      await opened.store.enqueue([newJob("for-ever")]);
      assert.equal(await next(), undefined);
      await opened.store.enqueue([newJob("far", { dueAt: 253_402_300_799_999 })]);
      assert.equal(await next(), 253_402_300_799_999);
      await opened.store.enqueue([newJob("a", { name: "a", startBy: NOW + 2 * DAY })]);
      assert.equal(await next(), NOW + 2 * DAY);
      await reserveNext(opened.store, "a");
      assert.equal(await next(), NOW + 60 * SECOND);
      await moveOne(opened.store, "a", { move: "extend", ...HELD, reservationMs: 90 * SECOND });
      assert.equal(await next(), NOW + 90 * SECOND);
      await moveOne(opened.store, "a", { move: "disconnect", ...HELD, graceMs: 10 });
      assert.equal(await next(), NOW + 10);
      await moveOne(opened.store, "a", { move: "succeed", ...HELD });
      assert.equal(await next(), NOW + DAY);
      await opened.store.change({ select: "due", jobsMax: 9 }, NOW + DAY);
      assert.equal(await next(), 253_402_300_799_999);
    });
  });

  describe("tallies", () => {
    test("are exact: what counting every job would give", async () => {
      await using opened = await engine.open(OPTIONS);
      const expected = await populate(opened.store);

      const counted: Record<string, Record<string, number>> = {};
      for (const id of Object.keys(expected)) {
        const { job } = (await opened.store.get(idOf(id))) ?? {};
        assert.equal(job && `${job.name} ${job.state.is}`, expected[id]);
        if (!job) continue;
        const counts = counted[job.name] ?? {};
        counted[job.name] = { ...counts, [job.state.is]: (counts[job.state.is] ?? 0) + 1 };
      }
      assert.deepEqual(await talliesOf(opened.store), counted);
    });

    test("follow jobs that are forgotten, down to nothing", async () => {
      await using opened = await engine.open(OPTIONS);
      const ids = Object.keys(await populate(opened.store));

      await opened.store.change(
        { select: "ids", moves: ids.map((id) => ({ id: idOf(id), move: { move: "cancel" } })) },
        NOW,
      );
      await opened.store.change({ select: "due", jobsMax: 1_000 }, NOW + 180 * DAY);

      assert.deepEqual(await opened.store.tallies(), []);
    });

    test("do not count duplicates, refusals, or a name twice", async () => {
      await using opened = await engine.open(OPTIONS);
      for (const name of ["mail", "sms"])
        await opened.store.enqueue([newJob("same", { name }), newJob("same", { name })]);
      await moveOne(opened.store, "same", { move: "retry" });

      assert.deepEqual(await talliesOf(opened.store), { mail: { ready: 1 } });
    });
  });
}
