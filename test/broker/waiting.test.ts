// Waiting for jobs to be finished: to the end of each, or of patience, and nothing that happens meanwhile is missed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { JobId } from "../../src/job/job.ts";
import type { Mutation } from "../store/mutants.ts";
import { idOf, json, nameOf, SECOND } from "../store/new-jobs.ts";
import { openStage, RETENTION, type Stage } from "./stage.ts";

/** Waits, and says when it is over. */
function wait(
  stage: Stage,
  ids: readonly string[],
  { ms = 60 * SECOND, signal = new AbortController().signal } = {},
) {
  const patience = { until: stage.clock.now() + ms, signal };
  const waiting = { over: false, seen: stage.broker.whenFinished(ids as JobId[], patience) };
  waiting.seen.then(() => {
    waiting.over = true;
  });
  return waiting;
}

async function states(waiting: ReturnType<typeof wait>) {
  return Object.fromEntries([...(await waiting.seen)].map(([id, { job }]) => [id, job.state.is]));
}

describe("a wait", () => {
  test("ends with the last of the jobs", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c", maxRetries: 0 });
    const worker = await stage.join("w");
    const waiting = wait(stage, ["a", "b", "c"]);
    await worker.fail("c");
    await stage.broker.cancel([idOf("b")]);
    assert.equal(waiting.over, false);
    await worker.succeed("a");
    assert.deepEqual(await states(waiting), { a: "succeeded", b: "cancelled", c: "dead" });
  });

  test("ends at once for what is finished already, and for what there is not", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await stage.broker.cancel([idOf("a")]);
    assert.deepEqual(await states(wait(stage, ["a", "never"])), { a: "cancelled" });
  });

  test("ends at its instant, with the jobs as they stand", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b", name: "bill" });
    await stage.join("w");
    const waiting = wait(stage, ["a", "b"], { ms: SECOND });
    await stage.advance(SECOND - 1);
    assert.equal(waiting.over, false);
    await stage.advance(1);
    assert.deepEqual(await states(waiting), { a: "reserved", b: "ready" });
  });

  test("ends with the signal, before it begins too", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    assert.deepEqual(await states(wait(stage, ["a"], { signal: AbortSignal.abort() })), { a: "ready" });
    const hangUp = new AbortController();
    const waiting = wait(stage, ["a"], { signal: hangUp.signal });
    await stage.rest();
    hangUp.abort();
    assert.deepEqual(await states(waiting), { a: "ready" });
  });

  test("leaves nothing behind", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const alarms = stage.clock.waiting;
    const waiting = wait(stage, ["a"], { ms: SECOND });
    await stage.broker.cancel([idOf("a")]);
    await waiting.seen;
    assert.equal(stage.clock.waiting, alarms + 1, "the end of its retention");
  });

  test("tells the result, and of the attempts the last one that did not succeed", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", backoff: { by: "fixed", delayMs: 0 } }, { id: "b" });
    const worker = await stage.join("w");
    const waiting = wait(stage, ["a", "b"]);
    const error = { class: "Boom", message: "it broke", stack: "" };
    await worker.report("a", (told) => ({ move: "fail", ...told, error }));
    await stage.advance(0);
    const result = json("42");
    await worker.report("a", (told) => ({ move: "succeed", ...told, result }));
    await worker.succeed("b");
    const seen = await waiting.seen;
    const a = seen.get(idOf("a"));
    assert.deepEqual([a?.last?.outcome, a?.last?.error], ["failed", error]);
    assert.ok(a?.job.state.is === "succeeded" && a.job.state.result);
    assert.equal(Buffer.from(a.job.state.result.bytes).toString(), "42");
    assert.equal(seen.get(idOf("b"))?.last, undefined);
  });

  test("hears of jobs that are forgotten as they finish, their result with them", async () => {
    await using stage = await openStage({ settings: { retention: { ...RETENTION, succeeded: 0 } } });
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    const waiting = wait(stage, ["a"]);
    await stage.rest();
    const result = json("42");
    await worker.report("a", (told) => ({ move: "succeed", ...told, result }));
    const state = (await waiting.seen).get(idOf("a"))?.job.state;
    assert.deepEqual(state?.is === "succeeded" && state.result, result);
    assert.equal(await stage.store.get(idOf("a")), undefined);
  });

  test("does not wait for a job that is deleted: it tells how it stood", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const waiting = wait(stage, ["a"]);
    await stage.broker.operator.change([idOf("a")], { move: "delete" });
    assert.deepEqual(await states(waiting), { a: "ready" });
  });

  test("misses nothing that happens while it looks", async () => {
    const [looked, hold] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const mutation: Mutation = (store) => ({
      peek: async (id) => {
        const job = await store.peek(id);
        looked.resolve();
        await hold.promise;
        return job;
      },
    });
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a" });
    const waiting = wait(stage, ["a"]);
    await looked.promise;
    await stage.broker.cancel([idOf("a")]);
    hold.resolve();
    assert.deepEqual(await states(waiting), { a: "cancelled" });
  });
});

describe("the worker that holds a job hears at once when it is cancelled", () => {
  test("by its id, and by an operation", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "by-id" }, { id: "by-filter", name: "bill" });
    const worker = await stage.join("w", { names: ["mail", "bill"] });
    await stage.broker.cancel([idOf("by-id")]);
    const filter = { names: [nameOf("bill")] };
    await stage.broker.operator.begin({ filter, move: { move: "cancel" } });
    await stage.advance(100);
    assert.deepEqual(
      worker.cancellations.map(({ id, reason }) => [id, reason]),
      [
        ["by-id", "cancelled"],
        ["by-filter", "cancelled"],
      ],
    );
  });

  test("a job whose place is taken is cancelled for all who watch it", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "old", uniqueKey: "k", delayMs: SECOND });
    const waiting = wait(stage, ["old"]);
    await stage.enqueue({ id: "new", uniqueKey: "k", onConflict: "replace" });
    const { job } = (await waiting.seen).get(idOf("old")) ?? {};
    assert.ok(job?.state.is === "cancelled" && job.state.replacedBy === "new");
    const rates = (await stage.broker.queues.get(nameOf("mail"))).rates;
    assert.deepEqual([rates.enqueued > 0, rates.cancelled > 0], [true, true]);
    assert.deepEqual((await stage.join("w")).ids, ["new"]);
  });
});
