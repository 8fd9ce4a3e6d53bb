// Ready jobs meet workers: as many as there is room for and no more, the most urgent first, everyone in turn, and nothing
// is done while there is nothing to do.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { drawSeed } from "../seed.ts";
import type { Mutation } from "../store/mutants.ts";
import { data, SECOND } from "../store/new-jobs.ts";
import { priorityIgnored } from "./mutants.ts";
import { openStage, type Stage, type StageOptions, type StageWorker } from "./stage.ts";

const HUNDRED_KB = 100_000;

/** Workers with room for 1 to 7 jobs who report in an order left to chance, until all 600 jobs are done. */
async function crowd(options: StageOptions): Promise<{ over: string[]; done: number }> {
  await using stage = await openStage(options);
  const { clock } = stage;
  const any = (most: number) => Math.floor(clock.chance() * most);
  const workers: { worker: StageWorker; capacity: number }[] = [];
  for (let i = 0; i < 300; i++) await stage.enqueue({ id: `a${i}` }, { id: `b${i}`, name: "bill" });
  for (let i = 0; i < 12; i++) {
    const capacity = 1 + any(7);
    const names = [["mail"], ["bill"], ["mail", "bill"]][i % 3] ?? [];
    workers.push({ worker: await stage.join(`w${i}`, { names, capacity }), capacity });
  }
  for (let done = 0; done < 600; done++) {
    const busy = workers.filter(({ worker }) => worker.holds.size > 0);
    const { worker } = busy[any(busy.length)] ?? {};
    const id = [...(worker?.holds.keys() ?? [])][any(worker?.holds.size ?? 0)];
    if (!worker || !id) break;
    await (any(4) === 0 ? worker.release(id).then(() => done--) : worker.succeed(id));
  }
  const over = workers.filter(({ worker, capacity }) => worker.heldMost > capacity);
  const done = (await stage.store.tallies()).reduce((sum, { counts }) => sum + (counts.succeeded ?? 0), 0);
  return { over: over.map(({ worker, capacity }) => `${worker.heldMost} of ${capacity}`), done };
}

describe("room:", () => {
  const seed = drawSeed();

  test("a worker never holds more than it has declared room for, and all that is ready gets done", async (t) => {
    t.diagnostic(`seed ${seed}`);
    assert.deepEqual(await crowd({ seed }), { over: [], done: 600 });
  });

  test("control: capacity exceeded by one is seen", async () => {
    const { over } = await crowd({ seed, misheard: (capacity) => capacity + 1 });
    assert.notEqual(over.length, 0);
  });

  test("control: a backlog dumped on the worker that joins is seen", async () => {
    const { over } = await crowd({ seed, misheard: () => 10_000 });
    assert.notEqual(over.length, 0);
  });

  test("room returns with a success, a failure and a release", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" });
    const worker = await stage.join("w", { capacity: 1 });
    await worker.succeed("a");
    await worker.fail("b");
    assert.deepEqual(worker.ids, ["a", "b", "c"]);
    await worker.release("c");
    assert.deepEqual(worker.ids, ["a", "b", "c", "c"]);
  });

  test("room returns when a reservation ends", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", reservationMs: SECOND }, { id: "b" });
    const worker = await stage.join("w", { capacity: 1 });
    await stage.advance(SECOND - 1);
    assert.deepEqual(worker.ids, ["a"]);
    await stage.advance(1);
    assert.deepEqual(worker.ids, ["a", "b"]);
    assert.deepEqual(worker.cancellations, [{ id: "a", attempt: 1, reason: "expired" }]);
  });

  test("room returns when a fire-and-forget job has been sent", async () => {
    await using stage = await openStage();
    const forget = { reservationMs: 0 };
    await stage.enqueue({ id: "a", ...forget }, { id: "b", ...forget }, { id: "c", ...forget });
    const worker = await stage.join("w", { capacity: 1 });
    assert.deepEqual(worker.ids, ["a", "b", "c"]);
    assert.equal((await stage.job("a")).state.is, "succeeded");
  });

  test("more room is used at once, less room takes nothing away", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: 9 }, (_, i) => ({ id: `j${i}` })));
    const worker = await stage.join("w", { capacity: 2 });
    stage.broker.setCapacity(worker.session, 5);
    await stage.rest();
    assert.equal(worker.holds.size, 5);
    stage.broker.setCapacity(worker.session, 1);
    await worker.succeed("j0");
    assert.equal(worker.holds.size, 4);
  });

  test("a worker that does not read is given one mebibyte, and the rest goes to others", async () => {
    await using stage = await openStage();
    const deaf = await stage.join("deaf", { capacity: 1_000 });
    deaf.reads = false;
    const payload = data(HUNDRED_KB);
    await stage.enqueue(...Array.from({ length: 100 }, (_, i) => ({ id: `j${i}`, payload })));
    assert.equal([...deaf.session.held()].length, 11, "the eleventh fills the mebibyte");
    const other = await stage.join("other", { capacity: 1_000 });
    assert.equal(other.got.length, 89);
    deaf.read();
    await stage.rest();
    assert.equal(deaf.got.length, 11, "it reads on when it likes");
  });
});

describe("order:", () => {
  const seed = drawSeed();

  /** 600 jobs of four names and any priority, taken by one worker that does all of them. */
  async function inOrder(mutation?: Mutation): Promise<void> {
    await using stage = await openStage({ seed, mutation });
    const any = (most: number) => Math.floor(stage.clock.chance() * most);
    const drafts = Array.from({ length: 600 }, (_, i) => {
      return { id: `j${i}`, name: `name-${any(4)}`, priority: any(201) - 100 };
    });
    await stage.enqueue(...drafts);
    const names = [0, 1, 2, 3].map((i) => `name-${i}`);
    const worker = await stage.join("w", { names, capacity: 7 });
    for (let done = 0; done < 600; done++) await worker.succeed(worker.ids[done] ?? "");
    const expected = drafts.toSorted((a, b) => b.priority - a.priority).map(({ id }) => id);
    assert.deepEqual(worker.ids, expected);
  }

  test("the highest priority goes first over all names, then the order of enqueue", async (t) => {
    t.diagnostic(`seed ${seed}`);
    await inOrder();
  });

  test("control: priority ignored is seen", async () => {
    await assert.rejects(inOrder(priorityIgnored), assert.AssertionError);
  });
});

describe("turns:", () => {
  /** How many jobs each of ten workers was given; they are scarce: one becomes ready when another is done. */
  async function shares(misheard?: StageOptions["misheard"]): Promise<number[]> {
    await using stage = await openStage({ misheard });
    const workers: StageWorker[] = [];
    for (let i = 0; i < 10; i++) workers.push(await stage.join(`w${i}`, { capacity: 5 }));
    for (let i = 0; i < 400; i++) {
      await stage.enqueue({ id: `j${i}` });
      const slow = workers.filter(({ holds }) => holds.size > 3);
      for (const worker of slow) for (const id of worker.holds.keys()) await worker.succeed(id);
    }
    return workers.map(({ got }) => got.length);
  }

  function expectFair(got: readonly number[]): void {
    const mean = got.reduce((a, b) => a + b) / got.length;
    for (const share of got) assert.ok(Math.abs(share - mean) <= 0.2 * mean, `${share}, mean ${mean}`);
  }

  test("scarce jobs are shared out within 20 %", async () => {
    expectFair(await shares());
  });

  test("a backlog is shared out within 20 %, whoever came first", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: 1_000 }, (_, i) => ({ id: `j${i}` })));
    const workers: StageWorker[] = [];
    for (let i = 0; i < 10; i++) workers.push(await stage.join(`w${i}`, { capacity: 10 }));
    for (let round = 0; round < 80; round++) {
      for (const worker of workers)
        for (const id of [...worker.holds.keys()].slice(0, 1)) await worker.succeed(id);
    }
    expectFair(workers.map(({ got }) => got.length));
  });

  test("workers of different names share a name that they have in common within 20 %", async () => {
    await using stage = await openStage();
    const workers: StageWorker[] = [];
    for (let i = 0; i < 8; i++) {
      const names = i < 5 ? ["mail"] : ["mail", `name-${i}`];
      workers.push(await stage.join(`w${i}`, { names, capacity: 3 }));
    }
    for (let i = 0; i < 400; i++) {
      await stage.enqueue({ id: `j${i}` });
      for (const worker of workers.filter(({ holds }) => holds.size > 1))
        for (const id of worker.holds.keys()) await worker.succeed(id);
    }
    expectFair(workers.map(({ got }) => got.length));
  });

  test("who comes and goes leaves the others their turns", async () => {
    await using stage = await openStage();
    const [a, b] = [await stage.join("a", { capacity: 1 }), await stage.join("b", { capacity: 1 })];
    const other = await stage.join("other", { names: ["mail", "bill"], capacity: 1 });
    await a.leave("goodbye");
    await stage.enqueue({ id: "1" }, { id: "2" }, { id: "3" }, { id: "bill", name: "bill" });
    assert.deepEqual([b.ids, other.ids], [["1"], ["2"]]);
    await other.leave("goodbye");
    await b.succeed("1");
    assert.deepEqual(b.ids, ["1", "3"]);
    const last = await stage.join("last", { names: ["bill"], capacity: 9 });
    assert.deepEqual(last.ids, ["bill"]);
  });

  test("control: a worker believed to have no room is seen to be left out", async () => {
    let workers = 0;
    const got = await shares((capacity) => (workers++ === 3 ? 0 : capacity));
    assert.throws(() => expectFair(got), assert.AssertionError);
  });
});

describe("rest:", () => {
  async function callsInADay(stage: Stage): Promise<{ calls: number; alarms: number }> {
    await stage.rest();
    stage.count.calls = 0;
    stage.clock.fired = 0;
    await stage.advance(86_400 * SECOND);
    return { calls: stage.count.calls, alarms: stage.clock.fired + stage.clock.waiting };
  }

  test("workers without jobs cost neither a call of the store nor a timer", async () => {
    await using stage = await openStage();
    for (let i = 0; i < 10; i++) await stage.join(`w${i}`);
    assert.deepEqual(await callsInADay(stage), { calls: 0, alarms: 0 });
  });

  test("jobs without workers cost neither a call of the store nor a timer", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: 100 }, () => ({})));
    await stage.join("other", { names: ["bill"] });
    assert.deepEqual(await callsInADay(stage), { calls: 0, alarms: 0 });
  });

  test("control: the count sees a job that is due within the day", async () => {
    await using stage = await openStage();
    await stage.enqueue({ delayMs: 3_600 * SECOND });
    const { calls, alarms } = await callsInADay(stage);
    assert.ok(calls > 0 && alarms > 0, `${calls} calls, ${alarms} alarms`);
  });
});
