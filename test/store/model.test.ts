// M1: the embedded engine against the model of docs/lifecycle.md. A failure prints its seed and paths, which go into
// `replay` and `replayPath` of playModel.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CONTROL_MUTATIONS } from "./control-mutants.ts";
import type { Engine } from "./engine.ts";
import { type Play, playModel, reportOf } from "./model-play.ts";
import { MUTATIONS, mutate } from "./mutants.ts";
import { DIRECTORY, MEMORY } from "./sqlite-engine.ts";

const plays: readonly [Engine, Play][] = [
  [MEMORY, { runs: 270, commandsMax: 100 }],
  [DIRECTORY, { runs: 30, commandsMax: 100 }],
];

/** What the rules can say. A play that does not reach all of it proves less than it seems to. */
const ANSWERS = [
  ...["scheduled", "ready", "reserved", "succeeded", "dead", "cancelled", "forgotten"],
  ...["not_found", "already_finished", "stale_attempt", "never_delivered", "not_holder", "fire_and_forget"],
  ...["not_ready", "not_scheduled", "not_dead_or_cancelled", "not_due", "unique_key_taken"],
  ...["replaced"],
];

for (const [engine, play] of plays) {
  test(`${engine.name} does what the model does, in ${play.runs} plays of up to ${play.commandsMax} commands`, async () => {
    const answers = new Map<string, number>();
    const run = await playModel(engine, { ...play, answers });

    assert.ok(!run.failed, await reportOf(run));
    assert.deepEqual(
      ANSWERS.filter((word) => !answers.has(word)),
      [],
      "some answers never came: the play is too tame",
    );
  });
}

describe("M1 catches the mutant:", () => {
  test("none, when the wrapper changes nothing", async () => {
    const run = await playModel(
      mutate(MEMORY, () => ({})),
      { runs: 20, commandsMax: 100, hasty: true },
    );
    assert.ok(!run.failed, await reportOf(run));
  });

  for (const [mistake, mutation] of Object.entries({ ...MUTATIONS, ...CONTROL_MUTATIONS })) {
    test(mistake, async (t) => {
      const run = await playModel(mutate(MEMORY, mutation), { runs: 270, commandsMax: 100, hasty: true });

      assert.ok(run.failed, "it survived");
      assert.ok(run.errorInstance instanceof assert.AssertionError, String(run.errorInstance));
      t.diagnostic(`caught in play ${run.numRuns}`);
    });
  }
});
