// The room of a delivery returns when its report is on its way to the disk: what is reserved in its place is written in
// the same commit. Room that was counted on comes to nothing when the report does not get there.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Session } from "../../src/broker/session.ts";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { SECOND } from "../store/new-jobs.ts";
import { openStage } from "./stage.ts";

/** Writes down which changes are asked for, and which were answered. */
function recorded(): { mutation: Mutation; told: string[] } {
  const told: string[] = [];
  const mutation: Mutation = (store) => ({
    change: async (selection, now) => {
      told.push(`${selection.select} asked`);
      const changed = await store.change(selection, now);
      told.push(`${selection.select} answered, ${changed.outcomes.length} jobs`);
      return changed;
    },
  });
  return { mutation, told };
}

describe("room ahead:", () => {
  test("a report and the reservation that takes its place are asked for together", async () => {
    const { mutation, told } = recorded();
    await using stage = await openStage({ mutation });
    const worker = await stage.join("w", { capacity: 2 });
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" });
    told.length = 0;
    await worker.succeed("a");
    assert.deepEqual(told.slice(0, 4), [
      "ids asked",
      "next asked",
      "ids answered, 1 jobs",
      "next answered, 1 jobs",
    ]);
    assert.deepEqual(worker.ids, ["a", "b", "c"]);
  });

  test("reports of several workers that come together make room for one reservation", async () => {
    const { mutation, told } = recorded();
    await using stage = await openStage({ mutation });
    const workers = [await stage.join("v", { capacity: 1 }), await stage.join("w", { capacity: 1 })];
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" });
    told.length = 0;
    await Promise.all(workers.map((worker) => worker.succeed(worker.ids[0] ?? "")));
    assert.equal(told.filter((one) => one === "next answered, 2 jobs").length, 1, told.join("; "));
  });

  test("the same report twice makes room once, and so does a report of an attempt that it does not hold", async () => {
    await using stage = await openStage();
    const worker = await stage.join("w", { capacity: 2 });
    await stage.enqueue({ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" });
    await Promise.all([worker.succeed("a", 1), worker.succeed("a", 1), worker.succeed("b", 9)]);
    assert.deepEqual(worker.ids, ["a", "b", "c"]);
    assert.equal(worker.session.heldCount, 2);
  });

  test("a job that is released comes back in the same commit, and is held by its new attempt", async () => {
    await using stage = await openStage();
    const worker = await stage.join("w", { capacity: 1 });
    await stage.enqueue({ id: "a" });
    await worker.release("a");
    assert.deepEqual([worker.ids, worker.session.attemptOf(worker.got[0]?.job.id as never)], [["a", "a"], 2]);
    await worker.succeed("a", 2);
    assert.equal(worker.session.room, 1);
  });

  test("an extension makes no room", async () => {
    await using stage = await openStage();
    const worker = await stage.join("w", { capacity: 1 });
    await stage.enqueue({ id: "a" }, { id: "b" });
    await worker.report("a", (told) => ({ move: "extend", ...told }));
    assert.deepEqual([worker.ids, worker.session.room], [["a"], 0]);
  });

  /** How many jobs a worker with room for one holds after its report met a full disk. */
  async function heldAfterFullDisk(spoil: (session: Session) => void = () => {}): Promise<number> {
    let isFull = false;
    const mutation: Mutation = (store) => ({
      change: (selection, now) =>
        isFull ? Promise.reject(new StoreFault("full", "no room")) : store.change(selection, now),
    });
    await using stage = await openStage({ mutation });
    const worker = await stage.join("w", { capacity: 1 });
    spoil(worker.session);
    await stage.enqueue({ id: "a" }, { id: "b" });
    isFull = true;
    await assert.rejects(worker.succeed("a"), { kind: "full" });
    isFull = false;
    await stage.advance(2 * SECOND);
    return worker.session.heldCount;
  }

  test("a report that does not get to the disk makes no room", async () => {
    assert.equal(await heldAfterFullDisk(), 1);
  });

  test("control: room that is counted on for good is seen", async () => {
    const forGood = (session: Session) => {
      const reporting = session.reporting.bind(session);
      session.reporting = (reports) => reporting(reports, true);
    };
    assert.equal(await heldAfterFullDisk(forGood), 2);
  });
});
