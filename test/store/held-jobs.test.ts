// Jobs that workers hold are remembered by the embedded engine, so that a report need not read them. Nobody may notice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SQLITE } from "../../src/store/sqlite/database.ts";
import { moveOne, reserveNext, talliesOf } from "./engine.ts";
import { idOf, NOW, newJob, RETENTION, WORKER } from "./new-jobs.ts";
import { MEMORY, openWithConnection } from "./sqlite-engine.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const SUCCEED = { move: "succeed", by: WORKER, attempt: 1 } as const;

/** A store whose disk is full at every commit while `isFull`. */
function openFillable() {
  const disk = { isFull: false };
  const failpoint = (point: string) => {
    if (disk.isFull && point === "before_commit") {
      throw Object.assign(new Error("database or disk is full"), { errcode: SQLITE.FULL });
    }
  };
  const { store } = openWithConnection(":memory:", { ...OPTIONS, failpoint });
  return { store, disk, [Symbol.asyncDispose]: () => store.close() };
}

test("a job whose reservation found the disk full was never delivered", async () => {
  await using opened = openFillable();
  const { store, disk } = opened;
  await store.enqueue([newJob("it")]);

  disk.isFull = true;
  await assert.rejects(reserveNext(store), { kind: "full" });
  disk.isFull = false;

  assert.deepEqual((await store.peek(idOf("it")))?.state, { is: "ready", since: NOW });
  assert.deepEqual((await moveOne(store, "it", SUCCEED)).decision, { refused: "never_delivered" });
});

test("a job whose success found the disk full is still held, and can succeed", async () => {
  await using opened = openFillable();
  const { store, disk } = opened;
  await store.enqueue([newJob("it")]);
  await reserveNext(store);

  disk.isFull = true;
  await assert.rejects(moveOne(store, "it", SUCCEED), { kind: "full" });
  disk.isFull = false;

  assert.equal((await store.peek(idOf("it")))?.state.is, "reserved");
  assert.equal((await moveOne(store, "it", SUCCEED)).was?.state.is, "reserved");
  assert.deepEqual(await talliesOf(store), { mail: { succeeded: 1 } });
});

test("what changes a held job otherwise than by its id is not missed: its reservation runs out", async () => {
  await using opened = await MEMORY.open(OPTIONS);
  const { store } = opened;
  await store.enqueue([newJob("it", { reservationMs: 1_000 })]);
  await reserveNext(store);

  await store.change({ select: "due", jobsMax: 10 }, NOW + 1_000);

  assert.equal((await store.peek(idOf("it")))?.failures, 1);
  assert.equal((await moveOne(store, "it", SUCCEED)).was?.state.is, "scheduled");
});

test("more jobs than are remembered can be held, and each is what it was", async () => {
  await using opened = await MEMORY.open(OPTIONS);
  const { store } = opened;
  const ids = Array.from({ length: 12_000 }, (_, i) => `${i}`);
  await store.enqueue(ids.map((id) => newJob(id)));
  while ((await reserveNext(store)).length > 0);

  const moves = ids.map((id) => ({ id: idOf(id), move: SUCCEED }));
  const { outcomes } = await store.change({ select: "ids", moves }, NOW);

  assert.ok(outcomes.every(({ id, was }) => was?.id === id && was.state.is === "reserved"));
  assert.deepEqual(await talliesOf(store), { mail: { succeeded: ids.length } });
});
