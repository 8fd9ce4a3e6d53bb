// The contract of change by id, of what is due, and of the streams: the rules' answers are written, refusals are not.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerId } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import type { Store } from "../../src/store/store.ts";
import { wordOf } from "../job/samples.ts";
import { type Engine, idsOf, moveOne, reserveNext, talliesOf } from "./engine.ts";
import { DAY, data, hex, idOf, NOW, newJob, RETENTION, reserveBy, SECOND, WORKER } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };

async function isState(store: Store, id: string): Promise<string | undefined> {
  return (await store.get(idOf(id)))?.job.state.is;
}

async function wake(store: Store, now: number, jobsMax = 1_000) {
  return store.change({ select: "due", jobsMax }, now);
}

export function testMoves(engine: Engine): void {
  describe("moves by id", () => {
    test("answer in the order they were given, refusals and unknown ids among them", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([newJob("a"), newJob("b")]);
      const moves = (
        [
          ["b", "cancel"],
          ["nobody", "cancel"],
          ["a", "retry"],
          ["b", "cancel"],
          ["a", "cancel"],
        ] as const
      ).map(([id, move]) => ({ id: idOf(id), move: { move } }));

      const { outcomes, more } = await opened.store.change({ select: "ids", moves }, NOW);

      assert.deepEqual(idsOf(outcomes), ["b", "nobody", "a", "b", "a"]);
      const words = ["cancelled", "not_found", "not_dead_or_cancelled", "already_finished", "cancelled"];
      assert.deepEqual(
        outcomes.map(({ decision }) => wordOf(decision)),
        words,
      );
      assert.deepEqual(
        outcomes.map(({ was }) => was?.state.is),
        ["ready", undefined, "ready", "cancelled", "ready"],
      );
      assert.equal(more, false);
    });

    test("see what the moves before them in the same call did", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([newJob("a")]);
      const moves: Move[] = [
        reserveBy(),
        { move: "release", ...HELD },
        reserveBy(),
        { move: "succeed", by: WORKER, attempt: 2 },
      ];

      await opened.store.change(
        { select: "ids", moves: moves.map((move) => ({ id: idOf("a"), move })) },
        NOW,
      );

      const found = await opened.store.get(idOf("a"));
      assert.equal(found?.job.attempt, 2);
      assert.equal(found?.job.state.is, "succeeded");
      assert.deepEqual(await talliesOf(opened.store), { mail: { succeeded: 1 } });
    });

    for (const size of [0, 3, 1_024, 1_025, 65_536]) {
      test(`keep a result of ${size} bytes, and forget it with its job`, async () => {
        await using opened = await engine.open(OPTIONS);
        await opened.store.enqueue([newJob("a")]);
        await reserveNext(opened.store);
        await moveOne(opened.store, "a", { move: "succeed", ...HELD, result: data(size) });

        const { state } = (await opened.store.get(idOf("a")))?.job ?? {};
        assert.ok(state?.is === "succeeded" && state.result);
        assert.equal(hex(state.result), hex(data(size)));
        assert.deepEqual([state.by, state.finishedAt], [WORKER, NOW]);

        await wake(opened.store, NOW + DAY);
        await opened.store.enqueue([newJob("a")]);
        await reserveNext(opened.store);
        await moveOne(opened.store, "a", { move: "succeed", ...HELD });
        const anew = (await opened.store.get(idOf("a")))?.job.state;
        assert.ok(anew?.is === "succeeded" && !anew.result);
      });
    }

    test("keep progress, the newest", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([newJob("a")]);
      await reserveNext(opened.store);
      for (const fraction of [0.1, 1 / 3]) {
        await moveOne(opened.store, "a", { move: "extend", ...HELD, progress: { fraction, text: "ü\n" } });
      }

      assert.deepEqual((await opened.store.get(idOf("a")))?.job.progress, { fraction: 1 / 3, text: "ü\n" });
    });

    test("keep the newest 50 attempts, oldest first, late failures among them", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([
        newJob("a", { retry: { maxRetries: 1_000, backoff: { by: "fixed", delayMs: 0 } } }),
      ]);
      for (let attempt = 1; attempt <= 52; attempt++) {
        const now = NOW + attempt;
        await reserveNext(opened.store, "mail", { now });
        const error = { class: "E", message: `no ${attempt} ü\0`, stack: "" };
        await moveOne(opened.store, "a", { move: "fail", by: WORKER, attempt, error }, now);
        await wake(opened.store, now);
      }
      await moveOne(opened.store, "a", { move: "fail", by: "w2" as WorkerId, attempt: 7 }, NOW + 99);

      const history = (await opened.store.get(idOf("a")))?.history ?? [];
      assert.deepEqual(
        history.map(({ attempt, outcome }) => `${attempt} ${outcome}`),
        [...Array.from({ length: 49 }, (_, i) => `${i + 4} failed`), "7 late_failure"],
      );
      const error = { class: "E", message: "no 4 ü\0", stack: "" };
      const ended = {
        attempt: 4,
        worker: WORKER,
        outcome: "failed",
        endedAt: NOW + 4,
        startedAt: NOW + 4,
        error,
      };
      assert.deepEqual(history[0], ended);
    });

    test("draw a chance for each", async () => {
      let drawn = 0;
      await using opened = await engine.open({
        retention: RETENTION,
        chance: () => (drawn++ % 2 === 0 ? 0 : 0.999),
      });
      await opened.store.enqueue([newJob("a"), newJob("b")]);
      await reserveNext(opened.store);
      drawn = 0;

      const moves = ["a", "b"].map((id) => ({ id: idOf(id), move: { move: "fail", ...HELD } as const }));
      await opened.store.change({ select: "ids", moves }, NOW);

      const dueAts = [];
      for (const id of ["a", "b"]) {
        const state = (await opened.store.get(idOf(id)))?.job.state;
        dueAts.push(state?.is === "scheduled" ? state.dueAt - NOW : undefined);
      }
      assert.deepEqual(dueAts, [15 * SECOND, 44 * SECOND]);
    });
  });

  describe("what is due", () => {
    test("is woken at its deadline and not a millisecond before", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([
        newJob("a", { dueAt: NOW + 1 }),
        newJob("b", { dueAt: NOW + 2 }),
        newJob("c"),
      ]);

      assert.deepEqual(idsOf((await wake(opened.store, NOW)).outcomes), []);
      const { outcomes, more } = await wake(opened.store, NOW + 1);

      assert.deepEqual(
        outcomes.map(({ id, was, decision }) => [id, was?.state.is, wordOf(decision)]),
        [["a", "scheduled", "ready"]],
      );
      assert.equal(more, false);
      assert.equal(await isState(opened.store, "b"), "scheduled");
    });

    test("is of every state: due, start_by, expired, gone and past retention", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue([
        newJob("expired"),
        newJob("gone"),
        newJob("done"),
        newJob("failed"),
        newJob("off"),
      ]);
      await reserveNext(opened.store);
      await moveOne(opened.store, "done", { move: "succeed", ...HELD });
      await moveOne(opened.store, "failed", { move: "fail", ...HELD, final: true });
      await moveOne(opened.store, "off", { move: "cancel" });
      await moveOne(opened.store, "gone", { move: "disconnect", ...HELD, graceMs: 5 });
      await opened.store.enqueue([newJob("due", { dueAt: NOW + 5 }), newJob("late", { startBy: NOW + 5 })]);

      const words = Object.fromEntries(
        (await wake(opened.store, NOW + 180 * DAY)).outcomes.map(({ id, decision }) => [
          id,
          wordOf(decision),
        ]),
      );

      assert.deepEqual(words, {
        ...{
          expired: "scheduled",
          gone: "scheduled",
          done: "forgotten",
          failed: "forgotten",
          off: "forgotten",
        },
        ...{ due: "ready", late: "dead" },
      });
      assert.deepEqual(await talliesOf(opened.store), {
        mail: { scheduled: 1, retrying: 1, ready: 1, dead: 1 },
      });
    });

    test("is taken jobsMax at a time until none is left, and `more` says so", async () => {
      await using opened = await engine.open(OPTIONS);
      await opened.store.enqueue(["a", "b", "c", "d", "e"].map((id) => newJob(id, { dueAt: NOW + 1 })));

      const rounds: [number, boolean][] = [];
      for (let i = 0; i < 3; i++) {
        const { outcomes, more } = await wake(opened.store, NOW + 1, 2);
        rounds.push([outcomes.length, more]);
      }

      assert.deepEqual(rounds, [
        [2, true],
        [2, true],
        [1, false],
      ]);
    });

    test("is forgotten with all that was kept of it, and its id is free again", async () => {
      await using opened = await engine.open(OPTIONS);
      const large = newJob("a", {
        payload: data(5_000),
        retry: { maxRetries: 0, backoff: { by: "default" } },
      });
      await opened.store.enqueue([large]);
      await reserveNext(opened.store);
      await moveOne(opened.store, "a", { move: "fail", ...HELD });

      await wake(opened.store, NOW + 180 * DAY);

      assert.equal(await opened.store.get(idOf("a")), undefined);
      assert.deepEqual(await opened.store.tallies(), []);
      assert.equal(await opened.store.nextDeadline(), undefined);
      const [anew] = await opened.store.enqueue([newJob("a")]);
      assert.equal(anew?.duplicate, false);
      assert.deepEqual((await opened.store.get(idOf("a")))?.history, []);
    });

    test("that is not kept at all is forgotten by the move that finishes it", async () => {
      await using opened = await engine.open({
        ...OPTIONS,
        retention: { succeeded: 0, cancelled: 0, dead: 0 },
      });
      await opened.store.enqueue([newJob("a"), newJob("b"), newJob("c"), newJob("stays")]);
      await reserveNext(opened.store, "mail", { jobs: 3 });

      await moveOne(opened.store, "a", { move: "succeed", ...HELD, result: data(9) });
      await moveOne(opened.store, "b", { move: "cancel" });
      await moveOne(opened.store, "c", { move: "fail", ...HELD, final: true });

      for (const id of ["a", "b", "c"]) assert.equal(await opened.store.get(idOf(id)), undefined);
      assert.deepEqual(await talliesOf(opened.store), { mail: { ready: 1 } });
    });
  });

  test("streams: every job that is held over one, and no other, gets the grace", async () => {
    await using opened = await engine.open(OPTIONS);
    await opened.store.enqueue([
      newJob("over"),
      newJob("gone"),
      newJob("done"),
      newJob("polled", { name: "sms" }),
      newJob("fresh", { name: "fax" }),
    ]);
    await reserveNext(opened.store);
    await reserveNext(opened.store, "sms", { stream: false });
    await moveOne(opened.store, "gone", { move: "disconnect", ...HELD, graceMs: 1 });
    await moveOne(opened.store, "done", { move: "succeed", ...HELD });

    const { outcomes } = await opened.store.change(
      { select: "streams", move: { move: "disconnect", graceMs: 77 } },
      NOW,
    );

    assert.deepEqual(idsOf(outcomes).sort(), ["gone", "over"]);
    for (const id of ["gone", "over"]) {
      const state = (await opened.store.get(idOf(id)))?.job.state;
      assert.equal(state?.is === "reserved" && state.goneUntil, NOW + 77);
    }
    assert.equal(await opened.store.nextDeadline(), NOW + 77);
  });
}
