// D1: kill -9 under load. Producers and workers in other processes keep ledgers; a server is killed at random moments, its
// successor takes over, and at the end one checker compares the ledgers with the store. LAKH_KILL_CYCLES sets how many
// kills have to count; 25 by default.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { VirtualClock } from "../broker/virtual-clock.ts";
import { drawSeed } from "../seed.ts";
import { temporaryDirectory } from "../store/sqlite-engine.ts";
import { check, toldBy } from "./checker.ts";
import { missingFrom } from "./happenings.ts";
import { ACKS_MIN, type Cycle, KillCycles } from "./kill-cycles.ts";
import { Load } from "./load.ts";
import type { Mistake } from "./server-mistakes.ts";

const CYCLES = Number(process.env.LAKH_KILL_CYCLES ?? 25);
/** Of kills that do not count, for want of load, there may be so many for each that does: others may be busy here too. */
const TRIES_MAX = 4;
const TIMEOUT_MS = 900_000;
const CONTROL_CYCLES_MAX = 20;
const READY_MS_MAX = 2_000;
const seed = drawSeed();

/** Resolves when every job is finished of which the ledgers do not know it. */
async function drained(url: string, load: Load): Promise<void> {
  load.read();
  const open = [...toldBy(load.entries)].filter(
    ([, told]) => !told.times("done") && !told.times("cancelled"),
  );
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl: url }));
  const follow = async () => {
    for (let next = open.pop(); next; next = open.pop()) {
      for await (const _ of client.watchJob({ id: next[0] }));
    }
  };
  await Promise.all(Array.from({ length: 50 }, follow));
}

function counted(cycles: readonly Cycle[]): Cycle[] {
  return cycles.filter(({ acks }) => acks >= ACKS_MIN);
}

test("kill -9 under load loses, doubles and invents nothing", { timeout: TIMEOUT_MS }, async (t) => {
  t.diagnostic(`seed ${seed}`);
  using directory = temporaryDirectory();
  await using load = new Load(directory.path);
  const clock = new VirtualClock({ seed });
  await using cycles = new KillCycles({ directory: directory.path, load, chance: () => clock.chance() });
  const done: Cycle[] = [];
  while (counted(done).length < CYCLES && done.length < CYCLES * TRIES_MAX) done.push(await cycles.run());

  const { server } = await cycles.takeOver();
  await load.stopProducers();
  await drained(await server.url, load);
  load.read();
  assert.equal(await cycles.stop(), 0, "the last server stops well");
  await load.stopWorkers();
  const store = await cycles.openData();
  const verdict = await check(load.entries, store);
  const missing = await missingFrom(load.entries, store);
  await store.close();

  const reserved = done.reduce((sum, cycle) => sum + cycle.reserved, 0);
  const kills = counted(done).length;
  const slowest = Math.round(Math.max(...done.map(({ readyMs }) => readyMs)));
  t.diagnostic(
    `${kills} kills counted, ${done.length - kills} discarded; 0 of ${kills} bounds the rate at ${(3 / kills).toFixed(2)}`,
  );
  t.diagnostic(`${verdict.acknowledged} jobs acknowledged, ${verdict.recovered} recovered`);
  t.diagnostic(
    `${verdict.redelivered} redelivered, ${reserved} reserved at the kills; ready in at most ${slowest} ms`,
  );
  const { lost, duplicated, unexpected, takenAway, unfinished } = verdict;
  assert.deepEqual(
    { lost, duplicated, unexpected, takenAway, unfinished, errors: cycles.errors },
    { lost: [], duplicated: [], unexpected: [], takenAway: [], unfinished: [], errors: [] },
  );
  assert.deepEqual(missing, [], "what never happened was not tested");
  assert.ok(kills >= CYCLES, `only ${kills} of ${done.length} kills came under ${ACKS_MIN} enqueues/s`);
  assert.ok(reserved > 0, "no kill met a reserved job");
  assert.ok(verdict.redelivered <= reserved, `${verdict.redelivered} redelivered, ${reserved} reserved`);
  assert.ok(slowest <= READY_MS_MAX, `ready in ${slowest} ms`);
});

/** Kills servers with the mistake until it is seen. */
async function killUntil(
  mistake: Mistake,
  isSeen: (cycle: Cycle, cycles: KillCycles, load: Load) => Promise<boolean>,
): Promise<number> {
  using directory = temporaryDirectory();
  await using load = new Load(directory.path);
  const clock = new VirtualClock({ seed });
  const plan = { directory: directory.path, load, chance: () => clock.chance(), mistake };
  await using cycles = new KillCycles(plan);
  for (let kills = 1; kills <= CONTROL_CYCLES_MAX; kills++) {
    if (await isSeen(await cycles.run(), cycles, load)) return kills;
  }
  assert.fail(`not caught in ${CONTROL_CYCLES_MAX} kills`);
}

test("control: a server that acknowledges before it commits is caught within 20 kills", async (t) => {
  const kills = await killUntil("ack before COMMIT", async ({ absent }) => absent > 0);
  t.diagnostic(`caught by kill ${kills}`);
});

test("control: a server that ignores what returning workers hold is caught within 20 kills", async (t) => {
  const kills = await killUntil("holding ignored", async (_cycle, cycles, load) => {
    const store = await cycles.openData();
    const { takenAway } = await check(load.entries, store);
    await store.close();
    return takenAway.length > 0;
  });
  t.diagnostic(`caught by kill ${kills}`);
});
