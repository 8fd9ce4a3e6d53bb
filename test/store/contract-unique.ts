// The contract of unique keys: at most one unfinished job of a name has a key, whoever enqueues what, and when.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Move } from "../../src/job/move.ts";
import type { Enqueued, Store } from "../../src/store/store.ts";
import { wordOf } from "../job/samples.ts";
import { type Engine, idsOf, moveOne, reserveNext, talliesOf } from "./engine.ts";
import { DAY, hex, idOf, type JobFacts, json, NOW, newJob, RETENTION, SECOND, WORKER } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };
const KEEP: JobFacts = { uniqueKey: "user 42" };
const REPLACE: JobFacts = { ...KEEP, onConflict: "replace" };

async function put(store: Store, id: string, facts: JobFacts): Promise<Enqueued> {
  const [enqueued] = await store.enqueue([newJob(id, facts)]);
  assert.ok(enqueued);
  return enqueued;
}

/** "a" or "a of b": which job is stored, and whose duplicate it is. */
function told(id: string, { job, duplicate }: Enqueued): string {
  return duplicate ? `${id} is ${job.id}` : job.id;
}

async function stateOf(store: Store, id: string) {
  return (await store.peek(idOf(id)))?.state;
}

/** What a job has to undergo to be as the word says. */
const WAYS: Readonly<Record<string, readonly Move[]>> = {
  ready: [],
  reserved: [{ move: "reserve", by: WORKER, stream: true }],
  retrying: [
    { move: "reserve", by: WORKER, stream: true },
    { move: "fail", ...HELD },
  ],
  succeeded: [
    { move: "reserve", by: WORKER, stream: true },
    { move: "succeed", ...HELD },
  ],
  dead: [
    { move: "reserve", by: WORKER, stream: true },
    { move: "fail", ...HELD, final: true },
  ],
  cancelled: [{ move: "cancel" }],
  deleted: [{ move: "delete" }],
};

async function go(store: Store, id: string, way: keyof typeof WAYS): Promise<void> {
  for (const move of WAYS[way] ?? []) await moveOne(store, id, move);
}

function testConflicts(engine: Engine): void {
  for (const way of ["ready", "reserved", "retrying"]) {
    test(`is kept by a job that is ${way}: another with it is its duplicate, and changes nothing`, async () => {
      await using opened = await engine.open(OPTIONS);
      await put(opened.store, "a", KEEP);
      await go(opened.store, "a", way);
      const before = await opened.store.get(idOf("a"));

      assert.deepEqual(await put(opened.store, "b", KEEP), { job: before?.job, duplicate: true });
      assert.equal(await opened.store.get(idOf("b")), undefined);
      assert.deepEqual(await opened.store.get(idOf("a")), before);
    });
  }

  for (const way of ["ready", "retrying"]) {
    test(`is taken over from a job that is ${way} by one that is to replace it`, async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      await put(store, "a", KEEP);
      await go(store, "a", way);
      const was = await store.peek(idOf("a"));

      const later = { ...REPLACE, enqueuedAt: NOW + SECOND, dueAt: NOW + DAY, payload: json("2") };
      const { job, duplicate, replaced } = await put(store, "b", later);

      assert.deepEqual([job.id, duplicate], [idOf("b"), false]);
      const state = { is: "cancelled", finishedAt: NOW + SECOND, replacedBy: idOf("b") };
      assert.deepEqual(replaced, { id: idOf("a"), was, decision: { job: { ...was, state } } });
      assert.deepEqual(await stateOf(store, "a"), state);
      assert.deepEqual(await talliesOf(store), { mail: { cancelled: 1, scheduled: 1 } });
      const stored = await store.get(idOf("b"));
      assert.equal(stored && hex(stored.payload), hex(json("2")));
    });
  }

  test("is taken over from a scheduled job too, which is forgotten when cancelled ones are not kept", async () => {
    await using opened = await engine.open({ ...OPTIONS, retention: { ...RETENTION, cancelled: 0 } });
    await put(opened.store, "a", { ...KEEP, dueAt: NOW + DAY });

    const { replaced } = await put(opened.store, "b", REPLACE);

    assert.equal(replaced && wordOf(replaced.decision), "forgotten");
    assert.equal(await opened.store.get(idOf("a")), undefined);
    assert.deepEqual(idsOf(await reserveNext(opened.store)), ["b"]);
  });

  test("is not taken over from a job that a worker has: that one is kept", async () => {
    await using opened = await engine.open(OPTIONS);
    await put(opened.store, "a", KEEP);
    await go(opened.store, "a", "reserved");

    const answer = await put(opened.store, "b", REPLACE);

    assert.deepEqual([told("b", answer), answer.replaced], ["b is a", undefined]);
    assert.equal((await stateOf(opened.store, "a"))?.is, "reserved");
  });

  test("does not matter when the id is stored already: that is the same enqueue once more", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await put(store, "a", REPLACE);
    await put(store, "other", { uniqueKey: "other" });

    assert.equal(told("a", await put(store, "a", REPLACE)), "a is a");
    assert.equal(told("a", await put(store, "a", { uniqueKey: "other", onConflict: "replace" })), "a is a");
    assert.deepEqual(await talliesOf(store), { mail: { ready: 2 } });
  });
}

function testScope(engine: Engine): void {
  test("is of one name: other names have it too, and other keys do not meet it", async () => {
    await using opened = await engine.open(OPTIONS);
    const jobs = [
      newJob("a", KEEP),
      newJob("b", { ...KEEP, name: "sms" }),
      newJob("c", { uniqueKey: "user 43" }),
      newJob("d", { uniqueKey: "USER 42" }),
      newJob("e", { uniqueKey: "Ü 😀 '\"\\" }),
      newJob("f"),
      newJob("g"),
    ];

    const answers = await opened.store.enqueue(jobs);

    assert.ok(answers.every(({ duplicate }) => !duplicate));
    for (const { job } of jobs) assert.deepEqual(await opened.store.peek(job.id), job);
  });

  test("holds within one call: kept by the first, or taken over by each that is to replace", async () => {
    await using opened = await engine.open(OPTIONS);
    const facts = { a: KEEP, b: KEEP, c: REPLACE, d: KEEP, e: REPLACE };
    const jobs = Object.entries(facts).map(([id, one]) => newJob(id, one));

    const answers = await opened.store.enqueue(jobs);

    assert.deepEqual(
      answers.map((answer, i) => told("abcde"[i] ?? "", answer)),
      ["a", "b is a", "c", "d is c", "e"],
    );
    assert.deepEqual(
      answers.map(({ replaced }) => replaced?.id),
      [undefined, undefined, "a", undefined, "c"],
    );
    assert.deepEqual(await talliesOf(opened.store), { mail: { ready: 1, cancelled: 2 } });
  });

  test("holds for many callers at once", async () => {
    await using opened = await engine.open(OPTIONS);
    const calls = Array.from({ length: 20 }, (_, i) => put(opened.store, `${i}`, i % 2 ? KEEP : REPLACE));

    await Promise.all(calls);

    assert.equal((await talliesOf(opened.store)).mail?.ready, 1);
  });
}

function testFreeing(engine: Engine): void {
  for (const way of ["succeeded", "dead", "cancelled", "deleted"]) {
    test(`is free when its job is ${way}`, async () => {
      await using opened = await engine.open(OPTIONS);
      await put(opened.store, "a", KEEP);
      await go(opened.store, "a", way);

      assert.equal(told("b", await put(opened.store, "b", KEEP)), "b");
    });
  }

  for (const way of ["dead", "cancelled"]) {
    test(`is asked for again by a retry of a job that is ${way}: refused while another has it`, async () => {
      await using opened = await engine.open(OPTIONS);
      const { store } = opened;
      await put(store, "a", KEEP);
      await go(store, "a", way);
      await put(store, "b", KEEP);

      for (const spreadMs of [undefined, SECOND]) {
        const retry: Move = { move: "retry", ...(spreadMs !== undefined && { spreadMs }) };
        assert.deepEqual((await moveOne(store, "a", retry)).decision, { refused: "unique_key_taken" });
      }
      await go(store, "b", "succeeded");
      assert.equal(wordOf((await moveOne(store, "a", { move: "retry" })).decision), "ready");
      assert.equal(told("c", await put(store, "c", KEEP)), "c is a");
    });
  }

  test("goes to the first of two that are retried in one call", async () => {
    await using opened = await engine.open(OPTIONS);
    for (const id of ["a", "b"]) {
      await put(opened.store, id, KEEP);
      await go(opened.store, id, "dead");
    }

    const moves = ["a", "b"].map((id) => ({ id: idOf(id), move: { move: "retry" } as const }));
    const { outcomes } = await opened.store.change({ select: "ids", moves }, NOW);

    assert.deepEqual(
      outcomes.map(({ decision }) => wordOf(decision)),
      ["ready", "unique_key_taken"],
    );
  });

  if (!engine.lasts) return;
  for (const how of ["reopen", "crash"] as const) {
    test(`is remembered over a ${how}, and so is what took its job's place`, async () => {
      await using opened = await engine.open(OPTIONS);
      await put(opened.store, "a", KEEP);
      await put(opened.store, "b", REPLACE);
      assert.ok(opened.lasting);
      await using other = await opened.lasting[how]();

      assert.equal(told("c", await put(other.store, "c", KEEP)), "c is b");
      const state = await stateOf(other.store, "a");
      assert.ok(state?.is === "cancelled" && state.replacedBy === "b");
    });
  }
}

export function testUniqueKeys(engine: Engine): void {
  describe("a unique key", () => {
    testConflicts(engine);
    testScope(engine);
    testFreeing(engine);
  });
}
