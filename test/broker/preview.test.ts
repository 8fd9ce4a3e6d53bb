// What a change of many jobs would come to: told exactly, or as far as there was time to look, and without a trace.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BulkMove } from "../../src/job/bulk.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { isRefused } from "../../src/job/move.ts";
import type { Outcome } from "../../src/store/store.ts";
import { idOf, SECOND } from "../store/new-jobs.ts";
import { enqueueCancelled, openStage, type Stage } from "./stage.ts";

const RETRY = { move: "retry" } as const;
const CANCEL = { move: "cancel" } as const;
const DELETE = { move: "delete" } as const;
const RUN_NOW = { move: "run_now" } as const;

/** What is the same however often it is drawn and whenever it is done. */
function gist(outcomes: readonly Outcome[]) {
  return outcomes.map(({ id, was, decision }) => {
    const refused = isRefused(decision) ? decision.refused : undefined;
    const becomes = isRefused(decision) ? undefined : [decision.job.state.is, decision.forget ?? false];
    return { id, was: was?.state.is, refused, becomes };
  });
}

describe("to try a change", () => {
  /** Jobs in every state, some with unique keys that they would take from each other. */
  async function openFullStage(): Promise<Stage> {
    const stage = await openStage();
    await stage.enqueue({ id: "reserved" }, { id: "dead", maxRetries: 0 }, { id: "succeeded" });
    const worker = await stage.join("w");
    await worker.fail("dead");
    await worker.succeed("succeeded");
    await worker.leave("broken");
    for (const id of ["key-1", "key-2", "key-3"]) {
      await stage.enqueue({ id, uniqueKey: "k", name: "keyed", delayMs: SECOND });
      if (id !== "key-3") await stage.broker.cancel([idOf(id)]);
    }
    await stage.enqueue({ id: "other-1", uniqueKey: "o", name: "keyed" });
    await stage.broker.cancel([idOf("other-1")]);
    await stage.enqueue({ id: "other-2", uniqueKey: "o", name: "keyed" });
    await stage.broker.cancel([idOf("other-2")]);
    await stage.enqueue({ id: "ready" }, { id: "scheduled", delayMs: SECOND });
    return stage;
  }

  const ids = ["reserved", "dead", "succeeded", "ready", "scheduled", "never", "key-1", "key-3", "key-2"]
    .concat(["other-1", "other-2", "other-1", "dead", "ready", "key-3"])
    .map(idOf);

  for (const move of [RETRY, CANCEL, DELETE, RUN_NOW, { ...RETRY, spreadMs: SECOND }] as BulkMove[]) {
    test(`${JSON.stringify(move)} answers what the change would, and changes nothing`, async () => {
      await using stage = await openFullStage();
      const before = await stage.store.tallies();
      const tried = await stage.broker.operator.try(ids, move);
      assert.deepEqual(await stage.store.tallies(), before);
      const changed = await stage.broker.operator.change(ids, move);
      assert.deepEqual(gist(tried), gist(changed));
      const asked = new Set(gist(changed).map(({ refused }) => refused));
      assert.ok(asked.size > 1, "some are refused, some are not");
    });
  }
});

describe("a preview", () => {
  test("of jobs that the counts tell apart is exact, and needs no look", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 30);
    await enqueueCancelled(stage, 40, "bill");
    await stage.enqueue({}, {});
    const now = stage.clock.now();
    const { samples, ...seen } = await stage.broker.operator.preview({ filter: {}, move: RETRY });
    assert.deepEqual(seen, {
      ...{ matching: 70, complete: true, searched: 0, candidates: 70, asOf: now },
      counts: [
        { name: "bill", is: "cancelled", jobs: 40 },
        { name: "mail", is: "cancelled", jobs: 30 },
      ],
    });
    assert.equal(samples.length, LIMITS.previewSamplesMax);
    assert.ok(samples.every(({ state }) => state.is === "cancelled"));
  });

  test("counts scheduled jobs that wait for a retry among the scheduled", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { delayMs: SECOND });
    await (await stage.join("w")).fail("a");
    const { counts } = await stage.broker.operator.preview({ filter: {}, move: RUN_NOW });
    assert.deepEqual(counts, [{ name: "mail", is: "scheduled", jobs: 2 }]);
  });

  test("of others looks at every candidate, slice by slice", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 2_500);
    await stage.enqueue({ id: "x", labels: { tenant: "42" } });
    await stage.broker.cancel([idOf("x")]);
    const seeing = stage.broker.operator.preview({ filter: { labels: { tenant: "42" } }, move: RETRY });
    await stage.advance(0);
    const { samples, counts, ...seen } = await seeing;
    const asOf = stage.clock.now();
    assert.deepEqual(seen, { matching: 1, complete: true, searched: 2_501, candidates: 2_501, asOf });
    assert.deepEqual([samples[0]?.id, counts], ["x", [{ name: "mail", is: "cancelled", jobs: 1 }]]);
  });

  test("ends after its time, and says how far it came", async () => {
    await using stage = await openStage({ slowness: { search: LIMITS.previewMsMax / 2 } });
    await enqueueCancelled(stage, 6_500);
    const seeing = stage.broker.operator.preview({ filter: { labelKeys: ["never"] }, move: RETRY });
    await stage.advance(10 * LIMITS.previewMsMax);
    const { complete, searched, candidates, matching } = await seeing;
    const seen = { complete, searched, candidates, matching };
    assert.deepEqual(seen, { complete: false, searched: 4_000, candidates: 6_500, matching: 0 });
  });

  test("as of an instant leaves out what came later", async () => {
    await using stage = await openStage();
    await enqueueCancelled(stage, 2);
    const asOf = stage.clock.now();
    await stage.advance(1);
    await enqueueCancelled(stage, 3);
    const { matching } = await stage.broker.operator.preview({ filter: {}, move: RETRY, asOf });
    assert.equal(matching, 2);
  });

  test("of states from which the move leads nowhere is empty", async () => {
    await using stage = await openStage();
    await stage.enqueue({});
    const seen = await stage.broker.operator.preview({ filter: { states: ["ready"] }, move: RETRY });
    assert.deepEqual([seen.matching, seen.complete, seen.candidates], [0, true, 0]);
  });
});
