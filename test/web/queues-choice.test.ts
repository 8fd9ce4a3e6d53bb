// Which queues are shown and in which order, what is behind their numbers, and ages that grow while nothing is told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { parseFilter } from "../../src/client/filter.ts";
import { WatchResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type Queue, QueueSchema } from "../../src/gen/lakh/v1/overview_pb.ts";
import { ageMsAt, stampAges } from "../../web/live/ages.ts";
import { EMPTY_MODEL, foldFrame, snapshotOf } from "../../web/live/live-model.ts";
import { firstScheduledOf, jobsOf, jobsThrough } from "../../web/queues/jobs-of.ts";
import { TOLD_AFTER_MS, withJustPaused } from "../../web/queues/just-paused.ts";
import { busiestQueues, chooseQueues } from "../../web/queues/queue-choice.ts";

function queue(name: string, jobs: Partial<Record<"ready" | "dead", bigint>> = {}, ageMs?: number): Queue {
  return create(QueueSchema, {
    name,
    jobs,
    ...(ageMs !== undefined && { oldestReadyAge: durationFromMs(ageMs) }),
  });
}

const namesOf = (queues: readonly Queue[]) => queues.map(({ name }) => name);

test("queues are chosen by what their name contains, and ordered by name or by the largest number", () => {
  const queues = [
    queue("mail.b", { ready: 3n }),
    queue("pdf", { ready: 9n }, 5_000),
    queue("Mail.a", { dead: 2n }),
  ];
  const choose = (text: string, order: "name" | "ready" | "oldest" | "dead") =>
    namesOf(chooseQueues(queues, { text, order, now: 0 }));
  assert.deepEqual(choose("mail", "name"), ["Mail.a", "mail.b"]);
  assert.deepEqual(choose("", "ready"), ["pdf", "mail.b", "Mail.a"]);
  assert.deepEqual(choose("", "oldest"), ["pdf", "Mail.a", "mail.b"]);
  assert.deepEqual(choose("", "dead"), ["Mail.a", "mail.b", "pdf"]);
});

test("the busiest are shown in the order of their names, so that a number that grows moves no row", () => {
  const some = Array.from({ length: 30 }, (_, i) => queue(`q${i + 10}`, { ready: BigInt((i * 7) % 30) }));
  const shown = namesOf(busiestQueues(some, 5));
  assert.deepEqual(shown, shown.toSorted());
  assert.deepEqual(
    new Set(shown),
    new Set(namesOf(chooseQueues(some, { text: "", order: "ready", now: 0 })).slice(0, 5)),
  );
});

test("behind each number are its jobs, and names that look like something else stay names", () => {
  for (const name of [".", "..", "-a", "state:dead", "mail._:-"]) {
    const filter = parseFilter(jobsOf("ready", name), { now: 0 });
    assert.deepEqual([filter.names, filter.namePrefixes, filter.states], [[name], [], [JobState.READY]]);
    assert.deepEqual(parseFilter(jobsThrough("succeeded", name), { now: 0 }).names, [name]);
  }
  assert.equal(parseFilter(jobsOf("retrying"), { now: 0 }).retrying, true);
  assert.equal(parseFilter(firstScheduledOf(), { now: 0 }).exclude[0]?.retrying, true);
  for (const flow of ["enqueued", "delivered", "succeeded", "failed", "dead", "cancelled"] as const)
    assert.ok(jobsThrough(flow) !== "" && parseFilter(jobsThrough(flow), { now: 0 }));
});

test("an age grows while nothing is told, in this tab and in one that is told later", () => {
  const frame = create(WatchResponseSchema, { snapshot: true, queues: [queue("pdf", { ready: 1n }, 4_000)] });
  stampAges(frame, 100_000);
  const model = foldFrame(EMPTY_MODEL, frame);
  assert.equal(ageMsAt(model.queues.get("pdf")?.oldestReadyAge, 160_000), 64_000);
  const told = snapshotOf(model, { sequence: 1n, now: 160_000 });
  stampAges(told, 160_000);
  assert.equal(ageMsAt(told.queues[0]?.oldestReadyAge, 161_000), 65_000);
  assert.equal(ageMsAt(undefined, 0), undefined);
});

test("what was pressed is seen at once, until the server has told what there is", () => {
  const just = new Map([["pdf", { paused: true, at: 1_000 }]]);
  const pdf = queue("pdf");
  assert.equal(withJustPaused(pdf, just, 900).paused, true);
  assert.equal(withJustPaused(pdf, just, 1_000 + TOLD_AFTER_MS).paused, true);
  assert.equal(withJustPaused(pdf, just, 1_001 + TOLD_AFTER_MS).paused, false);
  assert.equal(withJustPaused(queue("other"), just, 900).paused, false);
});
