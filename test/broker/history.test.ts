// The steps of a chart: when they are told, how they end, how long they are kept, and what a stop or a crash leaves.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY, nameOf, SECOND } from "../store/new-jobs.ts";
import { countsOf, openRecording, read, restart } from "./recording.ts";

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("steps", () => {
  test("have ended when they are told, are told at once, and later than `after` only once", async () => {
    await using stage = await openRecording();
    const from = stage.clock.now();
    await stage.enqueue({});
    assert.deepEqual((await read(stage, 3 * SECOND)).series.enqueued, [Number.NaN, Number.NaN, Number.NaN]);
    await stage.advance(1_500);
    await stage.enqueue({}, {});
    const first = await read(stage, 3 * SECOND);
    assert.deepEqual([first.startAt, first.stepMs], [from - 2 * SECOND, SECOND]);
    assert.deepEqual(first.series.enqueued, [Number.NaN, Number.NaN, 1]);
    const next = await read(stage, 3 * SECOND, { after: from });
    assert.deepEqual([next.startAt, next.series.enqueued], [from + SECOND, []]);
    await stage.advance(SECOND);
    assert.deepEqual((await read(stage, 3 * SECOND, { after: from })).series.enqueued, [2]);
    assert.deepEqual((await read(stage, 3 * SECOND, { after: from + DAY })).series.enqueued, []);
    assert.equal((await read(stage, 3 * SECOND, { after: 0 })).series.enqueued.length, 3);
  });

  test("end with what there is: jobs in each state, and room", async () => {
    await using stage = await openRecording();
    await stage.enqueue(
      { id: "a", maxRetries: 0 },
      { id: "b", reservationMs: HOUR },
      { id: "c", reservationMs: HOUR },
      { name: "later", delayMs: HOUR },
    );
    const worker = await stage.join("w", { capacity: 2 });
    await worker.fail("a");
    await stage.enqueue({}, {});
    await stage.advance(MINUTE);
    const last = async (rest = {}) => {
      const { series } = await read(stage, MINUTE, rest);
      const { ready, reserved, scheduled, deadKept, capacity } = series;
      return [ready, reserved, scheduled, deadKept, capacity].map((list) => list.at(-1));
    };
    assert.deepEqual(await last(), [2, 2, 1, 1, 2]);
    assert.deepEqual(await last({ name: nameOf("mail") }), [2, 2, 0, 1, 2]);
    assert.deepEqual(await last({ name: nameOf("later") }), [0, 0, 1, 0, 0]);
    assert.deepEqual(await last({ name: nameOf("nobody") }), new Array(5).fill(Number.NaN));
  });

  test("are kept in rings: after 15 minutes the first seconds are gone, and coarser steps still have them", async () => {
    await using stage = await openRecording();
    const from = stage.clock.now();
    await stage.enqueue({});
    await stage.advance(20 * MINUTE);
    const seconds = await read(stage, 15 * MINUTE);
    assert.equal(seconds.startAt, from + 5 * MINUTE);
    assert.ok(seconds.series.enqueued.every((count) => count === 0));
    assert.equal((await countsOf(stage, HOUR)).enqueued, 1);
    const kept = await stage.store.historyCells(
      0,
      { stepMs: SECOND, size: 900 },
      { from: 0, until: from + DAY },
    );
    assert.equal(kept.length, 900);
  });

  test("in which the server did not run are not known", async () => {
    await using stage = await openRecording();
    await stage.enqueue({});
    await stage.advance(2 * MINUTE);
    await stage.broker.history.stop();
    await stage.advance(3 * MINUTE);
    await restart(stage, "1.2.4");
    await stage.enqueue({});
    await stage.advance(MINUTE);
    const { series, starts, startAt } = await read(stage, 24 * HOUR, {
      after: stage.clock.now() - 7 * MINUTE,
    });
    assert.deepEqual(series.enqueued, [1, 0, 0, Number.NaN, Number.NaN, 1]);
    assert.deepEqual(starts, [
      { at: startAt, version: "1.2.3" },
      { at: startAt + 5 * MINUTE, version: "1.2.4" },
    ]);
  });

  test("after a crash are those until the last minute, and a quarter of an hour goes on", async () => {
    await using stage = await openRecording();
    await stage.enqueue({}, {});
    await stage.advance(MINUTE);
    await stage.enqueue({});
    let isDead = true;
    const { writeHistory } = stage.store;
    Object.assign(stage.store, {
      writeHistory: (page: never) => (isDead ? Promise.resolve() : writeHistory(page)),
    });
    await restart(stage);
    isDead = false;
    await stage.enqueue({});
    await stage.advance(15 * MINUTE);
    assert.deepEqual((await read(stage, 24 * HOUR)).series.enqueued.slice(-16, -13), [2, 1, 0]);
    assert.equal((await countsOf(stage, 30 * DAY, "mail")).enqueued, 3);
  });
});
