// Counts, groups of errors and unique keys are exact after a storm of moves: what a full scan finds.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seeded } from "./mixed-jobs.ts";
import { DIRECTORY, MEMORY } from "./sqlite-engine.ts";
import { storm } from "./storm.ts";

for (const [engine, rounds] of [
  [MEMORY, 800],
  [DIRECTORY, 60],
] as const) {
  describe(`${engine.name}:`, () => {
    test("after a storm of moves counts and groups are those of a full scan", async (t) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      t.diagnostic(`seed ${seed}`);

      const { jobs, moved } = await storm(engine, { callers: 8, rounds, chance: seeded(seed) });

      t.diagnostic(`${jobs} jobs left, ${moved} moves carried out`);
      assert.ok(jobs > 50 && moved > 5 * rounds, "too tame");
    });
  });
}
