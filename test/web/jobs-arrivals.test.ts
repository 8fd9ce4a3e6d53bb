// Which jobs that the live stream tells of are new to the page on screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { parseFilter } from "../../src/client/filter.ts";
import { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Job, JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { arrivalsAfter } from "../../web/jobs/arrivals.ts";
import { mayMatch } from "../../web/jobs/matching.ts";

function job(init: MessageInitShape<typeof JobSchema>): Job {
  return create(JobSchema, { id: "x", name: "mail.send", state: JobState.READY, ...init });
}

const DEAD = job({
  state: JobState.DEAD,
  priority: 3,
  attempt: 2,
  failures: 2,
  labels: { tenant: "42" },
  workerId: "",
  uniqueKey: "k",
  errorGroup: "9f2c00112233aabb",
  lastError: { class: "TimeoutError", message: "no answer" },
  enqueuedAt: timestampFromMs(1_000_000),
  finishedAt: timestampFromMs(2_000_000),
});

test("a job of the stream is held against every part of the filter", () => {
  const matching = [
    "",
    "state:dead,ready",
    "name:mail.*",
    "name:mail.send id:x key:k",
    "error:TimeoutError group:9f2c00112233aabb",
    'error:"NO ANSWER"',
    "label.tenant:42",
    "label.tenant:*",
    "priority:>0 attempt:2 failures:1..2",
    "since:1970-01-01T00:16 until:1970-01-01T00:17",
    "-name:pdf",
  ];
  for (const text of matching) assert.equal(mayMatch(parseFilter(text, { now: 0 }), DEAD), true, text);
  const others = [
    "state:ready",
    "is:retrying",
    "name:pdf",
    "name:mail",
    "id:y",
    "error:Other",
    'error:"some answer"',
    "group:0000000000000000",
    "label.tenant:43",
    "label.region:*",
    "worker:host",
    "priority:<0",
    "due:<1h",
    "-name:mail.*",
    "-state:dead",
  ];
  for (const text of others) assert.equal(mayMatch(parseFilter(text, { now: 0 }), DEAD), false, text);
  assert.equal(mayMatch(parseFilter("payload:x", { now: 0 }), DEAD), undefined);
  assert.equal(mayMatch(parseFilter("-payload:x", { now: 0 }), DEAD), undefined);
});

const at = (ms: number) => ({ enqueuedAt: timestampFromMs(ms), since: timestampFromMs(ms) });
const rows = [job({ id: "5", ...at(5_000) }), job({ id: "4", ...at(4_000) })];
const NOTHING: ReadonlySet<string> = new Set();

function news(
  jobs: readonly Job[],
  change: { page?: number; hasNext?: boolean; before?: ReadonlySet<string> } = {},
) {
  const { page = 0, hasNext = true, before = NOTHING } = change;
  const filter = parseFilter("state:ready", { now: 0 });
  const shown = { filter, order: JobOrder.NEWEST, view: { rows, page, hasNext } };
  return [...arrivalsAfter(before, { jobs, forgotten: [] }, shown)];
}

test("new is what would stand on this page, and does not", () => {
  assert.deepEqual(news([job({ id: "6", ...at(6_000) })]), ["6"]);
  assert.deepEqual(news([job({ id: "5", ...at(5_000) })]), [], "it is there already");
  assert.deepEqual(news([job({ id: "6", ...at(6_000), state: JobState.DEAD })]), [], "it does not match");
  assert.deepEqual(news([job({ id: "1", ...at(1_000) })]), [], "it is on a page behind this one");
  assert.deepEqual(news([job({ id: "1", ...at(1_000) })], { hasNext: false }), ["1"]);
  assert.deepEqual(
    news([job({ id: "6", ...at(6_000) })], { page: 1 }),
    [],
    "it is on a page before this one",
  );
});

test("what has left again is not new any more", () => {
  const before = new Set(["6", "7"]);
  assert.deepEqual(news([job({ id: "6", ...at(6_000), state: JobState.RESERVED })], { before }), ["7"]);
});
