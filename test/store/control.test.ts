// Controls: engines with a mistake in search, operations or counts, each of which the contract must catch.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkFilters, checkTies } from "./contract-search.ts";
import { OPERATION_MUTATIONS, SEARCH_MUTATIONS, STORM_MUTATIONS } from "./control-mutants.ts";
import type { Engine } from "./engine.ts";
import { seeded } from "./mixed-jobs.ts";
import { type Mutation, mutate } from "./mutants.ts";
import { checkLatecomers, checkOperation, checkRefused } from "./operation-checks.ts";
import { MEMORY } from "./sqlite-engine.ts";
import { storm } from "./storm.ts";

async function searches(engine: Engine): Promise<void> {
  await checkTies(engine);
  await checkFilters(engine, 1);
}

async function operations(engine: Engine): Promise<void> {
  await checkOperation(engine, { move: "cancel" }, {});
  await checkLatecomers(engine);
  await checkRefused(engine);
}

async function storms(engine: Engine): Promise<void> {
  await storm(engine, { callers: 4, rounds: 100, chance: seeded(1) });
}

const CONTROLS: readonly [string, (engine: Engine) => Promise<void>, Readonly<Record<string, Mutation>>][] = [
  ["the contract of search", searches, SEARCH_MUTATIONS],
  ["the contract of operations", operations, OPERATION_MUTATIONS],
  ["the storm", storms, STORM_MUTATIONS],
];

/** A property tells in its cause what went wrong. */
function isCaught(error: Error): boolean {
  return error instanceof assert.AssertionError || error.cause instanceof assert.AssertionError;
}

for (const [what, check, mutations] of CONTROLS) {
  describe(`${what} catches the mutant:`, () => {
    test("none, when the wrapper changes nothing", () => check(mutate(MEMORY, () => ({}))));

    for (const [mistake, mutation] of Object.entries(mutations)) {
      test(mistake, () => assert.rejects(check(mutate(MEMORY, mutation)), isCaught));
    }
  });
}
