// Reservations that come to nothing: the worker leaves, the job dies, the store has no room. No job and no room gets lost.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type NextReady, StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { newJob, SECOND } from "../store/new-jobs.ts";
import { openStage } from "./stage.ts";

describe("while a job is being reserved:", () => {
  /** Holds back the answer of the first reservation until `goOn`. */
  function slowReservation(): { mutation: Mutation; asked: Promise<void>; goOn: () => void } {
    const asked = Promise.withResolvers<void>();
    const hold = Promise.withResolvers<void>();
    const mutation: Mutation = (store) => ({
      change: async (selection, now) => {
        const changed = await store.change(selection, now);
        if (selection.select === "next" && changed.outcomes.length > 0) {
          asked.resolve();
          await hold.promise;
        }
        return changed;
      },
    });
    return { mutation, asked: asked.promise, goOn: hold.resolve };
  }

  test("a worker that leaves meanwhile leaves its jobs as if they had not been given to it", async () => {
    const { mutation, asked, goOn } = slowReservation();
    await using stage = await openStage({ mutation });
    const leaver = await stage.join("leaver", { capacity: 2 });
    const enqueued = stage.enqueue({ id: "a" }, { id: "b" });
    await asked;
    const left = leaver.leave("broken");
    goOn();
    await Promise.all([enqueued, left]);
    assert.deepEqual(leaver.ids, []);
    const { state, attempt, failures, losses } = await stage.job("a");
    const expected = { state: { is: "ready", since: stage.clock.now() }, attempt: 1, failures: 0, losses: 0 };
    assert.deepEqual({ state, attempt, failures, losses }, expected);
    const next = await stage.join("next", { capacity: 2 });
    const got = next.got.map(({ job }) => [job.id, job.attempt]);
    assert.deepEqual(got, [
      ["a", 2],
      ["b", 2],
    ]);
  });

  /** Reservations fail as long as there is a fault. */
  function failing(): { mutation: Mutation; fault: StoreFault | undefined; tries: number } {
    const failure: { mutation: Mutation; fault: StoreFault | undefined; tries: number } = {
      mutation: (store) => ({
        change: (selection, now) => {
          if (selection.select !== "next" || !failure.fault) return store.change(selection, now);
          failure.tries++;
          dealAll(selection);
          return Promise.reject(failure.fault);
        },
      }),
      fault: undefined,
      tries: 0,
    };
    return failure;
  }

  test("a full disk is tried again after a second, and no room is lost by it", async () => {
    const failure = failing();
    await using stage = await openStage({ mutation: failure.mutation });
    const worker = await stage.join("w", { capacity: 1 });
    failure.fault = new StoreFault("full", "no room");
    await stage.enqueue({ id: "a" }, { id: "b" });
    await stage.advance(3 * SECOND - 1);
    assert.deepEqual([failure.tries, [...worker.session.held()].length], [3, 0]);
    failure.fault = undefined;
    await stage.advance(1);
    assert.deepEqual(worker.ids, ["a"]);
  });

  test("a job that dies on its way leaves its room to the next", async () => {
    await using stage = await openStage();
    const startBy = stage.clock.now() + SECOND;
    await stage.enqueue({ id: "a", startBy }, { id: "b", name: "bill" });
    stage.clock.jump(2 * SECOND); // the keeper has not looked yet
    const worker = await stage.join("w", { capacity: 1, names: ["mail", "bill"] });
    assert.equal((await stage.job("a")).state.is, "dead");
    assert.deepEqual(worker.ids, ["b"]);
  });

  test("a store that has failed for good is not asked again", async () => {
    const failure = failing();
    await using stage = await openStage({ mutation: failure.mutation });
    await stage.join("w");
    failure.fault = new StoreFault("failed", "no disk");
    await stage.enqueue({ id: "a" });
    await stage.advance(60 * SECOND);
    await stage.enqueue({ id: "b" });
    assert.equal(failure.tries, 1);
  });
});

/** A transaction deals jobs before it fails, until there is no room. */
function dealAll({ deal }: NextReady): void {
  for (let i = 0; i < 2; i++) {
    const { job, payloadBytes } = newJob(`dealt-${i}`);
    deal(job, payloadBytes);
  }
}
