// The verdicts of a run: what a ratio is, when a goal holds, when nobody knows, and what the table says of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GOAL_IDS, GOALS, isReached } from "./goals.ts";
import { holds, type Line, median, ratioOf } from "./line.ts";
import { bestPeer, type PeerFigure } from "./peer-figures.ts";
import { tableOf } from "./table.ts";

const line: Line = { what: "enqueue", figure: 500, unit: "calls/s", durability: "fsync" };
const beside = (figure: number) => ({ name: "raw", figure });

describe("a verdict", () => {
  test("of a ratio: at the bound it holds, a hair below it does not", () => {
    assert.equal(holds({ ...line, anchor: beside(1_000), goal: "unary-raw" }), true);
    assert.equal(holds({ ...line, anchor: beside(1_001), goal: "unary-raw" }), false);
    assert.equal(ratioOf({ ...line, anchor: beside(1_000) }), 0.5);
  });

  test("of a ratio that must be small", () => {
    assert.equal(holds({ ...line, figure: 20, anchor: beside(10), goal: "waiting-latency" }), true);
    assert.equal(holds({ ...line, figure: 20.1, anchor: beside(10), goal: "waiting-latency" }), false);
  });

  test("of a bound needs no anchor", () => {
    assert.equal(holds({ ...line, figure: 2, goal: "latency-p50" }), true);
    assert.equal(holds({ ...line, figure: 2.01, goal: "latency-p50" }), false);
  });

  test("without an anchor, or without a goal, is none: it does not hold by default", () => {
    assert.equal(holds({ ...line, goal: "drain-peer" }), undefined);
    assert.equal(holds({ ...line, anchor: beside(1) }), undefined);
    assert.equal(ratioOf(line), undefined);
  });

  test("of what could not be measured fails", () => {
    for (const id of GOAL_IDS) assert.equal(isReached(GOALS[id], Number.NaN, Number.NaN), false, id);
  });

  test("is possible for every goal, which has one bound", () => {
    for (const id of GOAL_IDS) {
      const { ratioAtLeast, ratioAtMost, atMost } = GOALS[id];
      assert.equal([ratioAtLeast, ratioAtMost, atMost].filter((bound) => bound !== undefined).length, 1, id);
    }
  });
});

describe("the table", () => {
  test("says of every line what is on disk, beside what it stands, and whether its goal holds", () => {
    const shown = tableOf([
      { ...line, anchor: beside(1_001), goal: "unary-raw" },
      { ...line, what: "drain", figure: 77.123, goal: "drain-peer", durability: "memory" },
    ]).split("\n");
    assert.match(shown[1] ?? "", /^enqueue +500 calls\/s +raw +1,001 +0\.50 .*FAILS.* fsync$/);
    assert.match(shown[2] ?? "", /^drain +77\.12 calls\/s +not measured: --peers .* memory$/);
    assert.doesNotMatch(shown[2] ?? "", /holds|FAILS/);
  });
});

describe("the best peer", () => {
  const figure = (peer: string, perSecond: number, survives: PeerFigure["survives"]): PeerFigure => {
    return { peer, load: "drain", perSecond, durability: "", survives };
  };
  const figures = [
    figure("slow", 10, "a power cut"),
    figure("in memory", 1_000, "nothing"),
    figure("fast", 20, "kill -9"),
  ];

  test("is the fastest of those that are wanted, at that load", () => {
    assert.equal(bestPeer(figures, "drain", ({ survives }) => survives !== "nothing")?.peer, "fast");
    assert.equal(bestPeer(figures, "drain", () => true)?.peer, "in memory");
    assert.equal(
      bestPeer(figures, "bulk", () => true),
      undefined,
    );
  });
});

test("a median is the middle one, whatever the order", () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([7]), 7);
  assert.ok(Number.isNaN(median([])));
});
