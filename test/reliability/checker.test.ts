// The checker: each of its words is said when it should be, or its silence proves nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkerId } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { idOf, newJob, RETENTION } from "../store/new-jobs.ts";
import { check, type Verdict } from "./checker.ts";
import { heldAt, missingFrom } from "./happenings.ts";
import type { Entry, Word } from "./ledger.ts";
import { payloadOf, type Recipe, recipeOf } from "./recipe.ts";

const NOW = Date.UTC(2026, 0, 1);
const W = "w" as WorkerId;

function isOrdinary({ isForgotten, isCancelled, delayMs }: Recipe): boolean {
  return !isForgotten && !isCancelled && delayMs === 0;
}

/** Ids whose jobs live an ordinary life, and one whose job is fire and forget. */
const ids = Array.from({ length: 100 }, (_, i) => `j${i}`);
const [FORGOTTEN = ""] = ids.filter((id) => recipeOf(id).isForgotten);
const [A = "", B = ""] = ids.filter((id) => isOrdinary(recipeOf(id)));

async function store(id: string, bytes: Uint8Array = payloadOf(id)): Promise<Store> {
  const opened = await openStore("memory:", { retention: RETENTION, chance: () => 0.5 });
  await opened.enqueue([newJob(id, { payload: { kind: "data", bytes } })]);
  return opened;
}

async function carryOut(to: Store, id: string, moves: readonly Move[]): Promise<void> {
  for (const move of moves) await to.change({ select: "ids", moves: [{ id: idOf(id), move }] }, NOW);
}

const reserve: Move = { move: "reserve", by: W, stream: true };
const succeed: Move = { move: "succeed", by: W, attempt: 1 };

function ledger(...lines: readonly (readonly [Word, string, number?])[]): Entry[] {
  return lines.map(([word, id, attempt = 0]) => ({ word, id, attempt, at: NOW }));
}

/** What it found, by its words alone. */
function found(verdict: Verdict): string[] {
  const { lost, duplicated, unexpected, takenAway, unfinished } = verdict;
  return Object.entries({ lost, duplicated, unexpected, takenAway, unfinished })
    .filter(([, jobs]) => jobs.length > 0)
    .map(([word]) => word);
}

async function checked(entries: readonly Entry[], kept: Store): Promise<string[]> {
  try {
    return found(await check(entries, kept));
  } finally {
    await kept.close();
  }
}

test("a job that was enqueued, done and is there is well", async () => {
  const kept = await store(A);
  await carryOut(kept, A, [reserve, succeed]);
  assert.deepEqual(await checked(ledger(["try", A], ["ack", A], ["got", A, 1], ["done", A, 1]), kept), []);
});

test("lost: acknowledged and absent, or finished or failed and not so", async () => {
  const known = ledger(["try", A], ["ack", A]);
  assert.deepEqual(await checked([...known, ...ledger(["ack", B])], await store(A)), ["lost", "unfinished"]);
  assert.deepEqual(await checked([...known, ...ledger(["done", A, 1])], await store(A)), [
    "lost",
    "unfinished",
  ]);
  assert.deepEqual(await checked([...known, ...ledger(["cancelled", A])], await store(A)), [
    "lost",
    "unfinished",
  ]);
  assert.deepEqual(await checked([...known, ...ledger(["failed", A, 1])], await store(A)), [
    "lost",
    "unfinished",
  ]);
});

test("duplicated: two outcomes, two deliveries of one attempt, two of a job that is fire and forget", async () => {
  for (const twice of [
    ledger(["done", A, 1], ["done", A, 2]),
    ledger(["got", A, 1], ["got", A, 1], ["done", A, 1]),
  ]) {
    const kept = await store(A);
    await carryOut(kept, A, [reserve, succeed]);
    assert.deepEqual(await checked([...ledger(["try", A]), ...twice], kept), ["duplicated"]);
  }
  const kept = await store(FORGOTTEN);
  await carryOut(kept, FORGOTTEN, [reserve, succeed]);
  const entries = ledger(["try", FORGOTTEN], ["got", FORGOTTEN, 1], ["got", FORGOTTEN, 2]);
  assert.deepEqual(await checked(entries, kept), ["duplicated"]);
});

test("unexpected: nobody tried it, or it has another payload, or nobody speaks of it", async () => {
  const other = await store(A, Buffer.from("other"));
  await carryOut(other, A, [reserve, succeed]);
  assert.deepEqual(await checked(ledger(["try", A]), other), ["unexpected"]);
  const untried = await store(A);
  await carryOut(untried, A, [reserve, succeed]);
  assert.deepEqual(await checked(ledger(["got", A, 1]), untried), ["unexpected"]);
  assert.deepEqual(await checked([], await store(A)), ["unexpected"]);
});

test("taken away: refused to its worker that came back; but not if it was cancelled meanwhile", async () => {
  const entries = ledger(["try", A], ["ack", A], ["got", A, 1], ["refused", A, 1]);
  const kept = await store(A);
  await carryOut(kept, A, [reserve, succeed]);
  assert.deepEqual(await checked(entries, kept), ["takenAway"]);
  const cancelled = await store(A);
  await carryOut(cancelled, A, [reserve, { move: "cancel" }]);
  assert.deepEqual(await checked(entries, cancelled), []);
});

test("what did not happen in a run is named: words of the ledger and ways of jobs", async () => {
  const kept = await store(A);
  await carryOut(kept, A, [reserve, succeed]);
  const entries = ledger(["try", A], ["ack", A], ["got", A, 1], ["done", A, 1]);
  const missing = await missingFrom(entries, kept);
  await kept.close();
  assert.deepEqual(missing, [
    "recovered",
    "cancelled",
    "failed",
    "kept",
    "succeeded after failures",
    "waited for its time and was delivered",
    "died of failures",
    "was cancelled",
    "was delivered and forgotten",
    "was delivered again though it had not failed",
  ]);
});

test("held at an instant: given since another, and neither done nor failed by then", () => {
  const at = (instant: number, word: Word, id: string) => ({ word, id, attempt: 1, at: instant });
  const entries = [at(1, "got", A), at(3, "done", A), at(2, "got", B), at(2, "got", FORGOTTEN)];
  const held = [0, 1, 2, 3].map((instant) => heldAt(entries, { since: 1, at: instant }));
  assert.deepEqual(held, [0, 1, 2, 1]);
  assert.equal(heldAt(entries, { since: 2, at: 2 }), 1);
});

test("taken away: lost though its worker came back and named it; and it is counted as redelivered", async () => {
  const kept = await store(A);
  await carryOut(kept, A, [reserve, { move: "lose", by: W, attempt: 1 }, { move: "run_now" }, reserve]);
  await carryOut(kept, A, [{ ...succeed, attempt: 2 }]);
  const entries = ledger(["try", A], ["got", A, 1], ["kept", A, 1], ["got", A, 2], ["done", A, 2]);
  const verdict = await check(entries, kept);
  assert.deepEqual([found(verdict), verdict.redelivered, verdict.recovered], [["takenAway"], 1, 1]);
  await kept.close();
});
