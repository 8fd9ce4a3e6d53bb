// The rules of the rings, and the steps that are recorded into them: which ring answers, where a cell lies, percentiles of
// a step out of its own spans, a clock that is set back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changes, remembered, weightAfter } from "../../src/broker/history-names.ts";
import { PENDING_MAX, PendingCells } from "../../src/broker/history-pending.ts";
import { Recorder } from "../../src/broker/history-recorder.ts";
import {
  joined,
  NAME_RINGS,
  RINGS,
  ringFor,
  SERIES,
  seriesOf,
  stepOf,
} from "../../src/broker/history-rings.ts";
import { type Cell, type Ring, slotOf, slotsOf } from "../../src/store/history.ts";
import { drawSeed } from "../seed.ts";
import { NOW, nameOf, SECOND } from "../store/new-jobs.ts";
import { VirtualClock } from "./virtual-clock.ts";

const seed = drawSeed();
const [MINUTE, HOUR, DAY] = [60 * SECOND, 3_600 * SECOND, 86_400 * SECOND];
const DEPTHS = { ready: 1, reserved: 2, scheduled: 3, deadKept: 4, capacity: 5 };

describe("rings:", () => {
  test("the finest that reaches so far back answers", () => {
    const stepsS = (rings: readonly Ring[], windows: readonly number[]) =>
      windows.map((windowMs) => ringFor(rings, windowMs).stepMs / SECOND);
    const windows = [SECOND, 15 * MINUTE, 15 * MINUTE + 1, 6 * HOUR, 6 * HOUR + 1, 48 * HOUR, 48 * HOUR + 1];
    assert.deepEqual(stepsS(RINGS, [...windows, 30 * DAY]), [1, 1, 10, 10, 60, 60, 900, 900]);
    assert.deepEqual(stepsS(NAME_RINGS, [...windows, 30 * DAY]), [60, 60, 60, 60, 60, 60, 900, 900]);
  });

  test("the steps of every ring lie in those of the next, so that each can be added to it", () => {
    for (const [i, { stepMs }] of RINGS.entries()) assert.equal((RINGS[i + 1]?.stepMs ?? stepMs) % stepMs, 0);
  });

  test("a step takes the place of the one a whole ring before it, and of no other", () => {
    for (const ring of RINGS) {
      const at = stepOf(ring, NOW);
      const slots = Array.from({ length: ring.size }, (_, i) => slotOf(ring, at + i * ring.stepMs));
      assert.equal(new Set(slots).size, ring.size);
      assert.equal(slotOf(ring, at + ring.size * ring.stepMs), slots[0]);
      assert.ok(slots.every((slot) => slot >= 0 && slot < ring.size));
    }
  });

  test("the runs of slots of a span are those of its steps, over the end of the ring too", () => {
    const ring = { stepMs: 10, size: 7 };
    for (let from = 0; from < 100; from += 5) {
      for (let until = from; until <= from + 90; until += 5) {
        const steps: number[] = [];
        for (let at = Math.ceil(from / 10) * 10; at < until; at += 10) steps.push(slotOf(ring, at));
        const runs = slotsOf(ring, { from, until });
        const found = runs.flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, i) => first + i),
        );
        assert.deepEqual(new Set(found), new Set(steps), `${from} to ${until}`);
        assert.ok(runs.length <= 2 && found.length === new Set(found).size);
      }
    }
  });

  test("series have an entry for each step, NaN where there is no cell, and cells of other steps are left out", () => {
    const cell = (at: number, values: number[]): Cell => ({
      owner: 0,
      ring: { stepMs: 10, size: 9 },
      at,
      values: Float32Array.from(values),
    });
    const { enqueued, delivered, capacity } = seriesOf(
      [cell(90, [9]), cell(100, [1, 2]), cell(120, [3, 4]), cell(130, [9])],
      { first: 100, steps: 3, stepMs: 10 },
    );
    assert.deepEqual(enqueued, [1, Number.NaN, 3]);
    assert.deepEqual(delivered, [2, Number.NaN, 4]);
    assert.deepEqual(capacity, [Number.NaN, Number.NaN, Number.NaN]);
  });

  test("of a step that passed twice, what happened is added, and the later says how it ended", () => {
    const values = (counts: number, rest: number) =>
      Float32Array.from(SERIES, (_, i) => (i < 7 ? counts : rest));
    assert.deepEqual(joined(values(1, 5), values(2, 6)), values(3, 6));
    assert.deepEqual(joined(values(1, 5), values(2, Number.NaN)), values(3, 5));
    assert.deepEqual(joined(new Float32Array(), values(2, 6)), values(2, 6));
  });

  test("cells that wait are bounded: the oldest are let go", () => {
    const pending = new PendingCells();
    const ring = { stepMs: 1, size: 10 * PENDING_MAX };
    for (let at = 0; at < PENDING_MAX + 3; at++)
      pending.add({ owner: 1, ring, at, values: new Float32Array() });
    const all = pending.all();
    assert.deepEqual([all.length, all[0]?.at, all.at(-1)?.at], [PENDING_MAX, 3, PENDING_MAX + 2]);
  });
});

describe("the busiest names:", () => {
  const names = (count: number, weightOf: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => ({ name: nameOf(`n${i}`), owner: i + 1, weight: weightOf(i) }));

  test("what was done half a day ago weighs a quarter", () => {
    let weight = 100;
    for (let minute = 0; minute < 720; minute++) weight = weightAfter(weight, 0);
    assert.ok(Math.abs(weight - 25) < 0.01);
  });

  test("one that is much busier than the least busy takes its place, one that is a little busier does not", () => {
    const owners = names(5, (i) => 10 * (i + 1));
    const rival = (weight: number) => [{ name: nameOf("rival"), weight }];
    assert.deepEqual(changes(owners, rival(14)), []);
    assert.deepEqual(changes(owners, rival(16)), [{ owner: 1, out: "n0", in: "rival" }]);
    assert.deepEqual(changes(owners, []), []);
  });

  test("no more than two change in a minute, and who is not busy is not remembered", () => {
    assert.equal(
      changes(
        names(200, () => 1),
        names(900, () => 1_000),
      ).length,
      2,
    );
    assert.equal(remembered(names(10_000, (i) => i)).length, 2_500);
    assert.equal(remembered(names(100, (i) => (i < 30 ? 0 : 1))).length, 70);
  });
});

describe("percentiles of a step:", () => {
  const within = (told: number, exact: number) => Math.abs(told - exact) <= 0.05 * Math.max(exact, 0.001);

  /** An hour of spans that differ from second to second; the steps of each ring, and the spans of each step. */
  function record() {
    const clock = new VirtualClock({ seed });
    const recorder = new Recorder(NOW);
    const spans = new Map<string, number[]>();
    for (let second = 0; second < 1_800; second++) {
      const at = NOW + second * SECOND;
      const scale = 10 ** (1 + 4 * clock.chance());
      for (let i = Math.floor(clock.chance() * 12); i > 0; i--) {
        const span = Math.floor(scale * (0.5 + clock.chance()));
        recorder.waited(nameOf("mail"), span);
        recorder.ran(nameOf("mail"), 2 * span);
        for (const ring of RINGS) {
          const key = `${ring.stepMs} ${stepOf(ring, at)}`;
          spans.set(key, [...(spans.get(key) ?? []), span]);
        }
      }
      const now = at + SECOND;
      const isMinuteOver = recorder.isMinuteOver(now);
      recorder.pass(now, DEPTHS);
      if (isMinuteOver) recorder.passMinute({ inAll: DEPTHS, of: () => DEPTHS, names: [] });
    }
    return { cells: recorder.pending.all(), spans };
  }

  const percentile = (sorted: readonly number[], share: number) =>
    sorted[Math.ceil(share * sorted.length) - 1];
  const value = ({ values }: Cell, series: (typeof SERIES)[number]) => values[SERIES.indexOf(series)] ?? 0;

  test("are within 5 % of those of all its spans, at every resolution, of everybody and of a name", () => {
    const { cells, spans } = record();
    let compared = 0;
    for (const cell of cells) {
      const sorted = (spans.get(`${cell.ring.stepMs} ${cell.at}`) ?? []).sort((a, b) => a - b);
      for (const [series, share] of [
        ["waitP50", 0.5],
        ["waitP95", 0.95],
        ["waitP99", 0.99],
      ] as const) {
        const exact = percentile(sorted, share);
        if (exact === undefined) assert.ok(Number.isNaN(value(cell, series)));
        else assert.ok(within(value(cell, series), exact / 1_000), `seed ${seed}: ${series}, ${exact} ms`);
        compared++;
      }
      const run = percentile(sorted, 0.5);
      if (run !== undefined) assert.ok(within(value(cell, "runP50"), (2 * run) / 1_000));
    }
    assert.ok(compared > 3_000, `${compared} compared`);
    assert.deepEqual(new Set(cells.map(({ owner }) => owner)), new Set([0, 1]));
  });

  test("control: averages of the percentiles of finer steps would be seen", () => {
    const { cells, spans } = record();
    const seconds = cells.filter(({ ring }) => ring.stepMs === SECOND);
    const quarter = RINGS[3] as Ring;
    const inQuarter = seconds.filter(({ at }) => stepOf(quarter, at) === NOW);
    const known = inQuarter.map((cell) => value(cell, "waitP99")).filter((span) => !Number.isNaN(span));
    const average = known.reduce((sum, span) => sum + span, 0) / known.length;
    const exact =
      percentile(
        (spans.get(`${quarter.stepMs} ${NOW}`) ?? []).sort((a, b) => a - b),
        0.99,
      ) ?? 0;
    assert.ok(!within(average, exact / 1_000));
  });
});
