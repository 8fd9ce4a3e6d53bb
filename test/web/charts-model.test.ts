// What charts make of a history: it grows by what is new and says the same as one that is whole; ticks are round; words
// at the ends of lines are never over each other; the table has what the lines have.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { type History, HistorySchema } from "../../src/gen/lakh/v1/system_pb.ts";
import { joinHistory, newsAfter } from "../../web/charts/history-join.ts";
import { isBlank, type Line, tableOf, valuesOf } from "../../web/charts/history-model.ts";
import { placeLabels } from "../../web/charts/label-places.ts";
import { middleTick } from "../../web/charts/ticks.ts";
import { drawSeed } from "../seed.ts";

const STEP_MS = 1_000;
const WINDOW_MS = 20_000;
const STARTS = [3_000, 41_000];

/** A server whose clock shows `nowMs`: each step says when it was; the last but one is told again, and better. */
function answer(nowMs: number, after?: number): History {
  const end = Math.floor(nowMs / STEP_MS);
  const oldest = end - WINDOW_MS / STEP_MS;
  const first = after === undefined ? oldest : Math.min(Math.max(oldest, after / STEP_MS + 1), end);
  const steps = Array.from({ length: end - first }, (_, i) => first + i);
  return create(HistorySchema, {
    start: timestampFromMs(first * STEP_MS),
    step: durationFromMs(STEP_MS),
    enqueued: steps.map((step) => (step === end - 1 ? step - 0.5 : step)),
    waitP50: steps.map((step) => (step % 3 === 0 ? Number.NaN : step / 8)),
    starts: STARTS.filter((at) => at >= first * STEP_MS && at < nowMs).map((at) => ({
      at: timestampFromMs(at),
      version: "1.0.0",
    })),
  });
}

function grown(before: History | undefined, nowMs: number): History {
  const after = newsAfter(before);
  return joinHistory(before, answer(nowMs, after && timestampMs(after)), WINDOW_MS);
}

test("a history that grows by what is new is the same as one that is asked for whole", () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 45_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pauses, (waits) => {
      let [nowMs, history] = [30_000, undefined as History | undefined];
      for (const waitMs of waits) {
        nowMs += waitMs;
        history = grown(history, nowMs);
        const whole = answer(nowMs);
        assert.deepEqual(history.start, whole.start);
        assert.deepEqual(history.enqueued, whole.enqueued);
        assert.deepEqual(history.waitP50, whole.waitP50);
        assert.deepEqual(history.starts, whole.starts);
      }
    }),
    { seed: drawSeed() },
  );
});

test("what is new is little, once the window is known", () => {
  const history = grown(undefined, 60_000);
  const after = newsAfter(history);
  assert.ok(after);
  assert.ok(answer(61_000, timestampMs(after)).enqueued.length <= 4);
});

const LINE: Line = { key: "enqueued", label: "enqueued", color: "quiet", isRate: true };

test("counts of a step are shown per second, and what is not known is a gap", () => {
  const history = create(HistorySchema, { step: durationFromMs(10_000), enqueued: [20, Number.NaN, 0] });
  assert.deepEqual(valuesOf(history, LINE), [2, null, 0]);
  assert.equal(isBlank(history, [LINE]), false);
  assert.equal(isBlank(create(HistorySchema, { enqueued: [Number.NaN] }), [LINE]), true);
});

test("the table has at most thirty rows, together as long as the window, the newest first", () => {
  const history = answer(400_000);
  history.enqueued = Array.from({ length: 301 }, (_, i) => i);
  const rows = tableOf(history, [LINE], 30);
  assert.ok(rows.length <= 30);
  const starts = rows.map(({ fromMs }) => fromMs);
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => b - a),
  );
  const [newest, oldest] = [rows[0], rows.at(-1)];
  assert.equal((newest?.toMs ?? 0) - (oldest?.fromMs ?? 0), 301 * STEP_MS);
  assert.equal(oldest?.values[0], 5); // the mean of 0 to 10
});

test("the middle tick is at least half of the largest value, less than three quarters more, and round", () => {
  for (const roundness of ["count", "rate", "seconds"] as const) {
    fc.assert(
      fc.property(fc.double({ min: 1e-4, max: 5e5, noNaN: true }), (max) => {
        const tick = middleTick(max, roundness);
        assert.ok(tick * 2 >= max * 0.999999, `${tick} for ${max}`);
        if (roundness !== "count") assert.ok(tick <= max * 1.5, `${tick} for ${max}`);
        else assert.ok(Number.isInteger(tick) && tick <= Math.max(1, max * 1.5));
      }),
      { seed: drawSeed() },
    );
  }
  assert.deepEqual(
    [0, 7, 530, 0.3].map((max) => middleTick(max, "rate")),
    [0.5, 5, 300, 0.2],
  );
  assert.deepEqual(
    [0.012, 1.5, 50, 200, 4_000].map((max) => middleTick(max, "seconds")),
    [0.01, 1, 30, 120, 3_600],
  );
  assert.equal(middleTick(0, "count"), 1);
});

test("words at the ends of lines keep their order and their distance, and stay inside", () => {
  const room = { gap: 15, top: 0, bottom: 120 };
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.integer({ min: -20, max: 140 }), { nil: undefined }), { maxLength: 8 }),
      (wanted) => {
        const places = placeLabels(wanted, room);
        assert.deepEqual(
          places.map((y) => y === undefined),
          wanted.map((y) => y === undefined),
        );
        const known = places.filter((y) => y !== undefined).toSorted((a, b) => a - b);
        for (const [i, y] of known.entries()) {
          assert.ok(y >= room.top && y <= room.bottom);
          if (i > 0) assert.ok(y - (known[i - 1] ?? 0) >= room.gap);
        }
      },
    ),
    { seed: drawSeed() },
  );
  assert.deepEqual(placeLabels([100, 20, undefined], room), [100, 20, undefined]);
  assert.deepEqual(placeLabels([120, 120], room), [105, 120]);
});
