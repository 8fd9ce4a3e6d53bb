// The flow strip and the warnings: each job is in one place, a line is as thick as its rate on a log scale, and what
// calls for somebody is told in one line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { OverviewSchema, QueueSchema } from "../../src/gen/lakh/v1/overview_pb.ts";
import { flowOf, thicknessOf } from "../../web/overview/flow.ts";
import { isIdle } from "../../web/overview/usage.ts";
import { warningsOf } from "../../web/overview/warnings.ts";

test("each job is in one place: who retries is not scheduled too", () => {
  const jobs = {
    scheduled: 10n,
    retrying: 4n,
    ready: 3n,
    reserved: 2n,
    succeeded: 50n,
    dead: 6n,
    cancelled: 1n,
  };
  const { places } = flowOf(create(OverviewSchema, { jobs }));
  const counts = Object.fromEntries(places.map(({ standing, count }) => [standing, count]));
  assert.deepEqual(counts, { ...jobs, scheduled: 6n });
});

test("a tenfold of the rate adds two pixels, nothing is a hairline, and no line is thicker than its room", () => {
  assert.equal(thicknessOf(0), 1);
  assert.equal(thicknessOf(Number.NaN), 1);
  assert.deepEqual([0.001, 1, 10, 100, 1_000, 10_000, 1e9].map(thicknessOf), [2, 3, 5, 7, 9, 11, 12]);
});

const NOW = 1_000_000;
const NOTHING = { queues: [], unserved: new Set<string>(), system: undefined, now: NOW };

function stuck(name: string) {
  return create(QueueSchema, { name, jobs: { ready: 12n }, oldestReadyAge: durationFromMs(14 * 60_000) });
}

test("a name without workers is told with its jobs and the oldest; the sixth is counted", () => {
  const queues = Array.from({ length: 7 }, (_, i) => stuck(`pdf${i}`));
  const one = warningsOf({ ...NOTHING, queues, unserved: new Set(["pdf3"]) });
  assert.deepEqual(
    one.map(({ name, text }) => `${name}: ${text}`),
    ["pdf3: 12 jobs ready, the oldest for 14 min, and no worker offers it"],
  );
  const many = warningsOf({ ...NOTHING, queues, unserved: new Set(queues.map(({ name }) => name)) });
  assert.equal(many.length, 6);
  assert.equal(many.at(-1)?.text, "2 more queues without workers");
});

test("a disk is told from nine tenths on, and not when its size is not known", () => {
  const told = (diskFreeBytes: bigint) =>
    warningsOf({
      ...NOTHING,
      system: { diskBytes: 100n * 2n ** 30n, diskFreeBytes: diskFreeBytes * 2n ** 30n },
    });
  assert.deepEqual(told(11n), []);
  assert.deepEqual(
    told(8n).map(({ text }) => text),
    ["The disk is 92 % full: 8.0 GiB are free"],
  );
  assert.deepEqual(warningsOf({ ...NOTHING, system: {} }), []);
});

test("idle is where nothing is stored and nothing has passed", () => {
  const idle = create(OverviewSchema, { jobs: {}, rates: {}, wait: {} });
  assert.equal(isIdle(idle), true);
  assert.equal(isIdle({ ...idle, jobs: create(OverviewSchema, { jobs: { cancelled: 1n } }).jobs }), false);
  assert.equal(isIdle({ ...idle, wait: create(OverviewSchema, { wait: { count: 3n } }).wait }), false);
});
