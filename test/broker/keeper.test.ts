// The keeper: what is due is done at its instant, once, by one loop, however far away it was and whatever happened meanwhile.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { DAY, SECOND } from "../store/new-jobs.ts";
import { GRACE_MS, openStage, type Stage } from "./stage.ts";

const YEAR = 365 * DAY;

async function stateOf(stage: Stage, id: string): Promise<string> {
  return (await stage.job(id)).state.is;
}

/** Nothing a millisecond before, the change on the dot. */
async function expectOnTheDot(stage: Stage, id: string, when: { ms: number; from: string; to: string }) {
  await stage.advance(when.ms - 1);
  assert.equal(await stateOf(stage, id), when.from, "a millisecond before");
  await stage.advance(1);
  assert.equal(await stateOf(stage, id), when.to, "on the dot");
}

describe("at its instant, and not a millisecond before,", () => {
  test("a scheduled job is promoted", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", delayMs: 5 * SECOND });
    await expectOnTheDot(stage, "a", { ms: 5 * SECOND, from: "scheduled", to: "ready" });
  });

  test("a reservation expires, as a failure with backoff", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", reservationMs: SECOND, backoff: { by: "fixed", delayMs: 3 * SECOND } });
    await stage.join("w");
    await expectOnTheDot(stage, "a", { ms: SECOND, from: "reserved", to: "scheduled" });
    const { failures, losses } = await stage.job("a");
    assert.deepEqual([failures, losses], [1, 0]);
    await expectOnTheDot(stage, "a", { ms: 3 * SECOND, from: "scheduled", to: "reserved" });
  });

  test("a job is lost whose worker has not come back within the grace", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await (await stage.join("w")).leave("broken");
    await expectOnTheDot(stage, "a", { ms: GRACE_MS, from: "reserved", to: "scheduled" });
    const { failures, losses } = await stage.job("a");
    assert.deepEqual([failures, losses], [0, 1]);
  });

  test("a job dies that nobody has started in time", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", startBy: stage.clock.now() + SECOND });
    await expectOnTheDot(stage, "a", { ms: SECOND, from: "ready", to: "dead" });
  });

  test("a finished job is forgotten", async () => {
    await using stage = await openStage({
      settings: { retention: { succeeded: DAY, cancelled: 0, dead: 0 } },
    });
    await stage.enqueue({ id: "a" });
    await (await stage.join("w")).succeed("a");
    await stage.advance(DAY - 1);
    assert.equal(await stateOf(stage, "a"), "succeeded");
    await stage.advance(1);
    await assert.rejects(stage.job("a"), /there is no job a/);
  });
});

describe("long waits:", () => {
  for (const [name, ms] of Object.entries({
    "25 d": 25 * DAY,
    "30 d": 30 * DAY,
    "1 y": YEAR,
    "100 y": 100 * YEAR,
  })) {
    test(`a delay of ${name} is kept to the millisecond, over two restarts`, async () => {
      await using stage = await openStage();
      await stage.enqueue({ id: "a", delayMs: ms });
      const worker = await stage.join("w");
      await stage.advance(ms / 2);
      await stage.restart();
      await stage.advance(ms / 2 - 1);
      await stage.restart();
      const successor = await stage.join("w2");
      assert.deepEqual([...worker.ids, ...successor.ids], []);
      await stage.advance(1);
      assert.deepEqual(successor.ids, ["a"]);
    });
  }

  test("an earlier deadline is kept though the keeper sleeps towards a later one", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "late", delayMs: YEAR });
    await stage.advance(DAY);
    await stage.enqueue({ id: "soon", delayMs: SECOND });
    await expectOnTheDot(stage, "soon", { ms: SECOND, from: "scheduled", to: "ready" });
    await expectOnTheDot(stage, "late", { ms: YEAR - DAY - SECOND, from: "scheduled", to: "ready" });
  });

  test("however many jobs wait for their time, one timer does", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: 500 }, (_, i) => ({ delayMs: (i + 1) * SECOND })));
    assert.equal(stage.clock.waiting, 1);
  });
});

describe("the wall clock jumps:", () => {
  test("back: nothing fires twice, and what was due is due at its instant", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", delayMs: SECOND }, { id: "b", delayMs: 60 * SECOND });
    const worker = await stage.join("w");
    await stage.advance(SECOND);
    stage.clock.jump(-3_600 * SECOND);
    await stage.advance(3_600 * SECOND);
    assert.deepEqual(worker.ids, ["a"]);
    await stage.advance(59 * SECOND);
    assert.deepEqual(
      worker.got.map(({ job }) => [job.id, job.attempt]),
      [
        ["a", 1],
        ["b", 1],
      ],
    );
  });

  test("ahead: what has fallen due is done at once", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", delayMs: 9 * DAY });
    stage.clock.jump(10 * DAY);
    await stage.advance(0);
    assert.equal(await stateOf(stage, "a"), "ready");
  });
});

describe("one loop:", () => {
  /** Watches how many rounds of the keeper are under way at once, and how many jobs each takes. */
  function roundsOf(): { mutation: Mutation; most: number; sizes: number[] } {
    let underWay = 0;
    const rounds: { mutation: Mutation; most: number; sizes: number[] } = {
      mutation: (store) => ({
        change: async (selection, now) => {
          if (selection.select !== "due") return store.change(selection, now);
          rounds.most = Math.max(rounds.most, ++underWay);
          const changed = await store.change(selection, now);
          underWay--;
          rounds.sizes.push(changed.outcomes.length);
          return changed;
        },
      }),
      most: 0,
      sizes: [],
    };
    return rounds;
  }

  test("1,200 jobs due at once are done in bounded rounds, one after the other", async () => {
    const rounds = roundsOf();
    await using stage = await openStage({ mutation: rounds.mutation });
    await stage.enqueue(...Array.from({ length: 1_200 }, () => ({ delayMs: SECOND })));
    await stage.advance(SECOND);
    assert.deepEqual(
      rounds.sizes.filter((size) => size > 0),
      [200, 400, 500, 100],
    );
    assert.equal(rounds.most, 1);
    assert.equal((await stage.store.tallies())[0]?.counts.ready, 1_200);
  });

  test("deadlines that arrive while it works are not missed", async () => {
    const rounds = roundsOf();
    await using stage = await openStage({ mutation: rounds.mutation });
    await stage.enqueue(...Array.from({ length: 600 }, () => ({ delayMs: SECOND })));
    const passed = stage.advance(SECOND);
    for (let i = 0; i < 20; i++) await stage.broker.enqueue(admit(stage, `x${i}`, 2 * SECOND + i));
    await passed;
    await stage.advance(2 * SECOND);
    assert.equal((await stage.store.tallies())[0]?.counts.ready, 620);
    assert.equal(rounds.most, 1);
  });

  test("a full disk is tried again after a second; a store that has failed is not asked again", async () => {
    let fault: StoreFault | undefined;
    let tries = 0;
    const mutation: Mutation = (store) => ({
      change: (selection, now) => {
        if (selection.select !== "due" || !fault) return store.change(selection, now);
        tries++;
        return Promise.reject(fault);
      },
    });
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a", delayMs: SECOND }, { id: "b", delayMs: 10 * SECOND });
    fault = new StoreFault("full", "no room");
    await stage.advance(3 * SECOND);
    assert.deepEqual([tries, stage.broker.keeperLagMs()], [3, 0]);
    fault = undefined;
    await stage.advance(SECOND);
    assert.equal(await stateOf(stage, "a"), "ready");
    fault = new StoreFault("failed", "no disk");
    await stage.advance(60 * SECOND);
    assert.equal(tries, 4);
  });

  test("a keeper that is stopped leaves no timer, and one that is behind says by how much", async () => {
    await using stage = await openStage();
    await stage.enqueue({ delayMs: SECOND });
    stage.clock.jump(5 * SECOND);
    assert.equal(stage.broker.keeperLagMs(), 4 * SECOND);
    await stage.broker.stop();
    assert.equal(stage.clock.waiting, 0);
  });
});

describe("a restart:", () => {
  test("what fell due while the server was down is done at once", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", delayMs: SECOND }, { id: "b", reservationMs: SECOND, priority: 1 });
    await stage.join("w");
    await stage.broker.stop();
    stage.clock.jump(DAY);
    await stage.restart();
    assert.equal(await stateOf(stage, "a"), "ready");
    const { failures, losses } = await stage.job("b");
    assert.deepEqual([failures, losses], [0, 1], "its worker went with the server");
  });

  test("workers who had a stream get the grace from now", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", reservationMs: 3_600 * SECOND });
    await stage.join("w");
    await stage.advance(60 * SECOND);
    await stage.restart();
    await expectOnTheDot(stage, "a", { ms: GRACE_MS, from: "reserved", to: "scheduled" });
  });

  test("control: a due time forgotten at the restart is seen", async () => {
    let forgets = false;
    const mutation: Mutation = (store) => ({
      change: (selection, now) => {
        if (forgets && selection.select === "due") return Promise.resolve({ outcomes: [], more: false });
        return store.change(selection, now);
      },
    });
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a", delayMs: SECOND });
    forgets = true;
    await stage.restart();
    const when = { ms: SECOND, from: "scheduled", to: "ready" };
    await stage.broker.stop();
    await assert.rejects(expectOnTheDot(stage, "a", when), assert.AssertionError);
  });
});

function admit(stage: Stage, id: string, delayMs: number) {
  const jobs = stage.broker.admitAll([
    { id, name: "mail", payload: { kind: "data", bytes: new Uint8Array() }, delayMs },
  ]);
  if ("violates" in jobs) throw new Error(jobs.bound);
  return jobs;
}
