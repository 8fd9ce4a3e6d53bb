// Rates and percentiles: counted exactly, forgotten in time, close to the truth, and bounded.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Histogram } from "../../src/broker/histogram.ts";
import { HAPPENINGS, type Rates } from "../../src/broker/overview.ts";
import { COUNTED_NAMES_MAX, Statistics } from "../../src/broker/statistics.ts";
import type { Job, WorkerId } from "../../src/job/job.ts";
import { decide } from "../../src/job/moves.ts";
import type { Outcome } from "../../src/store/store.ts";
import { nameOf, newJob, RETENTION, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";
import { VirtualClock } from "./virtual-clock.ts";

const MINUTE = 60 * SECOND;

function perMinute(rates: Rates): Record<string, number> {
  const some = HAPPENINGS.filter((happening) => rates[happening] > 0);
  return Object.fromEntries(some.map((happening) => [happening, Math.round(rates[happening] * 60)]));
}

async function ratesOf(stage: Stage, name = "mail") {
  return (await stage.broker.queues.get(nameOf(name))).rates;
}

describe("rates:", () => {
  /** A server that has been up for long, at the very end of a slot, so that the slots cover a whole minute. */
  async function openOldStage(settings = {}): Promise<Stage> {
    const stage = await openStage(settings);
    await stage.advance(10 * MINUTE - 1);
    return stage;
  }

  test("each thing that happens is counted once, by name and in all", async () => {
    await using stage = await openOldStage();
    const drafts = ["a", "b", "c", "d"].map((id) => ({ id, maxRetries: 0 }));
    await stage.enqueue(...drafts, { id: "later", delayMs: 9 * MINUTE }, { id: "bill", name: "bill" });
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    await worker.succeed("a");
    await worker.succeed("a", 1);
    await worker.fail("b");
    await worker.report("c", (told) => ({ move: "lose", ...told }));
    await worker.report("d", (told) => ({ move: "extend", ...told }));
    await stage.broker.cancel(["d", "d", "later"].map((id) => id as Job["id"]));
    const mail = { enqueued: 5, delivered: 4, succeeded: 1, failed: 1, lost: 1, dead: 1, cancelled: 2 };
    assert.deepEqual(perMinute(await ratesOf(stage)), mail);
    assert.deepEqual(perMinute(await ratesOf(stage, "bill")), { enqueued: 1 });
    assert.deepEqual(perMinute((await stage.broker.overview()).rates), { ...mail, enqueued: 6 });
  });

  test("an expired reservation is a failure, a fire-and-forget delivery a success", async () => {
    await using stage = await openOldStage();
    await stage.enqueue({ id: "slow", reservationMs: SECOND }, { id: "forget", reservationMs: 0 });
    await stage.join("w");
    await stage.advance(SECOND);
    const { failed = 0, succeeded = 0 } = perMinute(await ratesOf(stage));
    assert.deepEqual([failed > 0, succeeded > 0], [true, true]);
  });

  test("what the end of retention forgets, and what is deleted, has not happened again", async () => {
    await using stage = await openStage({ settings: { retention: { ...RETENTION, succeeded: 5 * MINUTE } } });
    await stage.enqueue({ id: "a" }, { id: "b", name: "bill" });
    const worker = await stage.join("w");
    await worker.succeed("a");
    await stage.advance(5 * MINUTE);
    await stage.broker.operator.change(["b" as Job["id"]], { move: "delete" });
    assert.deepEqual(await stage.store.tallies(), []);
    assert.deepEqual(perMinute((await stage.broker.overview()).rates), {});
  });

  test("a rate sinks to nothing within a minute, and a quarter of a minute after the start it is that of a quarter", async () => {
    await using stage = await openStage();
    await stage.enqueue(...Array.from({ length: 30 }, () => ({})));
    await stage.advance(15 * SECOND);
    assert.equal((await ratesOf(stage)).enqueued, 2);
    await stage.advance(40 * SECOND);
    assert.ok((await ratesOf(stage)).enqueued > 0);
    await stage.advance(5 * SECOND);
    assert.equal((await ratesOf(stage)).enqueued, 0);
  });

  test("a clock that is set back a little loses nothing, one that is set back far begins anew", () => {
    const clock = new VirtualClock();
    const statistics = new Statistics(clock);
    const enqueue = () => statistics.enqueued([{ job: newJob("a").job, duplicate: false }]);
    enqueue();
    clock.jump(-7 * SECOND);
    enqueue();
    assert.equal(statistics.ratesInAll().enqueued, 2);
    clock.jump(-10 * MINUTE);
    assert.equal(statistics.ratesInAll().enqueued, 0);
    enqueue();
    assert.equal(statistics.rates(nameOf("mail")).enqueued, 1);
  });

  test("names are bounded, their sum is not, and who is idle for a minute makes room", async () => {
    const clock = new VirtualClock();
    const statistics = new Statistics(clock);
    const enqueue = (name: string) => {
      statistics.enqueued([{ job: newJob(name, { name }).job, duplicate: false }]);
    };
    for (let i = 0; i < COUNTED_NAMES_MAX; i++) enqueue(`name-${i}`);
    enqueue("one-more");
    assert.equal([...statistics.names()].length, COUNTED_NAMES_MAX);
    assert.equal(statistics.rates(nameOf("one-more")).enqueued, 0);
    assert.equal(statistics.ratesInAll().enqueued, COUNTED_NAMES_MAX + 1);
    await clock.advance(MINUTE);
    enqueue("one-more");
    assert.deepEqual([...statistics.names()], ["one-more"]);
  });

  test("to look at the rates of a name does not keep it", async () => {
    const clock = new VirtualClock();
    const statistics = new Statistics(clock);
    statistics.enqueued([{ job: newJob("a").job, duplicate: false }]);
    for (let i = 0; i < 12; i++) {
      await clock.advance(5 * SECOND);
      statistics.rates(nameOf("mail"));
    }
    assert.deepEqual([...statistics.names()], []);
  });
});

describe("percentiles:", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  /** The largest relative error of any percentile, over samples of any size and any order of magnitude. */
  function worstError(histogramOf: () => Histogram): number {
    const clock = new VirtualClock({ seed });
    let worst = 0;
    for (let round = 0; round < 60; round++) {
      const histogram = histogramOf();
      const [count, powers] = [1 + Math.floor(clock.chance() * 3_000), clock.chance() * 12];
      const spans = Array.from({ length: count }, () => Math.floor(10 ** (clock.chance() * powers)));
      for (const span of spans) histogram.record(span, 7);
      spans.sort((a, b) => a - b);
      const told = histogram.percentiles(7);
      assert.equal(told.count, count);
      const pairs = [
        [told.p50Ms, 0.5],
        [told.p95Ms, 0.95],
        [told.p99Ms, 0.99],
      ] as const;
      for (const [estimate, share] of pairs) {
        const exact = spans[Math.ceil(share * count) - 1] ?? 0;
        worst = Math.max(worst, Math.abs((estimate ?? Number.NaN) - exact) / Math.max(exact, 1));
      }
    }
    return worst;
  }

  test("are within 5 % of the exact ones, whatever the spans", (t) => {
    const worst = worstError(() => new Histogram(10));
    t.diagnostic(`seed ${seed}, worst error ${(100 * worst).toFixed(1)} %`);
    assert.ok(worst <= 0.05);
  });

  test("control: spans that are rounded to powers of two are seen", () => {
    class Coarse extends Histogram {
      override record(spanMs: number, slot: number): void {
        super.record(2 ** Math.floor(Math.log2(Math.max(spanMs, 1))), slot);
      }
    }
    assert.ok(worstError(() => new Coarse(10)) > 0.05);
  });

  test("the bounds: nothing, zero, a negative span, an endless one", () => {
    const histogram = new Histogram(2);
    assert.deepEqual(histogram.percentiles(0), {
      count: 0,
      p50Ms: undefined,
      p95Ms: undefined,
      p99Ms: undefined,
    });
    histogram.record(0, 0);
    histogram.record(-5, 0);
    assert.deepEqual(histogram.percentiles(0), { count: 2, p50Ms: 0, p95Ms: 0, p99Ms: 0 });
    histogram.record(Number.MAX_SAFE_INTEGER, 0);
    assert.ok((histogram.percentiles(0).p99Ms ?? 0) > 100 * 365 * 86_400_000);
  });

  test("what is older than the slots is forgotten, slot by slot", () => {
    const histogram = new Histogram(3);
    for (const slot of [10, 11, 12]) histogram.record(slot, slot);
    assert.equal(histogram.percentiles(12).count, 3);
    assert.deepEqual([histogram.percentiles(13).count, histogram.percentiles(13).p50Ms], [2, 11]);
    assert.equal(histogram.percentiles(100).count, 0);
  });

  test("wait is from ready to reserved, run from there to the attempt's end, over five minutes", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "a" }, { id: "b", maxRetries: 0 }, { id: "forget", reservationMs: 0 });
    await stage.advance(10 * SECOND);
    const worker = await stage.join("w");
    await stage.advance(8 * SECOND);
    await worker.succeed("a");
    await worker.fail("b");
    const { wait, run } = await stage.broker.overview();
    assert.deepEqual([wait.count, run.count], [3, 2]);
    const isNear = (span: number | undefined, exact: number) => Math.abs((span ?? 0) - exact) <= exact / 20;
    assert.ok(isNear(wait.p50Ms, 10 * SECOND) && isNear(wait.p99Ms, 10 * SECOND));
    assert.ok(isNear(run.p50Ms, 8 * SECOND) && isNear(run.p99Ms, 8 * SECOND));
    await stage.advance(5 * MINUTE);
    assert.equal((await stage.broker.overview()).run.count, 0);
  });
});

test("counts are exact over a million deliveries", () => {
  const clock = new VirtualClock();
  const statistics = new Statistics(clock);
  const { job: was } = newJob("a");
  const decision = decide(
    was,
    { move: "reserve", by: "w" as WorkerId, stream: true },
    { now: clock.now(), chance: 0, retention: RETENTION },
  );
  const outcomes: Outcome[] = Array.from({ length: 1_000 }, () => ({ id: was.id, was, decision }));
  for (let i = 0; i < 1_000; i++) statistics.observe(outcomes);
  assert.equal(Math.round(statistics.ratesInAll().delivered), 1_000_000);
});
