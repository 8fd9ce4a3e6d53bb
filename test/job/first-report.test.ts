// The first report wins, in every interleaving: two deliveries that both expire, and the success and the failure of
// each, in all 3,024 orders.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deadlineOf } from "../../src/job/deadline.ts";
import type { Job, WorkerId } from "../../src/job/job.ts";
import { isRefused, type Move } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import type { Rules } from "./life.ts";
import { MUTANTS } from "./mutants.ts";
import { AT, NOW, RETENTION, SAMPLES } from "./samples.ts";

const workers = ["w0", "w1", "w2"] as WorkerId[];

function of(attempt: number) {
  return { by: workers[attempt] ?? ("" as WorkerId), attempt };
}

const WAKE: Move = { move: "wake" };
const DELIVERIES: readonly Move[] = [
  { move: "reserve", ...of(1), stream: true },
  WAKE, // It expires,
  WAKE, // is due again,
  { move: "reserve", ...of(2), stream: true },
  WAKE, // and expires again.
];
const REPORTS: readonly Move[] = [
  { move: "succeed", ...of(1) },
  { move: "succeed", ...of(2) },
  { move: "fail", ...of(1) },
  { move: "fail", ...of(2) },
];

function* permutations<T>(of: readonly T[]): Generator<T[]> {
  if (of.length === 0) yield [];
  for (const [i, first] of of.entries()) {
    for (const rest of permutations(of.toSpliced(i, 1))) yield [first, ...rest];
  }
}

/** Every way to put the one between the other, each in its own order. */
function* interleavings<T>(one: readonly T[], other: readonly T[]): Generator<T[]> {
  const [a, b] = [one[0], other[0]];
  if (a === undefined || b === undefined) return yield [...one, ...other];

  for (const rest of interleavings(one.slice(1), other)) yield [a, ...rest];
  for (const rest of interleavings(one, other.slice(1))) yield [b, ...rest];
}

/** Plays the order, and checks each step against what is known without the rules. */
function play(rules: Rules, order: readonly Move[]): void {
  let job: Job = { ...SAMPLES.fresh, retry: { maxRetries: 30, backoff: { by: "default" } } };
  let delivered = 0;
  let winner: WorkerId | undefined;
  let now = NOW;
  for (const move of order) {
    if (move.move === "wake") now = deadlineOf(job, RETENTION) ?? now;
    if (move.move === "wake" && winner !== undefined) continue; // It would only be pruned.
    const decision = rules(job, move, { ...AT, now });
    if (!isRefused(decision)) job = decision.job;

    if (job.attempt > delivered) delivered++;
    if (move.move === "succeed" && (move.attempt ?? 0) <= delivered) winner ??= move.by;
    assert.equal(job.state.is === "succeeded" ? job.state.by : undefined, winner);
  }
}

function playAll(rules: Rules): number {
  let orders = 0;
  for (const reports of permutations(REPORTS)) {
    for (const order of interleavings(DELIVERIES, reports)) {
      play(rules, order);
      orders++;
    }
  }
  return orders;
}

describe("of all reports about all deliveries, the first success is the outcome", () => {
  test("in every order", () => assert.equal(playAll(decide), 3_024));

  for (const { mistake, rules, breaks } of MUTANTS.filter(({ breaks }) =>
    breaks.startsWith("the first report"),
  )) {
    if (mistake.startsWith("a second success")) continue; // It is about results, which are in properties.test.ts.
    test(`and it catches: ${mistake}`, () =>
      assert.throws(() => playAll(rules), assert.AssertionError, breaks));
  }
});
