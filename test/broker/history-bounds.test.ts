// What must not break a chart: a clock that is set back or forward, more names than are kept apart, a full disk.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { OWNERS_MAX } from "../../src/broker/history-names.ts";
import { StoreFault } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";
import { DAY, nameOf, SECOND } from "../store/new-jobs.ts";
import { countsOf, openRecording, read, restart } from "./recording.ts";
import type { Stage } from "./stage.ts";

const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe("a clock that is set back", () => {
  test("by a little is waited for, and nothing is lost", async () => {
    await using stage = await openRecording();
    await stage.advance(15 * MINUTE);
    await stage.enqueue({});
    await stage.advance(SECOND);
    stage.clock.jump(-3 * SECOND);
    await stage.enqueue({}, {});
    await stage.advance(10 * SECOND);
    assert.equal((await countsOf(stage, MINUTE)).enqueued, 3);
    const back = await read(stage, MINUTE);
    assert.ok(
      back.series.enqueued.slice(-20, -8).every((count) => count === 0),
      "what had ended stays as it was",
    );
    await stage.advance(15 * MINUTE);
    assert.equal((await countsOf(stage, 30 * DAY)).enqueued, 3);
  });

  test("by much passes its steps again: what happens then is added to what happened before", async () => {
    await using stage = await openRecording();
    await stage.enqueue({});
    await stage.advance(20 * MINUTE);
    await stage.enqueue({}, {});
    await stage.advance(2 * MINUTE);
    stage.clock.jump(-22 * MINUTE);
    await stage.advance(2 * SECOND);
    await stage.enqueue({}, {}, {}, {});
    assert.ok((await read(stage, HOUR)).startAt < stage.clock.now());
    await stage.advance(45 * MINUTE);
    for (const name of [undefined, "mail"]) {
      assert.equal((await countsOf(stage, 24 * HOUR, name)).enqueued, 7);
      assert.equal((await countsOf(stage, 30 * DAY, name)).enqueued, 7);
    }
  });

  test("between two runs does not hide what is recorded from then on", async () => {
    await using stage = await openRecording();
    await stage.enqueue({});
    await stage.advance(MINUTE);
    await stage.broker.history.stop();
    stage.clock.jump(-2 * DAY);
    await restart(stage);
    await stage.enqueue({}, {});
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, 15 * MINUTE)).enqueued, 2);
    assert.equal((await countsOf(stage, 24 * HOUR, "mail")).enqueued, 2);
  });

  test("set forward by a month, all that is kept is past", async () => {
    await using stage = await openRecording();
    await stage.enqueue({});
    await stage.advance(MINUTE);
    stage.clock.jump(40 * DAY);
    await stage.advance(2 * MINUTE);
    assert.equal((await countsOf(stage, 30 * DAY)).enqueued, 0);
    await stage.enqueue({});
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, HOUR, "mail")).enqueued, 1);
  });
});

describe("the busiest names", () => {
  async function openCrowded(): Promise<Stage> {
    const stage = await openRecording();
    await stage.enqueue(...Array.from({ length: OWNERS_MAX }, (_, i) => ({ name: `n${i}` })));
    return stage;
  }

  test("a name that is one too many is not kept apart, until it is busier than another, whose cells go", async () => {
    await using stage = await openCrowded();
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, HOUR, "n0")).enqueued, 1);
    await stage.enqueue({ name: "late" });
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, HOUR, "late")).enqueued, 0);

    await stage.enqueue(...Array.from({ length: 9 }, () => ({ name: "late" })));
    await stage.advance(MINUTE);
    await stage.enqueue({ name: "late" }, { name: "late" });
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, HOUR, "late")).enqueued, 2);
    const { owners } = await stage.store.keptHistory();
    assert.equal(owners.length, OWNERS_MAX);
    const fallen = Array.from({ length: OWNERS_MAX }, (_, i) => `n${i}`).filter(
      (name) => !owners.some((owner) => owner.name === name),
    );
    assert.equal(fallen.length, 1);
    assert.equal((await countsOf(stage, HOUR, fallen[0])).enqueued, 0);
    const { enqueued } = (await read(stage, HOUR, { name: nameOf("late") })).series;
    assert.deepEqual(enqueued.slice(-2), [Number.NaN, 2], "nothing of the other is left in its rings");
    assert.equal((await countsOf(stage, HOUR)).enqueued, OWNERS_MAX + 12);
  });

  test("are known after a restart, when nobody is busy yet", async () => {
    await using stage = await openCrowded();
    await stage.advance(MINUTE);
    await restart(stage);
    await stage.enqueue({ name: "late" });
    await stage.advance(MINUTE);
    assert.equal((await countsOf(stage, HOUR, "n199")).enqueued, 1);
    assert.equal((await countsOf(stage, HOUR, "late")).enqueued, 0);
  });
});

test("while the disk is full nothing but the charts waits, and what waits is written later", async () => {
  let isFull = true;
  const mutation: Mutation = (store) => ({
    writeHistory: (page) =>
      isFull ? Promise.reject(new StoreFault("full", "no room")) : store.writeHistory(page),
  });
  await using stage = await openRecording({ mutation });
  await stage.enqueue({});
  await stage.advance(3 * MINUTE);
  assert.deepEqual((await stage.store.keptHistory()).owners, []);
  assert.equal((await countsOf(stage, 15 * MINUTE)).enqueued, 1);
  isFull = false;
  await stage.advance(MINUTE);
  await restart(stage);
  assert.equal((await countsOf(stage, HOUR)).enqueued, 1);
  assert.equal((await countsOf(stage, HOUR, "mail")).enqueued, 1);
});
