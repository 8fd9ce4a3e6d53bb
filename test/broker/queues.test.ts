// Queues as operators see and steer them: paused ones hand out nothing, and the list tells what there is.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobName } from "../../src/job/job.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { nameOf, SECOND } from "../store/new-jobs.ts";
import { pausesForgotten } from "./mutants.ts";
import { openStage, type Stage } from "./stage.ts";

const MAIL = [nameOf("mail")];

async function pause(stage: Stage, ...names: string[]) {
  const paused = await stage.broker.queues.pause(names.map(nameOf));
  await stage.rest();
  return paused;
}

async function resume(stage: Stage, ...names: string[]) {
  const resumed = await stage.broker.queues.resume(names.map(nameOf));
  await stage.rest();
  return resumed;
}

describe("a paused queue", () => {
  type Pause = (stage: Stage) => Promise<unknown>;

  /** What workers are given of a queue after it was paused, and of another one. */
  async function dealtMeanwhile(pauseIt: Pause): Promise<string[]> {
    await using stage = await openStage();
    const worker = await stage.join("w", { names: ["mail", "bill"], capacity: 3 });
    await stage.enqueue({ id: "before" });
    await pauseIt(stage);
    await stage.enqueue({ id: "meanwhile" }, { id: "bill", name: "bill" }, { id: "later", delayMs: SECOND });
    await stage.join("other");
    await stage.advance(SECOND);
    await worker.succeed("before");
    await worker.release("bill");
    return worker.ids;
  }

  test("hands out nothing, whatever becomes ready or free; others go on, and what runs finishes", async () => {
    assert.deepEqual(await dealtMeanwhile((stage) => pause(stage, "mail")), ["before", "bill", "bill"]);
  });

  test("control: a pause of which only the store knows is seen", async () => {
    const dealt = await dealtMeanwhile(({ store, clock }) => store.pause(MAIL, clock.now()));
    assert.ok(dealt.includes("meanwhile"));
  });

  test("hands out what waits when it is resumed, and nothing of queues that are still paused", async () => {
    await using stage = await openStage();
    await pause(stage, "mail", "bill");
    await stage.enqueue({ id: "a" }, { id: "b", name: "bill" });
    const worker = await stage.join("w", { names: ["mail", "bill"] });
    assert.deepEqual(await resume(stage, "mail"), ["mail"]);
    assert.deepEqual(worker.ids, ["a"]);
    await resume(stage, "bill");
    assert.deepEqual(worker.ids, ["a", "b"]);
  });

  test("what was ready before it was paused is handed out when it is resumed", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await pause(stage, "mail");
    const worker = await stage.join("w");
    assert.deepEqual(worker.ids, []);
    await resume(stage, "mail");
    assert.deepEqual(worker.ids, ["a"]);
  });

  test("costs nothing while jobs and workers wait for it", async () => {
    await using stage = await openStage();
    await pause(stage, "mail");
    await stage.enqueue({}, {}, {});
    await stage.join("w");
    await stage.advance(0);
    stage.count.calls = 0;
    await stage.advance(60 * SECOND);
    assert.equal(stage.count.calls, 0);
  });

  test("is no queue without workers that anybody should be warned of", async () => {
    await using stage = await openStage();
    await stage.enqueue({}, { name: "bill" });
    await pause(stage, "mail");
    assert.deepEqual(await stage.broker.unserved(), [{ name: "bill", jobs: 1 }]);
  });

  async function afterRestart(mutation?: Mutation): Promise<void> {
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a" });
    await pause(stage, "mail");
    const since = stage.clock.now();
    await stage.advance(SECOND);
    await stage.restart();
    const worker = await stage.join("w");
    assert.deepEqual(worker.ids, []);
    assert.equal((await stage.broker.queues.get(nameOf("mail"))).pausedSince, since);
    await resume(stage, "mail");
    assert.deepEqual(worker.ids, ["a"]);
    await stage.restart();
    assert.equal((await stage.broker.queues.get(nameOf("mail"))).pausedSince, undefined);
  }

  test("stays paused, and resumed, over a restart", () => afterRestart());

  test("control: a pause that is forgotten over a restart is seen", async () => {
    await assert.rejects(afterRestart(pausesForgotten), assert.AssertionError);
  });
});

describe("to pause", () => {
  test("resolves only when what was on its way has been handed over", async () => {
    const [asked, hold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const mutation: Mutation = (store) => ({
      change: async (selection, now) => {
        const changed = await store.change(selection, now);
        if (selection.select !== "next" || changed.outcomes.length === 0) return changed;
        asked.resolve();
        await hold.promise;
        return changed;
      },
    });
    await using stage = await openStage({ mutation });
    const worker = await stage.join("w", { capacity: 1 });
    const enqueued = stage.enqueue({ id: "a" }, { id: "b" });
    await asked.promise;
    let paused = false;
    const pausing = stage.broker.queues.pause(MAIL).then(() => {
      paused = true;
    });
    for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
    assert.deepEqual([paused, worker.ids], [false, []]);
    hold.resolve();
    await pausing;
    assert.deepEqual(worker.ids, ["a"]);
    await enqueued;
    await worker.succeed("a");
    assert.deepEqual(worker.ids, ["a"]);
  });

  test("answers those that were not paused before, each once; to resume, those that were", async () => {
    await using stage = await openStage();
    assert.deepEqual(await pause(stage, "a", "b", "a"), ["a", "b"]);
    assert.deepEqual(await pause(stage, "b", "c"), ["c"]);
    assert.deepEqual([...((await resume(stage, "c", "never", "a")) ?? [])].sort(), ["a", "c"]);
    assert.deepEqual([...(await stage.store.paused()).keys()], ["b"]);
  });

  test("more names than there may be is refused, and changes nothing", async () => {
    await using stage = await openStage();
    const names = Array.from({ length: LIMITS.pausedNamesMax }, (_, i) => `name-${i}`);
    await pause(stage, ...names.slice(1));
    assert.equal(await pause(stage, "more", "and-more"), undefined);
    assert.equal((await stage.store.paused()).size, LIMITS.pausedNamesMax - 1);
    await stage.enqueue({ id: "a", name: "more" });
    assert.deepEqual((await stage.join("w", { names: ["more"] })).ids, ["a"]);
    assert.deepEqual(await pause(stage, "name-0", "name-1"), ["name-0"], "one that is paused takes no room");
    assert.equal(await pause(stage, "more"), undefined);
  });

  test("and to resume at the same time come to the later of the two, in the store too", async () => {
    await using stage = await openStage();
    const { queues } = stage.broker;
    await Promise.all([queues.pause(MAIL), queues.resume(MAIL), queues.pause(MAIL)]);
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    assert.deepEqual([worker.ids, (await stage.store.paused()).size], [[], 1]);
    await Promise.all([queues.resume(MAIL), queues.pause(MAIL), queues.resume(MAIL)]);
    await stage.rest();
    assert.deepEqual([worker.ids, (await stage.store.paused()).size], [["a"], 0]);
  });

  test("without room on the disk leaves the queue as it was", async () => {
    const full: Mutation = () => ({ pause: () => Promise.reject(new StoreFault("full", "no room")) });
    await using stage = await openStage({ mutation: full });
    await assert.rejects(pause(stage, "mail"), StoreFault);
    await stage.enqueue({ id: "a" });
    assert.deepEqual((await stage.join("w")).ids, ["a"]);
    assert.equal((await stage.broker.queues.get(nameOf("mail"))).pausedSince, undefined);
  });
});

describe("the list of queues", () => {
  const all = { prefix: "", after: undefined, queuesMax: 100 };

  async function names(stage: Stage, query: Partial<typeof all> = {}): Promise<string[]> {
    return (await stage.broker.queues.list({ ...all, ...query })).queues.map(({ name }) => name);
  }

  test("has names with jobs, paused ones and those that a worker offers, and no others", async () => {
    await using stage = await openStage();
    await stage.enqueue({ name: "jobs" });
    await pause(stage, "paused");
    const worker = await stage.join("w", { names: ["offered", "jobs"] });
    await (await stage.poll("poller", 1, ["polled"])).leave("goodbye");
    assert.deepEqual(await names(stage), ["jobs", "offered", "paused", "polled"]);
    await stage.advance(LIMITS.pollerMsMax);
    assert.deepEqual(await names(stage), ["jobs", "offered", "paused", "polled"]);
    await stage.advance(1);
    await worker.leave("goodbye");
    await resume(stage, "paused");
    assert.deepEqual(await names(stage), ["jobs"]);
  });

  test("comes in pages, by prefix, in alphabetical order", async () => {
    await using stage = await openStage();
    await stage.enqueue(...["b", "mail.z", "mail.a", "mail", "mailer"].map((name) => ({ name })));
    assert.deepEqual(await names(stage, { prefix: "mail" }), ["mail", "mail.a", "mail.z", "mailer"]);
    const page = await stage.broker.queues.list({ prefix: "mail", after: "mail", queuesMax: 2 });
    assert.deepEqual([page.queues.map(({ name }) => name), page.more], [["mail.a", "mail.z"], true]);
    const last = await stage.broker.queues.list({ prefix: "mail", after: "mail.z", queuesMax: 1 });
    assert.deepEqual([last.queues.map(({ name }) => name), last.more], [["mailer"], false]);
  });

  test("asks for the age of the names of the page that have ready jobs, and of no others", async () => {
    const asked: (readonly JobName[])[] = [];
    const mutation: Mutation = (store) => ({
      oldestReady: (wanted) => {
        asked.push(wanted);
        return store.oldestReady(wanted);
      },
    });
    await using stage = await openStage({ mutation });
    await stage.enqueue({ name: "a" }, { name: "b", delayMs: SECOND }, { name: "c" }, { name: "d" });
    await names(stage, { queuesMax: 3 });
    assert.deepEqual(asked, [["a", "c"]]);
  });

  test("tells counts, age, pause and the workers of each name", async () => {
    await using stage = await openStage();
    const from = stage.clock.now();
    await stage.enqueue({ id: "a" }, { id: "b", maxRetries: 5 }, { id: "c", delayMs: SECOND });
    const worker = await stage.join("w", { names: ["mail", "bill"], capacity: 2 });
    await worker.fail("b");
    await pause(stage, "mail");
    await stage.advance(SECOND);
    const queue = await stage.broker.queues.get(nameOf("mail"));
    const { rates: _, ...rest } = queue;
    assert.deepEqual(rest, {
      name: "mail",
      counts: { scheduled: 0, retrying: 1, ready: 1, reserved: 1, succeeded: 0, dead: 0, cancelled: 0 },
      oldestReadyAt: from + SECOND,
      pausedSince: from,
      workers: 1,
      capacity: 2,
      held: 1,
    });
    assert.deepEqual((await stage.broker.queues.list(all)).queues[1], queue);
  });

  test("a name that nobody has used is an empty queue", async () => {
    await using stage = await openStage();
    const { counts, rates, ...rest } = await stage.broker.queues.get(nameOf("never"));
    assert.ok([...Object.values(counts), ...Object.values(rates)].every((count) => count === 0));
    const empty = { oldestReadyAt: undefined, pausedSince: undefined, workers: 0, capacity: 0, held: 0 };
    assert.deepEqual(rest, { name: "never", ...empty });
  });
});

describe("the overview", () => {
  test("is the sum of all queues", async () => {
    await using stage = await openStage();
    const from = stage.clock.now();
    await stage.enqueue({ id: "a", name: "bill" });
    await stage.advance(SECOND);
    await stage.enqueue({ id: "b" }, { id: "c", delayMs: SECOND });
    await pause(stage, "mail", "paused");
    await stage.join("w", { names: ["mail", "offered"], capacity: 7 });
    await stage.poll("poller", 3, ["polled"]);
    const overview = await stage.broker.overview();
    const { counts, oldestReady, queues, pausedQueues, workers, capacity, held, at, node } = overview;
    assert.deepEqual([counts.ready, counts.scheduled, counts.reserved], [2, 1, 0]);
    assert.deepEqual(oldestReady, { name: "bill", at: from });
    assert.deepEqual({ queues, pausedQueues }, { queues: 5, pausedQueues: 2 });
    assert.deepEqual({ workers, capacity, held }, { workers: 2, capacity: 10, held: 0 });
    assert.deepEqual([at, node.startedAt, node.isStopping], [from + SECOND, from, false]);
    assert.ok(overview.storeBytes > 0);
  });

  test("names the node anew at each start, and says when it stops", async () => {
    await using stage = await openStage();
    const { id } = (await stage.broker.overview()).node;
    assert.equal((await stage.broker.overview()).node.id, id);
    await stage.restart();
    assert.notEqual((await stage.broker.overview()).node.id, id);
    await stage.broker.drain();
    assert.equal((await stage.broker.overview()).node.isStopping, true);
  });
});
