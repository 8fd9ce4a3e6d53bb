// The embedded engine on a full disk: nothing is acknowledged that is not stored, and it lives on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { type Store, StoreFault } from "../../src/store/store.ts";
import { idsOf, moveOne, reserveNext, talliesOf } from "./engine.ts";
import { data, idOf, NOW, newJob, RETENTION, WORKER } from "./new-jobs.ts";
import { openWithConnection, temporaryDirectory } from "./sqlite-engine.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const HELD = { by: WORKER, attempt: 1 };

/** Enqueues until there is no room, and returns the ids that were acknowledged and the first that was not. */
async function fill(store: Store, payloadBytes: number): Promise<{ stored: string[]; refused: string }> {
  const stored: string[] = [];
  for (let i = 0; i < 1_000; i++) {
    try {
      await store.enqueue([newJob(`fill-${i}`, { payload: data(payloadBytes) })]);
      stored.push(`fill-${i}`);
    } catch (fault) {
      assert.ok(fault instanceof StoreFault && fault.kind === "full", String(fault));
      return { stored, refused: `fill-${i}` };
    }
  }
  assert.fail("there was always room: the fault was not injected");
}

function limitPages(db: DatabaseSync, more: number): void {
  const pages = Number(db.prepare("pragma page_count").get()?.page_count);
  db.exec(`pragma max_page_count = ${pages + more}`);
}

test("an enqueue without room is refused as `full`, stores nothing, and works again when there is room", async () => {
  using directory = temporaryDirectory();
  const { store, db } = openWithConnection(directory.path, OPTIONS);
  await store.enqueue([newJob("first")]);
  limitPages(db, 100);

  const { stored, refused } = await fill(store, 20_000);

  assert.ok(stored.length > 0);
  assert.equal(await store.get(idOf(refused)), undefined);
  assert.deepEqual(await talliesOf(store), { mail: { ready: stored.length + 1 } });
  limitPages(db, 10_000);
  const [again] = await store.enqueue([newJob(refused)]);
  assert.equal(again?.duplicate, false);
  await store.close();
});

test("of jobs enqueued in one call all are stored or none, when the room ends between them", async () => {
  using directory = temporaryDirectory();
  const { store, db } = openWithConnection(directory.path, OPTIONS);
  limitPages(db, 50);
  const jobs = Array.from({ length: 20 }, (_, i) => newJob(`${i}`, { payload: data(20_000) }));

  await assert.rejects(store.enqueue(jobs), { kind: "full" });

  assert.deepEqual(await store.tallies(), []);
  for (const { job } of jobs) assert.equal(await store.get(job.id), undefined);
  await store.close();
});

test("reports go on without room for new jobs, and what is pruned makes room", async () => {
  using directory = temporaryDirectory();
  const { store, db } = openWithConnection(directory.path, OPTIONS);
  limitPages(db, 100);
  const { stored } = await fill(store, 20_000);

  const reserved = await reserveNext(store);
  for (const id of stored) await moveOne(store, id, { move: "succeed", ...HELD });
  assert.equal(reserved.length, stored.length);
  await store.change({ select: "due", jobsMax: 1_000 }, NOW + RETENTION.succeeded);

  assert.equal((await fill(store, 20_000)).stored.length, stored.length);
  await store.close();
});

test("a full store is no failed store: nothing acknowledged is lost by closing it full", async () => {
  using directory = temporaryDirectory();
  const { store, db } = openWithConnection(directory.path, OPTIONS);
  limitPages(db, 60);
  let failed = false;
  void store.failed.then(() => {
    failed = true;
  });
  const { stored } = await fill(store, 3_000);
  await store.close();
  assert.equal(failed, false);

  const again = await openStore(`sqlite:${directory.path}`, OPTIONS);
  assert.deepEqual(await talliesOf(again), { mail: { ready: stored.length } });
  await again.close();
});

// A real disk of 4 MiB. Only root may mount one; elsewhere the tests above stand for it.
test("on a disk that is really full an enqueue is refused, and works again when there is room", async (t) => {
  using directory = temporaryDirectory();
  const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "lakh-test", directory.path]);
  if (mount.status !== 0)
    return t.skip("NOT RUN: only root (with CAP_SYS_ADMIN) may mount a small tmpfs to fill");

  const ballast = join(directory.path, "ballast");
  try {
    writeFileSync(ballast, data(1 << 20).bytes);
    const store = await openStore(`sqlite:${join(directory.path, "store")}`, OPTIONS);
    const { stored, refused } = await fill(store, 50_000);
    assert.equal(await store.get(idOf(refused)), undefined);
    assert.deepEqual(await talliesOf(store), { mail: { ready: stored.length } });

    writeFileSync(ballast, "");
    await store.enqueue([newJob(refused)]);
    assert.deepEqual(await talliesOf(store), { mail: { ready: stored.length + 1 } });
    await store.close();
    assert.equal(readFileSync(ballast).length, 0);
  } finally {
    assert.equal(spawnSync("umount", [directory.path]).status, 0);
  }
});

test("jobs that were handed out in a transaction that was taken back come again, in their order", async () => {
  let isFull = false;
  const failpoint = (point: string) => {
    if (isFull && point === "before_commit") throw Object.assign(new Error("full"), { errcode: 13 });
  };
  const store = await openStore("memory:", { ...OPTIONS, failpoint });
  const next = () => reserveNext(store, "mail", { jobs: 1 });
  await store.enqueue(["a", "b", "c"].map((id) => newJob(id)));
  assert.deepEqual(idsOf(await next()), ["a"]);
  isFull = true;
  await assert.rejects(next(), { kind: "full" });
  await assert.rejects(next(), { kind: "full" });
  isFull = false;
  assert.deepEqual(idsOf([...(await next()), ...(await next())]), ["b", "c"]);
  await store.close();
});
