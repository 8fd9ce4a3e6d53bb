// Changes of many jobs by a filter: carried out beside everything else, and told to everyone whom they concern.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Aim } from "../../src/broker/operator.ts";
import type { JobId } from "../../src/job/job.ts";
import { LIMITS } from "../../src/job/limits.ts";
import type { Operation } from "../../src/store/operation.ts";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { nameOf, SECOND } from "../store/new-jobs.ts";
import { operationsWithoutPause } from "./mutants.ts";
import { enqueueCancelled, openStage, type Stage } from "./stage.ts";

const RETRY = { move: "retry" } as const;
const DELETE = { move: "delete" } as const;

async function begin(stage: Stage, aim: Aim): Promise<Operation> {
  const operation = await stage.broker.operator.begin(aim);
  assert.ok(operation);
  return operation;
}

async function newest(stage: Stage): Promise<Operation> {
  const [operation] = await stage.broker.operator.operations();
  assert.ok(operation);
  return operation;
}

async function ready(stage: Stage, name = "mail"): Promise<number> {
  return (await stage.broker.queues.get(nameOf(name))).counts.ready;
}

describe("an operation", () => {
  test("changes every job that matches, and tells how far it has come", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 1_200);
    await stage.enqueue({ id: "other", name: "bill" });
    const now = stage.clock.now();
    const begun = await begin(stage, { filter: { names: [nameOf("mail")] }, move: RETRY });
    assert.deepEqual([begun.state, begun.candidatesCount, begun.createdAt], ["running", 1_200, now]);
    await stage.advance(SECOND);
    const done = await newest(stage);
    assert.deepEqual([done.state, done.changed, done.skipped, await ready(stage)], ["done", 1_200, 0, 1_200]);
  });

  test("tells the dispatcher, the keeper and those who watch, like any change", async () => {
    await using stage = await openStage();
    const [id] = await enqueueCancelled(stage, 1);
    const heard: string[] = [];
    stage.broker.events.watch(id as JobId, ({ state }) => heard.push(state.is));
    const worker = await stage.join("w");
    await begin(stage, { filter: {}, move: { ...RETRY, spreadMs: 10 * SECOND } });
    await stage.advance(10 * SECOND);
    assert.deepEqual(heard, ["scheduled", "ready", "reserved"]);
    assert.deepEqual(worker.ids, [id]);
  });

  /** How many jobs an operation has changed by the time that it must have made way for others. */
  async function changedAtOnce(mutation?: Mutation): Promise<number> {
    await using stage = await openStage({ mutation });
    await enqueueCancelled(stage, 3_000);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    return ready(stage);
  }

  test("gives way after each batch", async () => {
    assert.equal(await changedAtOnce(), 200);
  });

  test("control: one that never gives way is seen", async () => {
    assert.equal(await changedAtOnce(operationsWithoutPause), 3_000);
  });

  test("rests at least as long as a batch took", async () => {
    await using stage = await openStage({ slowness: { operation: 300 } });
    await enqueueCancelled(stage, 1_500);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(300);
    assert.equal(await ready(stage), 200);
    await stage.advance(599);
    assert.equal(await ready(stage), 200);
    await stage.advance(1);
    assert.equal(await ready(stage), 400);
  });

  test("takes turns with others", async () => {
    await using stage = await openStage();
    for (const name of ["a", "b", "c"]) {
      await enqueueCancelled(stage, 1_000, name);
      await begin(stage, { filter: { names: [nameOf(name)] }, move: RETRY });
    }
    await stage.advance(2);
    assert.deepEqual(await Promise.all(["a", "b", "c"].map((name) => ready(stage, name))), [200, 400, 500]);
  });

  test("leaves alone what comes to match after it began", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 600);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    await stage.clock.advance(1);
    const [late] = await enqueueCancelled(stage, 1);
    await stage.advance(SECOND);
    assert.equal((await stage.job(late as string)).state.is, "cancelled");
    assert.equal((await newest(stage)).changed, 600);
  });

  test("of states from which the move leads nowhere touches nothing, and is done", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await begin(stage, { filter: { states: ["ready"] }, move: RETRY });
    await stage.advance(SECOND);
    const { state, changed, skipped } = await newest(stage);
    assert.deepEqual([state, changed, skipped], ["done", 0, 0]);
  });

  test("stops when it is told to; what it has changed stays changed", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 2_000);
    const { id } = await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    const stopped = await stage.broker.operator.stop(id);
    assert.deepEqual(
      [stopped?.before.state, stopped?.now.state, stopped?.now.changed],
      ["running", "stopped", 200],
    );
    await stage.advance(SECOND);
    assert.equal(await ready(stage), 200);
    assert.equal((await stage.broker.operator.stop(id))?.before.state, "stopped");
    assert.equal(await stage.broker.operator.stop("never" as Operation["id"]), undefined);
  });

  test("that was stopped while it rested holds up none that comes after it", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 2_000);
    const { id } = await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    await stage.broker.operator.stop(id);
    await stage.advance(SECOND);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(SECOND);
    const { state, changed } = await newest(stage);
    assert.deepEqual([state, changed, await ready(stage)], ["done", 1_800, 2_000]);
  });

  test("goes on after a restart where it was", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 1_200);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    await stage.restart();
    await stage.advance(SECOND);
    const { state, changed } = await newest(stage);
    assert.deepEqual([state, changed, await ready(stage)], ["done", 1_200, 1_200]);
  });

  test("comes to rest when the server stops: the batch under way is written, no other begins", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 1_200);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(0);
    await stage.broker.stop();
    await stage.advance(SECOND);
    assert.equal(await ready(stage), 200);
    assert.equal(stage.clock.waiting, 0);
  });

  test("more than may run at once are refused, until one is done", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 1);
    const aim = { filter: {}, move: RETRY };
    const all = Array.from({ length: LIMITS.operationsRunningMax + 1 }, () =>
      stage.broker.operator.begin(aim),
    );
    const refused = (await Promise.all(all)).filter((operation) => !operation);
    assert.equal(refused.length, 1);
    await stage.advance(SECOND);
    assert.ok(await stage.broker.operator.begin(aim));
  });

  test("tries again when the disk was full, and ends when the store has failed", async () => {
    let fault: StoreFault | undefined = new StoreFault("full", "no room");
    let tries = 0;
    const failing: Mutation = (store) => ({
      change: (selection, now) => {
        if (selection.select !== "operation" || !fault) return store.change(selection, now);
        tries++;
        return Promise.reject(fault);
      },
    });
    await using stage = await openStage({ mutation: failing });
    await enqueueCancelled(stage, 1);
    await begin(stage, { filter: {}, move: RETRY });
    await stage.advance(2 * SECOND);
    assert.deepEqual([tries, (await newest(stage)).state], [3, "running"]);
    fault = undefined;
    await stage.advance(SECOND);
    assert.equal((await newest(stage)).state, "done");
    fault = new StoreFault("failed", "no disk");
    await begin(stage, { filter: {}, move: DELETE });
    await stage.advance(10 * SECOND);
    assert.equal(tries, 4);
  });
});
