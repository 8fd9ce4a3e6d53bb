// The line of life: the right entries, in order, with gaps that are never negative, whatever the clocks did.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { AttemptOutcome, DeathReason, type Job, JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type LifeEntry, lifeLine } from "../../web/job/life-line.ts";
import { drawSeed } from "../seed.ts";

const T0 = 1_790_000_000_000;
const at = (ms: number) => timestampFromMs(T0 + ms);

function jobOf(init: MessageInitShape<typeof JobSchema>): Job {
  return create(JobSchema, {
    enqueuedAt: at(0),
    since: at(0),
    reservationTime: durationFromMs(1_800_000),
    ...init,
  });
}

function ended(attempt: number, outcome: AttemptOutcome, from: number, to: number) {
  return { attempt, workerId: `w${attempt}`, outcome, startedAt: at(from), endedAt: at(to) };
}

const kinds = (line: readonly LifeEntry[]) => line.map(({ kind }) => kind);
const gaps = (line: readonly LifeEntry[]) => line.map(({ gapMs }) => gapMs);

test("a job that failed twice, was lost once and succeeded has an entry for each", () => {
  const line = lifeLine(
    jobOf({
      state: JobState.SUCCEEDED,
      attempt: 4,
      workerId: "w4",
      startedAt: at(60_000),
      finishedAt: at(64_200),
      keptUntil: at(86_464_200),
      attempts: [
        ended(1, AttemptOutcome.FAILED, 100, 300),
        ended(2, AttemptOutcome.LOST, 20_000, 21_000),
        ended(3, AttemptOutcome.FAILED, 22_000, 25_000),
      ],
    }),
    T0 + 70_000,
  );
  assert.deepEqual(kinds(line), [
    "enqueued",
    "reserved",
    "failed",
    "reserved",
    "lost",
    "reserved",
    "failed",
    "reserved",
    "succeeded",
    "kept_until",
  ]);
  assert.deepEqual(gaps(line), [undefined, 100, 200, 19_700, 1_000, 1_000, 3_000, 35_000, 4_200, 86_394_200]);
  assert.deepEqual([line[2]?.tookMs, line[8]?.tookMs, line[8]?.workerId], [200, 4_200, "w4"]);
});

test("a job that waits says how long, and what is to come", () => {
  const job = jobOf({
    state: JobState.SCHEDULED,
    failures: 1,
    attempt: 1,
    since: at(300),
    dueAt: at(32_300),
    attempts: [ended(1, AttemptOutcome.FAILED, 100, 300)],
  });
  const [due] = lifeLine(job, T0 + 12_300).slice(-1);
  assert.deepEqual(due, { kind: "due", at: T0 + 32_300, waitMs: 32_000, isAhead: true, gapMs: 20_000 });
});

test("a reservation under way has its end ahead, and none is told of a job that is fire and forget", () => {
  const reserved = { state: JobState.RESERVED, attempt: 1, startedAt: at(5), reservedUntil: at(9_000) };
  assert.deepEqual(kinds(lifeLine(jobOf(reserved), T0 + 10)), ["enqueued", "reserved", "reservation_ends"]);
  const forgetting = { ...reserved, reservationTime: durationFromMs(0) };
  assert.deepEqual(kinds(lifeLine(jobOf(forgetting), T0 + 10)), ["enqueued", "reserved"]);
});

test("a late report stands where it came, and is marked", () => {
  const line = lifeLine(
    jobOf({
      state: JobState.RESERVED,
      attempt: 2,
      workerId: "w2",
      startedAt: at(2_000),
      attempts: [
        ended(1, AttemptOutcome.EXPIRED, 0, 1_000),
        { attempt: 1, workerId: "w1", outcome: AttemptOutcome.LATE_FAILURE, endedAt: at(2_500) },
      ],
    }),
    T0 + 3_000,
  );
  assert.deepEqual(kinds(line), ["enqueued", "reserved", "expired", "reserved", "late"]);
  assert.equal(line.at(-1)?.gapMs, 500);
});

test("a late success is marked late, that of a job that is fire and forget is not", () => {
  const done = { state: JobState.SUCCEEDED, attempt: 2, workerId: "w1", finishedAt: at(9_000) };
  assert.equal(lifeLine(jobOf(done), T0).find(({ kind }) => kind === "succeeded")?.isLate, true);
  const forgotten = jobOf({ ...done, reservationTime: durationFromMs(0) });
  assert.equal(lifeLine(forgotten, T0).find(({ kind }) => kind === "succeeded")?.isLate, undefined);
});

test("a dead job says why", () => {
  const job = jobOf({ state: JobState.DEAD, finishedAt: at(9), deathReason: DeathReason.WORKERS_LOST });
  assert.match(lifeLine(job, T0).at(-1)?.why ?? "", /vanished/);
});

test("attempts that are not kept any more are counted", () => {
  const attempts = Array.from({ length: 50 }, (_, i) =>
    ended(i + 8, AttemptOutcome.FAILED, i * 100, i * 100 + 50),
  );
  const job = jobOf({ state: JobState.DEAD, attempt: 57, attempts, finishedAt: at(9_000) });
  assert.deepEqual(lifeLine(job, T0)[1], { kind: "forgotten", missing: 7 });
});

test("a clock that was set back makes a gap of 0 and a mark, and no cause comes after its effect", () => {
  const job = jobOf({
    state: JobState.SUCCEEDED,
    attempt: 2,
    startedAt: at(-5_000),
    finishedAt: at(-4_000),
    attempts: [ended(1, AttemptOutcome.FAILED, 100, 50)],
  });
  const line = lifeLine(job, T0 - 6_000);
  assert.deepEqual(kinds(line), ["enqueued", "reserved", "failed", "reserved", "succeeded"]);
  assert.deepEqual(gaps(line), [undefined, 100, 0, 0, 0]);
  assert.deepEqual(
    line.map(({ isSkewed }) => isSkewed),
    [undefined, undefined, true, true, true],
  );
  assert.equal(line[2]?.tookMs, 0);
});

const anyInstant = fc.integer({ min: -100_000, max: 100_000 }).map(at);
const anyAttempt = (attempt: number) =>
  fc.record({
    attempt: fc.constant(attempt),
    workerId: fc.string(),
    outcome: fc.constantFrom(1, 2, 3, 4, 5) as fc.Arbitrary<AttemptOutcome>,
    startedAt: fc.option(anyInstant, { nil: undefined }),
    endedAt: anyInstant,
  });
const anyJob = fc
  .record({
    state: fc.constantFrom(1, 2, 3, 4, 5, 6) as fc.Arbitrary<JobState>,
    enqueuedAt: anyInstant,
    since: anyInstant,
    startedAt: anyInstant,
    finishedAt: anyInstant,
    dueAt: fc.option(anyInstant, { nil: undefined }),
    reservedUntil: fc.option(anyInstant, { nil: undefined }),
    keptUntil: fc.option(anyInstant, { nil: undefined }),
    attempts: fc
      .integer({ min: 0, max: 8 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => anyAttempt(i + 1)))),
  })
  .map((init) => jobOf(init));

test("entries are in order, and gaps are never negative", () => {
  fc.assert(
    fc.property(anyJob, fc.integer({ min: -200_000, max: 200_000 }), (job, now) => {
      const line = lifeLine(job, T0 + now);
      assert.ok(line.every(({ gapMs = 0, tookMs = 0, waitMs = 0 }) => Math.min(gapMs, tookMs, waitMs) >= 0));
      const firstAhead = line.findIndex(({ isAhead }) => isAhead);
      const past = firstAhead < 0 ? line : line.slice(0, firstAhead);
      const ahead = line.slice(past.length);
      assert.ok(
        ahead.every(({ isAhead }) => isAhead),
        "what is to come comes last",
      );
      for (const part of [past.filter(({ isSkewed }) => !isSkewed), ahead]) {
        const instants = part.flatMap((entry) => entry.at ?? []);
        assert.deepEqual(
          instants,
          instants.toSorted((a, b) => a - b),
        );
      }
      const ends = past.filter(({ tookMs, kind }) => tookMs !== undefined && kind !== "late");
      for (const end of ends) {
        const start = past.findIndex(({ kind, attempt }) => kind === "reserved" && attempt === end.attempt);
        assert.ok(start >= 0 && start < past.indexOf(end), "reserved before it ended");
      }
    }),
    { seed: drawSeed() },
  );
});
