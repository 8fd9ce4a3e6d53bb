// The clock: nothing early, however long it takes, and however the wall clock is set meanwhile.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Clock, SLEEP_MS_MAX, SystemClock, TIMER_MS_MAX, type Timers } from "../../src/broker/clock.ts";
import { newUuid } from "../../src/broker/id.ts";
import { DAY, SECOND } from "../store/new-jobs.ts";

/** Timers like Node's: one for more than 2^31 - 1 ms fires after 1 ms, and none sees the wall clock jump. */
class FakeTimers implements Timers {
  #now = Date.UTC(2026, 0, 1);
  #timer: { readonly id: object; readonly ms: number; readonly call: () => void } | undefined;
  slept = 0;
  longestMs = 0;

  readonly now = (): number => this.#now;

  readonly setTimeout = (call: () => void, ms: number): object => {
    const id = {};
    this.#timer = { id, ms: ms > TIMER_MS_MAX ? 1 : ms, call };
    this.longestMs = Math.max(this.longestMs, ms);
    return id;
  };

  readonly clearTimeout = (id: object): void => {
    if (this.#timer?.id === id) this.#timer = undefined;
  };

  /** Lets the timer that was set last fire; false when there is none. */
  fire(): boolean {
    const timer = this.#timer;
    if (!timer) return false;

    this.#timer = undefined;
    this.#now += timer.ms;
    this.slept += timer.ms;
    timer.call();
    return true;
  }

  jump(ms: number): void {
    this.#now += ms;
  }
}

/** Waits for an instant so far away, and says how early it was called. */
function howEarly(makeClock: (timers: Timers) => Pick<Clock, "at">, delayMs: number): number {
  const timers = new FakeTimers();
  const instant = timers.now() + delayMs;
  let calledAt: number | undefined;
  makeClock(timers).at(instant, () => {
    calledAt = timers.now();
  });
  // A few thousand sleeps from each end: a century of them would take the test minutes.
  for (let sleeps = 0; sleeps < 5_000 && calledAt === undefined; sleeps++) timers.fire();
  const far = instant - timers.now() - 5_000 * SLEEP_MS_MAX;
  if (calledAt === undefined && far > 0) timers.jump(far);
  while (calledAt === undefined && timers.fire());
  return instant - (calledAt ?? Number.POSITIVE_INFINITY);
}

const UNCHUNKED = (timers: Timers): Pick<Clock, "at"> => ({
  at: (instant, call) => {
    const timer = timers.setTimeout(call, instant - timers.now());
    return () => timers.clearTimeout(timer as never);
  },
});

describe("an instant", () => {
  const DELAYS = {
    "1 s": SECOND,
    "25 d": 25 * DAY,
    "30 d": 30 * DAY,
    "1 y": 365 * DAY,
    "100 y": 36_500 * DAY,
  };

  for (const [name, delayMs] of Object.entries(DELAYS)) {
    test(`${name} ahead comes neither early nor late`, () => {
      assert.equal(
        howEarly((timers) => new SystemClock(timers), delayMs),
        0,
      );
    });
  }

  test("control: a clock that does not cut its sleeps comes early", () => {
    assert.equal(howEarly(UNCHUNKED, SECOND), 0);
    for (const delayMs of [25, 30, 365, 36_500].map((days) => days * DAY)) {
      assert.ok(howEarly(UNCHUNKED, delayMs) > 0, `${delayMs} ms`);
    }
  });

  test("is reached within one sleep when the wall clock jumps past it", () => {
    const timers = new FakeTimers();
    let called = false;
    new SystemClock(timers).at(timers.now() + 30 * DAY, () => {
      called = true;
    });
    timers.fire();
    timers.jump(31 * DAY);
    timers.fire();
    assert.equal(called, true);
    assert.ok(timers.slept <= 2 * SLEEP_MS_MAX, `${timers.slept} ms`);
  });

  test("waits on when the wall clock jumps back, and comes once", () => {
    const timers = new FakeTimers();
    const calledAt: number[] = [];
    const instant = timers.now() + 5 * SECOND;
    new SystemClock(timers).at(instant, () => calledAt.push(timers.now()));
    timers.fire();
    timers.jump(-3_600 * SECOND);
    while (timers.fire());
    assert.deepEqual(calledAt, [instant]);
  });

  test("that has passed is reached at once, and one that was taken back never", () => {
    const timers = new FakeTimers();
    const clock = new SystemClock(timers);
    const calls: string[] = [];
    clock.at(timers.now() - 1, () => calls.push("past"));
    timers.fire();
    clock.at(timers.now() + 5 * SECOND, () => calls.push("taken back"))();
    while (timers.fire());
    assert.deepEqual([calls, timers.longestMs <= SLEEP_MS_MAX], [["past"], true]);
  });
});

describe("a span", () => {
  test("of any length passes whole, whatever the wall clock does", () => {
    for (const ms of [0, 1, TIMER_MS_MAX, TIMER_MS_MAX + 1, 100 * 365 * DAY]) {
      const timers = new FakeTimers();
      let passedMs: number | undefined;
      new SystemClock(timers).after(ms, () => {
        passedMs = timers.slept;
      });
      timers.jump(-3_600 * SECOND);
      while (timers.fire());
      assert.equal(passedMs, ms);
    }
  });
});

describe("chance and ids:", () => {
  const clock = new SystemClock();

  test("chance is drawn from [0, 1), and random bytes differ", () => {
    const drawn = Array.from({ length: 1_000 }, () => clock.chance());
    assert.ok(drawn.every((one) => one >= 0 && one < 1));
    const bytes = Array.from({ length: 1_000 }, () => Buffer.from(clock.randomBytes()).toString("hex"));
    assert.equal(new Set(bytes).size, 1_000);
    assert.ok(bytes.every((one) => one.length === 32));
  });

  test("an id is a UUIDv7 that tells its millisecond, and no two are alike", () => {
    const before = Date.now();
    const ids = Array.from({ length: 10_000 }, () => newUuid(clock));
    const after = Date.now();
    for (const id of ids) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const ms = Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);
      assert.ok(ms >= before && ms <= after, id);
    }
    assert.equal(new Set(ids).size, ids.length);
  });

  test("ids sort by the time at which they were made", () => {
    const made = [0, 1, 255, 256, 2 ** 33, 2 ** 41].map((at) =>
      newUuid({ ...fixed(at), randomBytes: () => clock.randomBytes() }),
    );
    assert.deepEqual(made.toSorted(), made);
  });

  test("all 74 random bits of an id are used", () => {
    const bytes = (of: number) => newUuid({ ...fixed(0), randomBytes: () => new Uint8Array(16).fill(of) });
    assert.equal(bytes(0x00), "00000000-0000-7000-8000-000000000000");
    assert.equal(bytes(0xff), "00000000-0000-7fff-bfff-ffffffffffff");
  });
});

function fixed(at: number): Clock {
  const never = () => () => {};
  return { now: () => at, chance: () => 0, randomBytes: () => new Uint8Array(16), at: never, after: never };
}
