// Which jobs a change of many looks at: those that the rules let it change, and no others.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type BulkMove, candidatesFor } from "../../src/job/bulk.ts";
import { matches } from "../../src/job/filter.ts";
import type { JobName } from "../../src/job/job.ts";
import { isRefused } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import { AT, SAMPLES, STANDINGS } from "./samples.ts";

const MOVES: readonly BulkMove[] = [
  { move: "retry" },
  { move: "retry", spreadMs: 9 },
  { move: "run_now" },
  { move: "cancel" },
  { move: "delete" },
];

const nothing = () => new Uint8Array();

for (const move of MOVES) {
  const all = candidatesFor(move, {});

  for (const standing of STANDINGS) {
    const job = SAMPLES[standing];
    const isAllowed = !isRefused(decide(job, move, AT));
    test(`a ${standing} job is ${isAllowed ? "a" : "no"} candidate for ${JSON.stringify(move)}`, () => {
      assert.ok(all);
      assert.equal(matches(all, job, nothing), isAllowed);
    });
  }
}

describe("of the jobs that match", () => {
  const retry: BulkMove = { move: "retry" };

  test("only those in states that the move can change are candidates", () => {
    assert.deepEqual(candidatesFor(retry, { states: ["ready", "dead"] })?.states, ["dead"]);
    assert.deepEqual(candidatesFor({ move: "cancel" }, { states: ["dead", "reserved", "ready"] })?.states, [
      ...["ready", "reserved"],
    ]);
  });

  test("every other condition stays", () => {
    const filter = { names: ["mail" as JobName], errorGroup: "0", asOf: 1, exclude: [{ errorText: "x" }] };
    assert.deepEqual(candidatesFor(retry, filter), { ...filter, states: ["dead", "cancelled"] });
  });

  test("none is a candidate when the move leads nowhere from their states", () => {
    assert.equal(candidatesFor(retry, { states: ["ready", "succeeded"] }), undefined);
    assert.equal(candidatesFor({ move: "delete" }, { states: ["reserved"] }), undefined);
    assert.equal(candidatesFor({ move: "cancel" }, { states: ["dead"] }), undefined);
  });

  test("those that wait after a failure are scheduled, and candidates for what moves scheduled jobs", () => {
    assert.equal(candidatesFor(retry, { retrying: true }), undefined);
    assert.equal(candidatesFor({ move: "run_now" }, { retrying: true, states: ["dead"] }), undefined);
    for (const move of ["run_now", "cancel", "delete"] as const) {
      assert.deepEqual(candidatesFor({ move }, { retrying: true }), {
        retrying: true,
        states: ["scheduled"],
      });
    }
  });
});
