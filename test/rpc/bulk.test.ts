// What is said of each job of a bulk change, whatever the rules answered.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Broker } from "../../src/broker/broker.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { JobOutcome, JobSelectionSchema } from "../../src/gen/lakh/v1/operation_pb.ts";
import type { JobId, JobState as State } from "../../src/job/job.ts";
import { REFUSAL_TEXTS, type Refusal } from "../../src/job/refusal.ts";
import { changeJobs } from "../../src/rpc/bulk.ts";
import type { Outcome } from "../../src/store/store.ts";
import { sampleJob } from "../job/samples.ts";

const dead: State = { is: "dead", finishedAt: 1, reason: "final_failure" };
const succeeded: State = { is: "succeeded", finishedAt: 1 };
const ids = create(JobSelectionSchema, { jobs: { case: "ids", value: { ids: ["a"] } } });
const everything = create(JobSelectionSchema, { jobs: { case: "filter", value: {} }, everything: true });

/** A broker whose operator has this one answer. */
function answering(outcome: Outcome, isDraining = false): Broker {
  const operator = {
    change: async () => [outcome],
    try: async () => [outcome],
    begin: async () => undefined,
  };
  return { operator, isDraining, clock: { now: () => 1_000 } } as unknown as Broker;
}

async function told(outcome: Omit<Outcome, "id">) {
  const broker = answering({ ...outcome, id: "a" as JobId });
  const { jobs } = await changeJobs(broker, { selection: ids, dryRun: false }, { move: "retry" });
  return jobs[0];
}

describe("what becomes of one job is told:", () => {
  test("changed, with the state that it is in now", async () => {
    const job = sampleJob({ is: "ready", since: 1 });
    const { outcome, state, reason } = (await told({ was: sampleJob(dead), decision: { job } })) ?? {};
    assert.deepEqual([outcome, state, reason], [JobOutcome.CHANGED, JobState.READY, ""]);
  });

  test("forgotten, with no state", async () => {
    const job = sampleJob(dead);
    const { outcome, state } = (await told({ was: job, decision: { job, forget: true } })) ?? {};
    assert.deepEqual([outcome, state], [JobOutcome.CHANGED, JobState.UNSPECIFIED]);
  });

  test("not there", async () => {
    const { outcome, state, reason } =
      (await told({ was: undefined, decision: { refused: "not_found" } })) ?? {};
    assert.deepEqual([outcome, state], [JobOutcome.NOT_FOUND, JobState.UNSPECIFIED]);
    assert.match(reason ?? "", /There is no job with this id/);
  });

  for (const refusal of Object.keys(REFUSAL_TEXTS) as Refusal[]) {
    if (refusal === "not_found") continue;
    test(`refused (${refusal}), in one sentence that says which state it is in`, async () => {
      const was = sampleJob(refusal === "reserved" ? reserved() : succeeded);
      const { outcome, state, reason } = (await told({ was, decision: { refused: refusal } })) ?? {};
      assert.equal(outcome, JobOutcome.REFUSED);
      assert.equal(state, refusal === "reserved" ? JobState.RESERVED : JobState.SUCCEEDED);
      assert.match(reason ?? "", /^[A-Z].*\b(succeeded|reserved)\b.*\.$/);
    });
  }
});

function reserved(): State {
  return { is: "reserved", by: "w" as never, since: 1, until: 2, stream: true };
}

describe("while the server is stopping", () => {
  const outcome: Outcome = { id: "a" as JobId, was: undefined, decision: { refused: "not_found" } };

  test("nothing is changed, and the caller may try again", async () => {
    for (const selection of [ids, everything]) {
      const change = changeJobs(answering(outcome, true), { selection, dryRun: false }, { move: "delete" });
      await assert.rejects(
        change,
        (error) => error instanceof ConnectError && error.code === Code.Unavailable,
      );
    }
  });

  test("what would change can still be asked", async () => {
    const { jobs } = await changeJobs(
      answering(outcome, true),
      { selection: ids, dryRun: true },
      { move: "delete" },
    );
    assert.equal(jobs.length, 1);
  });
});

test("one operation more than can run at once is refused", async () => {
  const outcome: Outcome = { id: "a" as JobId, was: undefined, decision: { refused: "not_found" } };
  const change = changeJobs(answering(outcome), { selection: everything, dryRun: false }, { move: "retry" });
  await assert.rejects(change, (error) => {
    assert.ok(error instanceof ConnectError);
    assert.equal(error.code, Code.ResourceExhausted);
    assert.match(error.rawMessage, /^20 operations are running/);
    return true;
  });
});
