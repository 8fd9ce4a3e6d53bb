// What is left of a job after the moves that people make.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Job, JobId } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import { REFUSAL_TEXTS } from "../../src/job/refusal.ts";
import { AT, CURRENT, DAY, HOLDER, jobAfter, NOW, recordOf, SAMPLES, SECOND, STANDINGS } from "./samples.ts";

function after(job: Job, move: Move, chance = AT.chance): Job {
  return jobAfter(decide(job, move, { ...AT, chance }));
}

describe("a retry", () => {
  const progress = { fraction: 0.5, text: "half" };
  const dead: Job = { ...SAMPLES.dead, losses: 5, startBy: NOW - DAY, progress, uniqueKey: "k" };

  test("clears counters, error, progress and start_by, and keeps the attempt's number and the content", () => {
    const { lastError: _, startBy: __, progress: ___, ...kept } = dead;
    const state = { is: "ready", since: NOW } as const;
    assert.deepEqual(after(dead, { move: "retry" }), { ...kept, state, failures: 0, losses: 0 });
  });

  test("that is spread waits for its share of the time, in whole milliseconds", () => {
    for (const [chance, waits] of [
      [0, 0],
      [0.5, 5 * SECOND],
      [0.999_999_99, 10 * SECOND - 1],
    ] as const) {
      const { state } = after(dead, { move: "retry", spreadMs: 10 * SECOND }, chance);
      assert.deepEqual(state, { is: "scheduled", since: NOW, dueAt: NOW + waits });
    }
  });

  test("that is spread by no time at all is ready", () => {
    assert.equal(after(dead, { move: "retry", spreadMs: 0 }).state.is, "ready");
  });

  test("whose key is taken leaves the job as it is", () => {
    const decision = decide(dead, { move: "retry" }, { ...AT, keyHeldBy: "taker" as JobId });
    assert.deepEqual(decision, { refused: "unique_key_taken" });
  });
});

describe("a cancellation", () => {
  test("says which job took its place, if one did", () => {
    const replacedBy = "next" as JobId;

    assert.deepEqual(after(SAMPLES.delayed, { move: "cancel", replacedBy }).state, {
      ...{ is: "cancelled", finishedAt: NOW, replacedBy },
    });
    assert.deepEqual(after(SAMPLES.delayed, { move: "cancel" }).state, { is: "cancelled", finishedAt: NOW });
  });

  test("of a job that is held keeps no record: the attempt did not end by itself", () => {
    assert.equal(recordOf(decide(SAMPLES.reserved, { move: "cancel" }, AT)), undefined);
  });
});

test("run_now changes the state and nothing else", () => {
  const job = after(SAMPLES.backedOff, { move: "run_now" });
  assert.deepEqual(job, { ...SAMPLES.backedOff, state: { is: "ready", since: NOW } });
});

test("delete forgets the job as it stands, in every state but reserved", () => {
  for (const standing of STANDINGS) {
    const job = SAMPLES[standing];
    const decision = decide(job, { move: "delete" }, AT);
    assert.deepEqual(decision, job.state.is === "reserved" ? { refused: "reserved" } : { job, forget: true });
  }
});

describe("keep_result", () => {
  const succeed: Move = { move: "succeed", by: HOLDER, attempt: CURRENT };

  test("of zero forgets a job that succeeds, whatever the server's retention", () => {
    assert.ok("forget" in decide({ ...SAMPLES.reserved, keepResultMs: 0 }, succeed, AT));
    assert.ok(
      "forget" in
        decide({ ...SAMPLES.inTransit, keepResultMs: 0 }, { move: "wake" }, { ...AT, now: NOW + DAY }),
    );
  });

  test("keeps a job that the server would forget", () => {
    const at = { ...AT, retention: { ...AT.retention, succeeded: 0 } };
    assert.ok("forget" in decide(SAMPLES.reserved, succeed, at));
    assert.ok(!("forget" in decide({ ...SAMPLES.reserved, keepResultMs: 1 }, succeed, at)));
  });

  test("is about success alone", () => {
    const job = { ...SAMPLES.reserved, keepResultMs: 0 };
    for (const move of [{ move: "cancel" }, { move: "condemn" }] as const)
      assert.ok(!("forget" in decide(job, move, AT)), move.move);
  });
});

test("every refusal has a sentence of its own", () => {
  const sentences = Object.values(REFUSAL_TEXTS);
  for (const sentence of sentences) assert.match(sentence, /^[A-Z].*[^.]\.$/);
  assert.equal(new Set(sentences).size, sentences.length);
});
