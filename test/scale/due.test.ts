// Many scheduled jobs become due at once: all are promoted, in batches so small that nobody waits for them, and fast enough
// for a million in a minute.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isViolation } from "../../src/job/admission.ts";
import type { Mutation } from "../store/mutants.ts";
import { json } from "../store/new-jobs.ts";
import { ShiftedClock } from "../wire/shifted-clock.ts";
import { openBroker, type Turns, turnUntil } from "./broker-alone.ts";

const JOBS = 20_000;
const BATCH = 500;
const HOUR_MS = 3_600_000;
/** A million in a minute are 60 us each; a third of the processor is enough for them. */
const MICROS_PER_JOB_MAX = 40;
/** The goal is 50 ms, in which garbage is collected as well; a batch takes about 4. */
const TURN_MS_MAX = 40;

/** All due at the same instant. */
async function promoteAll(mutation?: Mutation): Promise<Turns> {
  const clock = new ShiftedClock();
  await using opened = await openBroker({ clock, ...(mutation && { mutation }) });
  const { broker, store } = opened;
  const runAt = clock.now() + HOUR_MS;
  for (let from = 0; from < JOBS; from += BATCH) {
    const drafts = Array.from({ length: BATCH }, () => ({ name: "mail", payload: json("{}"), runAt }));
    const admitted = broker.admitAll(drafts);
    if (isViolation(admitted)) throw new Error(admitted.bound);
    await broker.enqueue(admitted);
  }
  clock.shift(HOUR_MS);
  return await turnUntil(async () => (await store.tallies())[0]?.counts.ready === JOBS);
}

function expectUnnoticed({ longestMs }: Turns): void {
  assert.ok(longestMs <= TURN_MS_MAX, `the loop stood still for ${longestMs} ms`);
}

test(`${JOBS} scheduled jobs become due at once: all are promoted, and nobody waits for that`, async (t) => {
  const turns = await promoteAll();
  const micros = (turns.inAllMs * 1_000) / JOBS;
  t.diagnostic(`${micros.toFixed(1)} us each; the longest turn took ${turns.longestMs.toFixed(1)} ms`);
  expectUnnoticed(turns);
  assert.ok(micros <= MICROS_PER_JOB_MAX, `${micros} us each`);
});

test("control: promoting them in one batch is seen", async () => {
  const inOne: Mutation = (store) => ({
    change: (selection, now) =>
      store.change(selection.select === "due" ? { ...selection, jobsMax: JOBS } : selection, now),
  });
  const turns = await promoteAll(inOne);
  assert.throws(() => expectUnnoticed(turns), /stood still/);
});
