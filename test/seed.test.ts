// A seed that a test has printed brings back what it drew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { VirtualClock } from "./broker/virtual-clock.ts";
import { drawSeed } from "./seed.ts";

function draws(seed: number): number[] {
  const clock = new VirtualClock({ seed });
  return Array.from({ length: 10 }, () => clock.chance());
}

test("LAKH_SEED replays what was drawn; without it each run draws anew; nonsense is refused", () => {
  const printed = drawSeed({});
  assert.deepEqual(draws(drawSeed({ LAKH_SEED: `${printed}` })), draws(printed));
  assert.notDeepEqual(draws(drawSeed({})), draws(printed));
  assert.throws(() => drawSeed({ LAKH_SEED: "1e3" }), /LAKH_SEED must be a whole number, is 1e3/);
});
