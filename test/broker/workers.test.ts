// The workers as operators see them, and how they are told to go.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { POLLED_NAMES_MAX } from "../../src/broker/pollers.ts";
import type { WorkerId } from "../../src/job/job.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { idOf, nameOf, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";

const everyone = { ids: [], names: [], everyone: true };

function ids(stage: Stage, query: { name?: string; after?: string; workersMax?: number } = {}) {
  const { name, after, workersMax = 100 } = query;
  const asked = { name: name === undefined ? undefined : nameOf(name), after: after as WorkerId | undefined };
  const { workers, more } = stage.broker.workers({ ...asked, workersMax });
  return { ids: workers.map(({ id }) => id as string), more };
}

function one(stage: Stage, id: string) {
  return stage.broker.workers({ workersMax: 100 }).workers.find((worker) => worker.id === id);
}

describe("the list of workers", () => {
  test("is in the order of their ids, in pages, and by a name that they offer", async () => {
    await using stage = await openStage();
    for (const id of ["c", "a", "d"]) await stage.join(id);
    await stage.join("b", { names: ["bill", "mail"] });
    assert.deepEqual(ids(stage), { ids: ["a", "b", "c", "d"], more: false });
    assert.deepEqual(ids(stage, { after: "a", workersMax: 2 }), { ids: ["b", "c"], more: true });
    assert.deepEqual(ids(stage, { after: "b", workersMax: 2 }), { ids: ["c", "d"], more: false });
    assert.deepEqual(ids(stage, { name: "bill" }), { ids: ["b"], more: false });
  });

  test("tells what each said of itself, what it holds, and what it has done since it joined", async () => {
    await using stage = await openStage();
    const joinedAt = stage.clock.now();
    await stage.enqueue(...["a", "b", "c", "d"].map((id) => ({ id })));
    const facts = { kind: "subscribe", version: "1.2", labels: { zone: "x" } } as const;
    const worker = await stage.join("w", { capacity: 4, ...facts });
    await stage.advance(SECOND);
    await worker.succeed("a");
    await worker.fail("b");
    await worker.succeed("a", 1);
    await worker.release("c");
    const until = joinedAt + 60 * SECOND;
    const jobs = [
      { id: "d", attempt: 1, until },
      { id: "c", attempt: 2, until: until + SECOND },
    ];
    assert.deepEqual(one(stage, "w"), {
      ...{ id: "w", ...facts, names: ["mail"], capacity: 4, held: 2, jobs, isDraining: false },
      ...{ joinedAt, heardAt: joinedAt + SECOND, succeeded: 1, failed: 1 },
    });
  });

  test("shows so many of the jobs that a worker holds and no more", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: LIMITS.heldShownMax + 1 }, () => ({})));
    await stage.join("w", { capacity: 1_000 });
    const { held, jobs } = one(stage, "w") ?? {};
    assert.deepEqual([held, jobs?.length], [LIMITS.heldShownMax + 1, LIMITS.heldShownMax]);
  });

  test("a sign of life and a new capacity are seen", async () => {
    await using stage = await openStage();
    const { session } = await stage.join("w");
    await stage.advance(SECOND);
    stage.broker.heard(session);
    assert.equal(one(stage, "w")?.heardAt, stage.clock.now());
    stage.broker.setCapacity(session, 3);
    assert.equal(one(stage, "w")?.capacity, 3);
  });

  test("a worker that has gone is not in it", async () => {
    await using stage = await openStage();
    await (await stage.join("w")).leave("broken");
    assert.deepEqual(ids(stage).ids, []);
  });
});

describe("a worker that polls", () => {
  test("counts for 30 s after its last call, and holds something only while a call is open", async () => {
    await using stage = await openStage();
    const joinedAt = stage.clock.now();
    await stage.enqueue({ id: "a" });
    const first = await stage.poll("p", 2);
    assert.deepEqual([one(stage, "p")?.kind, one(stage, "p")?.held], ["reserve", 1]);
    await first.leave("goodbye");
    assert.deepEqual([one(stage, "p")?.capacity, one(stage, "p")?.held], [2, 0]);
    await stage.advance(LIMITS.pollerMsMax);
    await first.succeed("a");
    await stage.advance(LIMITS.pollerMsMax);
    const { joinedAt: since, heardAt, succeeded } = one(stage, "p") ?? {};
    assert.deepEqual([since, heardAt, succeeded], [joinedAt, joinedAt + LIMITS.pollerMsMax, 1]);
    await stage.advance(1);
    assert.equal(one(stage, "p"), undefined);
    await stage.poll("p", 2);
    assert.equal(one(stage, "p")?.succeeded, 0, "it is another one");
  });

  test("is one worker, however many calls it has open, and not gone while one is", async () => {
    await using stage = await openStage();
    const calls = [await stage.poll("p", 2), await stage.poll("p", 3)];
    assert.deepEqual([ids(stage).ids, one(stage, "p")?.capacity], [["p"], 5]);
    await stage.advance(2 * LIMITS.pollerMsMax);
    await calls[0]?.leave("goodbye");
    await stage.advance(2 * LIMITS.pollerMsMax);
    assert.deepEqual([ids(stage).ids, one(stage, "p")?.capacity], [["p"], 3]);
  });

  test("is not listed beside a stream of the same id", async () => {
    await using stage = await openStage();
    await stage.poll("w");
    await stage.join("w", { names: ["bill"] });
    assert.deepEqual([ids(stage).ids, one(stage, "w")?.names], [["w"], ["bill"]]);
  });

  test("keeps no memory without bound: who has not called for longest is forgotten early", async () => {
    await using stage = await openStage();
    const names = Array.from({ length: LIMITS.namesMax }, (_, i) => nameOf(`name-${i}`));
    const pollers = POLLED_NAMES_MAX / LIMITS.namesMax;
    for (let i = 0; i <= pollers; i++) {
      const session = stage.broker.poll({ id: `p${1_000 + i}` as WorkerId, names, capacity: 1 });
      await stage.broker.leave(session, "goodbye");
    }
    assert.equal(ids(stage, { workersMax: 1_000 }).ids.length, pollers);
    assert.equal(ids(stage).ids[0], "p1001");
  });

  test("its name is not without workers between two calls", async () => {
    await using stage = await openStage();
    await (await stage.poll("p")).leave("goodbye");
    await stage.enqueue({});
    assert.deepEqual(await stage.broker.unserved(), []);
    await stage.advance(LIMITS.pollerMsMax + 1);
    assert.deepEqual(await stage.broker.unserved(), [{ name: "mail", jobs: 1 }]);
  });
});

describe("workers that are told to drain", () => {
  test("are told why, once, keep what they hold and get nothing more", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w", { capacity: 1 });
    assert.deepEqual(stage.broker.drainWorkers({ ...everyone, ids: ["w" as WorkerId], everyone: false }), [
      "w",
    ]);
    await worker.succeed("a");
    assert.deepEqual([worker.ids, worker.drains, one(stage, "w")?.isDraining], [["a"], ["operator"], true]);
    assert.deepEqual(stage.broker.drainWorkers(everyone), [], "it is no news to it");
    assert.deepEqual(worker.drains, ["operator"]);
  });

  test("are those of these ids, those that offer one of these names, or all", async () => {
    await using stage = await openStage();
    await stage.join("a", { names: ["mail", "bill"] });
    await stage.join("b");
    await stage.join("c", { names: ["other"] });
    await stage.join("d", { names: ["another"] });
    const [ids, names] = [["c", "unknown"] as WorkerId[], [nameOf("bill")]];
    const drained = stage.broker.drainWorkers({ ids, names, everyone: false });
    assert.deepEqual([...drained].sort(), ["a", "c"]);
    assert.deepEqual([...stage.broker.drainWorkers(everyone)].sort(), ["b", "d"]);
  });

  /** What a worker is given that comes back under the same id after everyone was drained. */
  async function comeBack(id = "w"): Promise<{ ids: string[]; drains: string[] }> {
    await using stage = await openStage();
    const worker = await stage.join("w");
    stage.broker.drainWorkers(everyone);
    await worker.leave("goodbye");
    await stage.enqueue({ id: "a" });
    const { ids, drains } = await stage.join(id);
    return { ids, drains };
  }

  test("are told again when they come back under the same id", async () => {
    assert.deepEqual(await comeBack(), { ids: [], drains: ["operator"] });
  });

  test("control: one that comes back under another id gets the job", async () => {
    assert.deepEqual(await comeBack("other"), { ids: ["a"], drains: [] });
  });

  test("are told when they come, if they were not there", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    stage.broker.drainWorkers({ ids: ["w" as WorkerId], names: [], everyone: false });
    const worker = await stage.join("w");
    assert.deepEqual([worker.ids, worker.drains], [[], ["operator"]]);
  });

  test("are forgotten by a restart, and beyond a bound the oldest first", async () => {
    await using stage = await openStage();
    const names = Array.from({ length: LIMITS.drainedWorkersMax + 1 }, (_, i) => `w${i}` as WorkerId);
    stage.broker.drainWorkers({ ids: names, names: [], everyone: false });
    assert.deepEqual((await stage.join("w0")).drains, []);
    assert.deepEqual((await stage.join("w1")).drains, ["operator"]);
    await stage.restart();
    assert.deepEqual((await stage.join("w1")).drains, []);
  });

  test("an operator's word outweighs that of the worker and of the stopping server", async () => {
    await using stage = await openStage();
    const worker = await stage.join("w");
    worker.session.drain("worker_asked");
    const drained = stage.broker.drain();
    await stage.rest();
    stage.broker.drainWorkers(everyone);
    worker.session.drain("server_stopping");
    await drained;
    assert.deepEqual(worker.drains, ["worker_asked", "server_stopping", "operator"]);
  });

  test("one that polls gets nothing in the call that is open, and in those that come", async () => {
    await using stage = await openStage();
    const open = await stage.poll("p");
    assert.deepEqual(stage.broker.drainWorkers(everyone), ["p"]);
    await stage.enqueue({ id: "a" });
    const next = await stage.poll("p");
    assert.deepEqual([open.ids, next.ids, one(stage, "p")?.isDraining], [[], [], true]);
    assert.equal(
      next.session.take(),
      undefined,
      "an answer that came at once would be asked for again at once",
    );
  });
});

describe("why a job is not running:", () => {
  async function situation(stage: Stage, id = "a") {
    const { sentence: _, at: __, ...rest } = await stage.broker.explain(await stage.job(id));
    return rest;
  }

  test("with the workers that offer its name and take jobs, and what goes before it", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "first", priority: 1 }, { id: "a" }, { id: "later", delayMs: SECOND });
    const none = { workers: 0, capacity: 0, held: 0 };
    assert.deepEqual(await situation(stage), { situation: "no_worker", ...none, ahead: 1 });
    assert.deepEqual(await situation(stage, "later"), { situation: "not_due", ...none, ahead: 0 });
    await stage.join("other", { names: ["other"], capacity: 5 });
    const worker = await stage.join("w", { capacity: 1 });
    const full = { workers: 1, capacity: 1, held: 1 };
    assert.deepEqual(await situation(stage), { situation: "workers_full", ...full, ahead: 0 });
    assert.deepEqual(await situation(stage, "first"), { situation: "running", ...full, ahead: 0 });
    await stage.broker.queues.pause([nameOf("mail")]);
    assert.equal((await situation(stage)).situation, "paused");
    await stage.broker.queues.resume([nameOf("mail")]);
    stage.broker.drainWorkers(everyone);
    assert.equal((await situation(stage)).situation, "no_worker", "one that drains takes no more jobs");
    await worker.leave("broken");
    assert.equal((await situation(stage, "first")).situation, "worker_away");
    await stage.broker.cancel([idOf("first")]);
    assert.equal((await situation(stage, "first")).situation, "finished");
    await stage.broker.drain();
    assert.equal((await situation(stage)).situation, "stopping");
  });

  test("a worker that polls is there between two calls, and about to ask", async () => {
    await using stage = await openStage();
    await (await stage.poll("p", 2)).leave("goodbye");
    await stage.enqueue({ id: "a" });
    assert.deepEqual(await situation(stage), {
      situation: "in_line",
      workers: 1,
      capacity: 2,
      held: 0,
      ahead: 0,
    });
    await stage.advance(LIMITS.pollerMsMax + 1);
    assert.equal((await situation(stage)).situation, "no_worker");
  });
});
