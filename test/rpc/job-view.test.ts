// What is shown of a job in each state, and what is not: a field that is true only in another state must be absent.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { toJson } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { JobSchema, type Job as JobView } from "../../src/gen/lakh/v1/job_pb.ts";
import { lastError } from "../../src/job/error-group.ts";
import type { Job, JobId, JobState, WorkerId } from "../../src/job/job.ts";
import { viewBrief, viewJob, viewStored } from "../../src/rpc/job-view.ts";
import { DAY, NOW, RETENTION, SECOND, sampleJob } from "../job/samples.ts";

const by = "w" as WorkerId;
const result = { kind: "data", bytes: Uint8Array.of(1) } as const;
const error = lastError("samples", { class: "Oops", message: "no 17\nand more" });
const since = NOW - SECOND;
const reserved: JobState = { is: "reserved", by, since, until: NOW + SECOND, stream: true };
const succeeded: JobState = { is: "succeeded", finishedAt: NOW, startedAt: since, by, result };

type Instants = "since" | "startedAt" | "dueAt" | "reservedUntil" | "finishedAt" | "keptUntil";
const INSTANTS: readonly Instants[] = [
  "since",
  "startedAt",
  "dueAt",
  "reservedUntil",
  "finishedAt",
  "keptUntil",
];

/** By what it is: the job, and the instants that it has. */
const CASES: Readonly<Record<string, readonly [job: Job, instants: Partial<Record<Instants, number>>]>> = {
  scheduled: [sampleJob({ is: "scheduled", since, dueAt: NOW + SECOND }), { since, dueAt: NOW + SECOND }],
  ready: [sampleJob({ is: "ready", since }), { since }],
  reserved: [sampleJob(reserved), { since, startedAt: since, reservedUntil: NOW + SECOND }],
  succeeded: [
    sampleJob(succeeded),
    { since: NOW, startedAt: since, finishedAt: NOW, keptUntil: NOW + RETENTION.succeeded },
  ],
  "succeeded, by a report of an attempt that had ended": [
    sampleJob({ is: "succeeded", finishedAt: NOW }),
    { since: NOW, finishedAt: NOW, keptUntil: NOW + RETENTION.succeeded },
  ],
  "succeeded, and kept for as long as it was enqueued with": [
    sampleJob({ is: "succeeded", finishedAt: NOW }, { keepResultMs: 7 * DAY }),
    { since: NOW, finishedAt: NOW, keptUntil: NOW + 7 * DAY },
  ],
  dead: [
    sampleJob({ is: "dead", finishedAt: NOW, reason: "final_failure" }, { keepResultMs: 7 * DAY }),
    { since: NOW, finishedAt: NOW, keptUntil: NOW + RETENTION.dead },
  ],
  cancelled: [
    sampleJob({ is: "cancelled", finishedAt: NOW }),
    { since: NOW, finishedAt: NOW, keptUntil: NOW + RETENTION.cancelled },
  ],
};

function instantsOf(view: JobView): Partial<Record<Instants, number>> {
  const told: Partial<Record<Instants, number>> = {};
  for (const field of INSTANTS) {
    const at = view[field];
    if (at) told[field] = timestampMs(at);
  }
  return told;
}

describe("the instants that are shown of a job that is", () => {
  for (const [what, [job, instants]] of Object.entries(CASES)) {
    test(what, () => {
      const view = viewJob(job, RETENTION);
      assert.deepEqual(instantsOf(view), instants);
      assert.ok(toJson(JobSchema, view));
    });
  }
});

describe("what went wrong last", () => {
  const told = (job: Job) => {
    const { lastError: last, errorGroup } = viewJob(job, RETENTION);
    return [last?.class, last?.message, last?.stack, errorGroup];
  };

  test("is shown in its first line, with its group where the job is a member of it", () => {
    const dead = sampleJob({ is: "dead", finishedAt: NOW, reason: "final_failure" }, { lastError: error });
    const retrying = sampleJob({ is: "scheduled", since, dueAt: NOW }, { lastError: error, failures: 1 });
    for (const job of [dead, retrying]) assert.deepEqual(told(job), ["Oops", "no 17", "", error.group]);
  });

  test("is shown without a group where it is not", () => {
    const facts = { lastError: error, failures: 1 };
    for (const state of [reserved, succeeded, { is: "ready", since } as const])
      assert.deepEqual(told(sampleJob(state, facts)), ["Oops", "no 17", "", ""]);
  });

  test("is absent when nothing did", () => {
    assert.deepEqual(told(sampleJob({ is: "ready", since }, { failures: 0 })), [
      undefined,
      undefined,
      undefined,
      "",
    ]);
  });
});

test("who took the place of a cancelled job is shown, and its unique key", () => {
  const state = { is: "cancelled", finishedAt: NOW, replacedBy: "newer" as JobId } as const;
  const view = viewJob(sampleJob(state, { uniqueKey: "key" }), RETENTION);
  assert.deepEqual([view.replacedBy, view.uniqueKey], ["newer", "key"]);
});

test("a list shows neither payload nor result nor attempts; one job is shown whole", () => {
  const job = sampleJob(succeeded);
  const progress = { fraction: 0.5, text: "half" };
  const record = {
    attempt: 1,
    worker: by,
    outcome: "lost",
    endedAt: NOW,
    startedAt: since,
    progress,
  } as const;
  const whole = viewStored({ job, payload: result, history: [record] }, RETENTION);
  assert.equal(whole.result?.value.case, "data");
  assert.equal(whole.payload.case, "data");
  const [attempt] = whole.attempts;
  assert.equal(attempt?.startedAt && timestampMs(attempt.startedAt), since);
  assert.deepEqual([attempt?.progress?.fraction, attempt?.progress?.text], [0.5, "half"]);

  const brief = viewBrief(job, RETENTION);
  assert.deepEqual([brief.result, brief.payload.case, brief.attempts], [undefined, undefined, []]);
});
