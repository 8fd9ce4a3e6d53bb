// The promises of docs/lifecycle.md over random lives, each with mutants of the rules that it has to catch. A failure
// prints its seed and path, which replay from REPLAY.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decide } from "../../src/job/moves.ts";
import { events, live, newborns, type Rules } from "./life.ts";
import { MUTANTS } from "./mutants.ts";
import { PROMISES, type Promised } from "./promises.ts";

const LIVES = 1_500;
/** For example `{ seed: 1, path: "2:3" }`. */
const REPLAY: { readonly seed?: number; readonly path?: string } = {};

function liveOut(promise: Promised, rules: Rules) {
  const property = fc.property(newborns, events, (newborn, happening) => {
    const check = PROMISES[promise]();
    for (const step of live(rules, newborn, happening)) check(step, rules);
  });
  return fc.check(property, { numRuns: LIVES, ...REPLAY });
}

for (const promise of Object.keys(PROMISES) as Promised[]) {
  describe(promise, () => {
    test(`holds in ${LIVES} lives`, () => {
      const run = liveOut(promise, decide);
      assert.ok(!run.failed, fc.defaultReportMessage(run));
    });

    const mutants = MUTANTS.filter(({ breaks }) => breaks === promise);
    test("has a mutant that breaks it", () => assert.ok(mutants.length > 0));
    for (const { mistake, rules } of mutants) {
      test(`catches: ${mistake}`, () => assert.ok(liveOut(promise, rules).failed));
    }
  });
}

test("lives reach every move and every state, so that the promises speak of something", () => {
  const seen = new Map<string, number>();
  for (const [newborn, happening] of fc.sample(fc.tuple(newborns, events), 2_000)) {
    for (const { move, after, decision } of live(decide, newborn, happening)) {
      if ("refused" in decision) continue;
      for (const what of [move.move, after.state.is]) seen.set(what, (seen.get(what) ?? 0) + 1);
    }
  }
  assert.equal(seen.size, 16 + 6, [...seen].join(" "));
});
