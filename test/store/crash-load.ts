// A program for the durability tests: works on a store until it is killed, and writes to its standard output what it
// tried and what was acknowledged, each line before it goes on. Its one argument is a CrashPlan as JSON.
import { writeSync } from "node:fs";
import type { Failpoint, Point } from "../../src/store/sqlite/failpoint.ts";
import type { SqliteOptions } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";
import { ackBeforeCommit, ackWhenHalfIsStored, goOnAfterFailure } from "./durability-mutants.ts";
import { reserveNext } from "./engine.ts";
import { wrapStore } from "./mutants.ts";
import { NOW, newJob, RETENTION, SECOND, WORKER } from "./new-jobs.ts";
import { openWithConnection } from "./sqlite-engine.ts";

export interface CrashPlan {
  readonly directory: string;
  /** Of the load; it ends by itself after them. */
  readonly rounds: number;
  /** Kills itself when it comes to this point for the nth time, counted from 1. */
  readonly kill?: { readonly at: Point; readonly nth: number };
  readonly mutant?:
    | "ack before COMMIT"
    | "ack when half is stored"
    | "go on after a failure"
    | "synchronous off";
  /** Checkpoints after so many pages of the log, instead of the engine's own number. */
  readonly checkpointPages?: number;
}

const plan: CrashPlan = JSON.parse(process.argv[2] ?? "");

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function failpointOf({ kill }: CrashPlan): Failpoint {
  let passed = 0;
  return (point) => {
    if (point === kill?.at && ++passed === kill.nth) process.kill(process.pid, "SIGKILL");
  };
}

function open({ directory, checkpointPages, mutant }: CrashPlan): Store {
  const options: SqliteOptions = { retention: RETENTION, chance: () => 0.5, failpoint: failpointOf(plan) };
  const { store, db } = openWithConnection(directory, options);
  if (checkpointPages !== undefined) db.exec(`pragma wal_autocheckpoint = ${checkpointPages}`);
  if (mutant === "synchronous off") db.exec("pragma synchronous = off");
  if (mutant === "ack before COMMIT") return wrapStore(store, ackBeforeCommit);
  if (mutant === "ack when half is stored") return wrapStore(store, ackWhenHalfIsStored);
  return mutant === "go on after a failure" ? goOnAfterFailure(db, options) : store;
}

async function enqueue(store: Store, ids: readonly string[]): Promise<void> {
  for (const id of ids) say(`try ${id}`);
  await store.enqueue(ids.map((id) => newJob(id)));
  for (const id of ids) say(`ack ${id}`);
}

/** Calls that are committed together: a batch, a single job, and an id that was enqueued before. */
async function enqueueTogether(store: Store, round: number): Promise<void> {
  const batch = [0, 1, 2, 3].map((i) => `r${round}-${i}`);
  await Promise.all([
    enqueue(store, batch),
    enqueue(store, [`r${round}-single`]),
    enqueue(store, [`r${Math.max(0, round - 1)}-single`]),
  ]);
}

async function finishSome(store: Store, now: number): Promise<void> {
  const outcomes = await reserveNext(store, "mail", { jobs: 2, now });
  const moves = outcomes.map(({ id }) => ({
    id,
    move: { move: "succeed", by: WORKER, attempt: 1 } as const,
  }));
  for (const { id } of moves) say(`finish ${id} ${now}`);
  await store.change({ select: "ids", moves }, now);
  for (const { id } of moves) say(`done ${id}`);
}

const store = open(plan);
for (let round = 0; round < plan.rounds; round++) {
  const now = NOW + round * SECOND;
  await enqueueTogether(store, round);
  await finishSome(store, now);
  // What finished 20 rounds ago has been kept long enough.
  const forgetAt = now + RETENTION.succeeded - 20 * SECOND;
  say(`forget ${forgetAt}`);
  await store.change({ select: "due", jobsMax: 100 }, forgetAt);
}
await store.close();
say("end");
