// Workers who come, vanish, come back and say goodbye: whose job it is then, and how often it counts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Mutation } from "../store/mutants.ts";
import { SECOND } from "../store/new-jobs.ts";
import { graceSkipped, holdingIgnored, lossCountedAsFailure, lossesMaxIgnored } from "./mutants.ts";
import { GRACE_MS, openStage, refusalOf, type Stage, type StageWorker } from "./stage.ts";

function holdingOf(worker: StageWorker, except: readonly string[] = []) {
  const held = [...worker.holds].map(([id, attempt]) => ({ id, attempt }));
  return held.filter(({ id }) => !except.includes(id));
}

async function countsOf(stage: Stage, id: string) {
  const { state, attempt, failures, losses } = await stage.job(id);
  return { is: state.is, attempt, failures, losses };
}

describe("a worker that comes back within the grace", () => {
  /** Its stream breaks, it returns with what it holds; a rival with room watches. */
  async function returnWithHolding(mutation?: Mutation): Promise<void> {
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w");
    const rival = await stage.join("rival");
    await worker.leave("broken");
    await stage.advance(GRACE_MS - 1);
    const back = await stage.join("w", { holding: holdingOf(worker) });
    assert.deepEqual(back.notHeld, []);
    await stage.advance(3 * GRACE_MS);
    assert.deepEqual([back.ids, rival.ids], [[], []], "nothing is delivered again");
    assert.equal(refusalOf(await back.succeed("a")), undefined);
    assert.deepEqual(await countsOf(stage, "a"), { is: "succeeded", attempt: 1, failures: 0, losses: 0 });
    assert.deepEqual(await countsOf(stage, "b"), { is: "reserved", attempt: 1, failures: 0, losses: 0 });
  }

  test("keeps what it holds", () => returnWithHolding());

  test("control: a grace that is skipped is seen", async () => {
    await assert.rejects(returnWithHolding(graceSkipped), assert.AssertionError);
  });

  test("control: holding that is ignored is seen", async () => {
    await assert.rejects(returnWithHolding(holdingIgnored), assert.AssertionError);
  });

  test("loses at once what it does not name any more, and that only once", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w");
    await worker.leave("broken");
    const back = await stage.join("w", { holding: holdingOf(worker, ["b"]) });
    assert.deepEqual(await countsOf(stage, "b"), { is: "scheduled", attempt: 1, failures: 0, losses: 1 });
    await stage.advance(SECOND);
    assert.deepEqual(back.ids, ["b"]);
    await stage.advance(3 * GRACE_MS);
    assert.deepEqual(await countsOf(stage, "b"), { is: "reserved", attempt: 2, failures: 0, losses: 1 });
  });

  test("gets no more than its room, what it holds counted", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" });
    const worker = await stage.join("w", { capacity: 2 });
    await worker.leave("broken");
    const back = await stage.join("w", { capacity: 2, holding: holdingOf(worker) });
    assert.deepEqual(back.ids, []);
    await back.succeed("a");
    assert.deepEqual(back.ids, ["c"]);
  });

  test("may do so before the server has noticed that its stream broke: the older session ends", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w");
    const back = await stage.join("w", { holding: holdingOf(worker, ["b"]) });
    assert.equal(worker.session.ended, "replaced");
    assert.deepEqual(await countsOf(stage, "a"), { is: "reserved", attempt: 1, failures: 0, losses: 0 });
    assert.equal((await countsOf(stage, "b")).losses, 1);
    // The end of the older stream, noticed at last, takes nothing from the newer one.
    await worker.leave("broken");
    await stage.advance(3 * GRACE_MS);
    assert.equal(refusalOf(await back.succeed("a")), undefined);
  });

  test("does so over a restart of the server as well", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w");
    await stage.restart();
    const back = await stage.join("w", { holding: holdingOf(worker, ["b"]) });
    assert.deepEqual([back.notHeld, (await countsOf(stage, "b")).losses], [[], 1]);
    await stage.advance(GRACE_MS);
    assert.deepEqual(await countsOf(stage, "a"), { is: "reserved", attempt: 1, failures: 0, losses: 0 });
  });
});

describe("a worker that comes back too late, or with what is not its own,", () => {
  test("is told so", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    await worker.leave("broken");
    await stage.advance(GRACE_MS + 2 * SECOND);
    const rival = await stage.join("rival");
    const holding = [...holdingOf(worker), { id: "never" as never, attempt: 1 }];
    const back = await stage.join("w", { holding });
    assert.deepEqual(
      back.notHeld.map(({ id, reason }) => [id, reason]),
      [
        ["a", "not_held"],
        ["never", "not_held"],
      ],
    );
    assert.deepEqual([rival.ids, back.ids], [["a"], []]);
  });

  test("still counts when it reports a success before anybody else", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    await worker.leave("broken");
    await stage.advance(GRACE_MS + 2 * SECOND);
    const rival = await stage.join("rival");
    const back = await stage.join("w");
    assert.equal(refusalOf(await back.succeed("a", 1)), undefined);
    assert.deepEqual(rival.cancellations, [{ id: "a", attempt: 2, reason: "finished_elsewhere" }]);
    assert.equal(refusalOf(await rival.succeed("a")), "already_finished");
  });

  test("moves nothing when it reports a failure, which is kept as late", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    await worker.leave("broken");
    await stage.advance(GRACE_MS + 2 * SECOND);
    await stage.join("rival");
    const back = await stage.join("w");
    assert.equal(refusalOf(await back.fail("a", 1)), "stale_attempt");
    assert.deepEqual(await countsOf(stage, "a"), { is: "reserved", attempt: 2, failures: 0, losses: 1 });
    const { history } = await stage.stored("a");
    assert.deepEqual(
      history.map(({ attempt, outcome }) => [attempt, outcome]),
      [
        [1, "lost"],
        [1, "late_failure"],
      ],
    );
  });
});

describe("a worker that says goodbye, or vanishes for good:", () => {
  test("a goodbye loses at once what is held, without the grace", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    await (await stage.join("w")).leave("goodbye");
    assert.deepEqual(await countsOf(stage, "a"), { is: "scheduled", attempt: 1, failures: 0, losses: 1 });
  });

  test("a grace of zero is none", async () => {
    await using stage = await openStage({ settings: { disconnectGraceMs: 0 } });
    await stage.enqueue({ id: "a" });
    await (await stage.join("w")).leave("broken");
    assert.equal((await countsOf(stage, "a")).is, "scheduled");
  });

  test("what it had not read is as if it had not been given to it, and comes back at once", async () => {
    await using stage = await openStage();
    const worker = await stage.join("w");
    worker.reads = false;
    await stage.enqueue({ id: "a" });
    await worker.leave("broken");
    assert.deepEqual(await countsOf(stage, "a"), { is: "ready", attempt: 1, failures: 0, losses: 0 });
  });

  test("leaving twice, goodbye and break, counts once", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    await Promise.all([worker.leave("goodbye"), worker.leave("broken")]);
    await stage.advance(2 * GRACE_MS);
    assert.equal((await countsOf(stage, "a")).losses, 1);
  });

  test("a fire-and-forget job on its way is not delivered again", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", reservationMs: 0 });
    await (await stage.join("w")).leave("broken");
    const rival = await stage.join("rival");
    await stage.advance(2 * GRACE_MS);
    assert.deepEqual(rival.ids, []);
    assert.equal((await countsOf(stage, "a")).is, "succeeded");
  });

  test("a poll lives by its reservation: its going loses nothing", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a", reservationMs: 60 * SECOND });
    const poll = await stage.poll("w");
    assert.deepEqual(poll.ids, ["a"]);
    await poll.leave("goodbye");
    assert.deepEqual(await countsOf(stage, "a"), { is: "reserved", attempt: 1, failures: 0, losses: 0 });
    await stage.advance(60 * SECOND);
    assert.deepEqual(await countsOf(stage, "a"), { is: "scheduled", attempt: 1, failures: 1, losses: 0 });
  });
});

describe("a job whose workers vanish", () => {
  /** Five workers in turn vanish with the job; each comes when it is out again. */
  async function killFive(mutation?: Mutation): Promise<void> {
    await using stage = await openStage({ mutation });
    await stage.enqueue({ id: "a", maxRetries: 0 });
    for (let losses = 1; losses <= 5; losses++) {
      const worker = await stage.join(`w${losses}`);
      assert.deepEqual(
        worker.got.map(({ job }) => [job.attempt, job.failures, job.losses]),
        [[losses, 0, losses - 1]],
      );
      await worker.leave("broken");
      await stage.advance(GRACE_MS + losses * SECOND - 1);
      if (losses === 5) break;
      assert.equal((await countsOf(stage, "a")).is, "scheduled", "it waits 1 s for each loss");
      await stage.advance(1);
    }
    const { state, failures, losses } = await stage.job("a");
    assert.deepEqual([state.is === "dead" && state.reason, failures, losses], ["workers_lost", 0, 5]);
    assert.deepEqual(
      (await stage.stored("a")).history.map(({ outcome }) => outcome),
      Array(5).fill("lost"),
    );
  }

  test("waits longer each time, has not failed, and is dead at the fifth", () => killFive());

  test("control: a loss counted as a failure is seen", async () => {
    await assert.rejects(killFive(lossCountedAsFailure), assert.AssertionError);
  });

  test("control: losses_max ignored is seen", async () => {
    await assert.rejects(killFive(lossesMaxIgnored), assert.AssertionError);
  });
});
