// What comes due, as the broker counts it: in slices, no further than its bound, and what retries apart.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ENTRIES_MAX, type Schedule } from "../../src/broker/schedule.ts";
import { LIMITS } from "../../src/job/limits.ts";
import type { DueSearch } from "../../src/store/history.ts";
import type { Cursor } from "../../src/store/search.ts";
import type { Mutation } from "../store/mutants.ts";
import { nameOf, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";

const HOUR = 3_600 * SECOND;

/** Counts, letting no time pass. */
async function ask(
  stage: Stage,
  query: { name?: string; windowMs: number; steps: number },
): Promise<Schedule> {
  const { name, ...rest } = query;
  const asking = stage.broker.history.schedule({
    ...rest,
    ...(name !== undefined && { name: nameOf(name) }),
  });
  await stage.advance(0);
  return asking;
}

/** A store with so many jobs that come due, and nothing else. */
function crowded(jobs: number, searches: DueSearch[] = []): Mutation {
  return () => ({
    dues: async (search) => {
      searches.push(search);
      const from = Number(search.after ?? 0);
      const found = Math.min(search.entriesMax, jobs - from);
      const after = found < search.entriesMax ? undefined : (`${from + found}` as Cursor);
      return { scheduled: new Map([[0, found]]), retrying: new Map(), after };
    },
  });
}

describe("a schedule", () => {
  test("divides its window into whole steps, and counts what retries apart", async () => {
    await using stage = await openStage();
    await stage.enqueue({ delayMs: HOUR - 1 }, { delayMs: HOUR }, { delayMs: 3 * HOUR }, { id: "a" });
    await stage.enqueue({ name: "bill", delayMs: HOUR / 2 });
    const worker = await stage.join("w");
    await worker.report("a", (told) => ({ move: "fail", ...told, retryAfterMs: HOUR / 2 }));
    const all = await ask(stage, { windowMs: 3 * HOUR, steps: 3 });
    assert.deepEqual(all, {
      startAt: stage.clock.now(),
      stepMs: HOUR,
      scheduled: [2, 1, 0],
      retrying: [1, 0, 0],
      isComplete: true,
    });
    assert.deepEqual((await ask(stage, { windowMs: 3 * HOUR, steps: 3, name: "bill" })).scheduled, [1, 0, 0]);
    assert.deepEqual((await ask(stage, { windowMs: 3 * HOUR, steps: 1, name: "nobody" })).scheduled, [0]);
    assert.equal((await ask(stage, { windowMs: 60 * SECOND, steps: 7 })).stepMs, 8_572);
  });

  test("is counted in slices, and is complete up to its bound and no further", async () => {
    for (const [jobs, isComplete] of [
      [LIMITS.scheduleJobsMax, true],
      [LIMITS.scheduleJobsMax + 1, false],
      [10 ** 6, false],
    ] as const) {
      const searches: DueSearch[] = [];
      await using stage = await openStage({ mutation: crowded(jobs, searches) });
      const schedule = await ask(stage, { windowMs: HOUR, steps: 2 });
      assert.equal(schedule.isComplete, isComplete, `${jobs} jobs`);
      assert.ok((schedule.scheduled[0] ?? 0) <= LIMITS.scheduleJobsMax + 1);
      assert.ok(searches.every(({ entriesMax }) => entriesMax <= ENTRIES_MAX));
    }
  });

  test("lets everything else have its turn between two slices", async () => {
    await using stage = await openStage({ mutation: crowded(3 * ENTRIES_MAX) });
    const before = stage.clock.fired;
    await ask(stage, { windowMs: HOUR, steps: 1 });
    assert.equal(stage.clock.fired - before, 3);
  });
});
