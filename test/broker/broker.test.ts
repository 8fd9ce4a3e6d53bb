// The broker as a whole: it tells the right people of each change, and it stops without harming a job.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerId } from "../../src/job/job.ts";
import { idOf, SECOND } from "../store/new-jobs.ts";
import { GRACE_MS, openStage } from "./stage.ts";

describe("news:", () => {
  test("whoever watches a job hears each of its states once, and no other job's", async () => {
    await using stage = await openStage();
    const heard: string[] = [];
    const stop = stage.broker.events.watch(idOf("a"), ({ state }) => heard.push(state.is));
    await stage.enqueue({ id: "a", backoff: { by: "fixed", delayMs: SECOND } }, { id: "b" });
    const worker = await stage.join("w");
    await worker.fail("a");
    await stage.advance(SECOND);
    await worker.succeed("a");
    assert.deepEqual(heard, ["ready", "reserved", "scheduled", "ready", "reserved", "succeeded"]);
    stop();
    await worker.succeed("b");
    assert.equal(heard.length, 6);
  });

  test("the holder of a cancelled job is told, and its report is ignored", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w", { capacity: 1 });
    await stage.broker.cancel([idOf("a")]);
    assert.deepEqual(worker.cancellations, [{ id: "a", attempt: 1, reason: "cancelled" }]);
    await stage.enqueue({ id: "b" });
    assert.deepEqual(worker.ids, ["a"], "the room is the worker's until it says that it has stopped");
    await worker.succeed("a");
    assert.deepEqual(worker.ids, ["a", "b"]);
  });

  test("names whose ready jobs no connected worker offers are known", async () => {
    await using stage = await openStage();
    await stage.enqueue({}, {}, { name: "bill" }, { name: "later", delayMs: SECOND });
    await stage.join("w", { names: ["bill"] });
    assert.deepEqual(await stage.broker.unserved(), [{ name: "mail", jobs: 2 }]);
  });
});

describe("stopping:", () => {
  test("workers are told, get nothing more, and the drain ends with the last report", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w", { capacity: 1 });
    let drained = false;
    const draining = stage.broker.drain().then(() => {
      drained = true;
    });
    await stage.rest();
    assert.deepEqual([worker.drains, drained], [["server_stopping"], false]);
    await worker.succeed("a");
    await draining;
    assert.deepEqual(worker.ids, ["a"]);
    assert.equal((await stage.job("b")).state.is, "ready");
  });

  test("a drain without busy workers ends at once, and who joins meanwhile is told", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await stage.broker.drain();
    const worker = await stage.join("w");
    assert.deepEqual([worker.ids, worker.drains], [[], ["server_stopping"]]);
  });

  test("a drain does not wait for a worker that was told to stop with its job", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "before" }, { id: "meanwhile" });
    const worker = await stage.join("w", { capacity: 2 });
    await stage.broker.cancel([idOf("before")]);
    const draining = stage.broker.drain();
    await stage.broker.cancel([idOf("meanwhile")]);
    await draining;
    assert.deepEqual(worker.ids, ["before", "meanwhile"]);
  });

  test("what is still held is given back unharmed: no failure, no loss", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" });
    const worker = await stage.join("w", { capacity: 1 });
    const deaf = await stage.join("deaf", { capacity: 1 });
    await stage.poll("poller", 1);
    deaf.reads = false;
    await stage.broker.release();
    await stage.advance(GRACE_MS);
    assert.deepEqual([worker.session.ended, deaf.session.ended], ["stopped", "stopped"]);
    for (const id of ["a", "b"]) {
      const { state, attempt, failures, losses } = await stage.job(id);
      assert.deepEqual([state.is, attempt, failures, losses], ["ready", 1, 0, 0]);
    }
    assert.equal((await stage.job("c")).state.is, "reserved", "a poll lives by its reservation");
  });

  test("the report of a worker that is not connected counts", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await (await stage.poll("poller")).leave("goodbye");
    const by = "poller" as WorkerId;
    await stage.broker.report(by, [{ id: idOf("a"), move: { move: "succeed", by, attempt: 1 } }]);
    assert.equal((await stage.job("a")).state.is, "succeeded");
  });
});
