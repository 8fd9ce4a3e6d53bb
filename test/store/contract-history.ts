// The contract of the past: cells lie in rings, each over the one that lay there before; steps under way, names and starts
// are there after a restart; what comes due is counted as a scan would count it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Cell, DueSearch, HistoryPage, OpenCell, Ring } from "../../src/store/history.ts";
import { STARTS_MAX } from "../../src/store/history.ts";
import type { Cursor } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { drawSeed } from "../seed.ts";
import type { Engine } from "./engine.ts";
import { populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { DAY, NOW, nameOf, newJob, RETENTION, SECOND } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const RING: Ring = { stepMs: SECOND, size: 10 };
const ALL = { from: 0, until: Number.MAX_SAFE_INTEGER };

function cell(step: number, facts: Partial<Cell> = {}): Cell {
  const values = Float32Array.of(step, -0.5, Number.NaN, 3e38);
  return { owner: 0, ring: RING, at: NOW + step * SECOND, values, ...facts };
}

function open(step: number, facts: Partial<OpenCell> = {}): OpenCell {
  return { ...cell(step), histograms: Uint8Array.of(1, 2, 255), ...facts };
}

function write(store: Store, page: Partial<HistoryPage>): Promise<void> {
  return store.writeHistory({ closed: [], open: [], owners: [], ...page });
}

async function stepsOf(
  store: Store,
  { owner = 0, ring = RING, ...span }: { owner?: number; ring?: Ring; from?: number; until?: number } = {},
) {
  const cells = await store.historyCells(owner, ring, { ...ALL, ...span });
  return cells.map(({ at }) => (at - NOW) / SECOND);
}

function testCells(engine: Engine): void {
  test("cells are there as they were written, in order, each in the ring of its owner", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    assert.deepEqual(await stepsOf(store), []);
    const longer = { stepMs: 10 * SECOND, size: 10 };
    const others = [cell(0, { owner: 7 }), cell(0, { ring: longer })];
    await write(store, { closed: [cell(2), cell(0), cell(1), ...others] });

    const cells = await store.historyCells(0, RING, ALL);
    assert.deepEqual(cells, [cell(0), cell(1), cell(2)]);
    assert.deepEqual(await store.historyCells(7, RING, ALL), [cell(0, { owner: 7 })]);
    assert.deepEqual(await store.historyCells(0, longer, ALL), [cell(0, { ring: longer })]);
    assert.deepEqual(await store.historyCells(8, RING, ALL), []);
  });

  test("a cell takes the place of the one a whole ring before it, so a ring never has more than its size", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    for (let step = 0; step < 25; step++) await write(store, { closed: [cell(step)] });
    assert.deepEqual(await stepsOf(store), [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
    await write(store, { closed: [cell(16, { values: Float32Array.of(9) }), cell(104)] });
    assert.deepEqual(await stepsOf(store), [15, 16, 17, 18, 19, 20, 21, 22, 23, 104]);
    assert.deepEqual((await store.historyCells(0, RING, ALL))[1]?.values, Float32Array.of(9));
  });

  test("of a span the cells that begin in it are told, wherever the ring begins", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await write(store, { closed: Array.from({ length: 10 }, (_, i) => cell(i + 13)) });
    for (let first = 10; first < 25; first++) {
      for (let end = first; end < 27; end++) {
        const found = await stepsOf(store, { from: NOW + first * SECOND, until: NOW + end * SECOND });
        const expected = Array.from({ length: 10 }, (_, i) => i + 13).filter(
          (step) => step >= first && step < end,
        );
        assert.deepEqual(found, expected, `${first} to ${end}`);
      }
    }
  });
}

function testKept(engine: Engine): void {
  const owner = (number: number, name: string, weight = 1.5) => ({
    owner: number,
    name: nameOf(name),
    weight,
  });

  test("steps under way take the place of those before, and lie beside the cells", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    assert.deepEqual(await store.keptHistory(), { owners: [], open: [] });
    await write(store, { closed: [cell(0)], open: [open(10), open(10, { owner: 1 })] });
    assert.deepEqual((await store.keptHistory()).open, [open(10), open(10, { owner: 1 })]);
    await write(store, { open: [open(11, { histograms: new Uint8Array() })] });
    assert.deepEqual((await store.keptHistory()).open, [open(11, { histograms: new Uint8Array() })]);
    assert.deepEqual(await stepsOf(store), [0]);
  });

  test("an owner that gets another name loses its cells, one that only gets another weight keeps them", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const cells = [cell(0, { owner: 1 }), cell(0, { owner: 2 }), cell(0)];
    await write(store, { owners: [owner(1, "a"), owner(2, "b")], closed: cells });
    await write(store, { owners: [owner(1, "a", 0.25)] });
    assert.deepEqual((await store.keptHistory()).owners, [owner(1, "a", 0.25), owner(2, "b")]);
    // They change places, as when one falls out and comes back.
    await write(store, { owners: [owner(1, "b"), owner(2, "c")], closed: [cell(1, { owner: 2 })] });
    const left = [
      await stepsOf(store, { owner: 1 }),
      await stepsOf(store, { owner: 2 }),
      await stepsOf(store),
    ];
    assert.deepEqual(left, [[], [1], [0]]);
  });

  test("the newest 100 starts are kept", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    for (let i = 0; i < STARTS_MAX + 5; i++) await store.recordStart({ at: NOW + i, version: `1.0.${i}` });
    const starts = await store.starts(ALL);
    assert.deepEqual([starts.length, starts[0]], [100, { at: NOW + 5, version: "1.0.5" }]);
    const some = await store.starts({ from: NOW + 7, until: NOW + 9 });
    assert.deepEqual(
      some.map(({ at }) => at - NOW),
      [7, 8],
    );
  });

  if (!engine.lasts) return;
  for (const how of ["reopen", "crash"] as const) {
    test(`all of it is there after a ${how}`, async () => {
      await using opened = await engine.open(OPTIONS);
      await write(opened.store, { closed: [cell(0)], open: [open(1)], owners: [owner(1, "a")] });
      await opened.store.recordStart({ at: NOW, version: "1" });
      assert.ok(opened.lasting);
      await using other = await opened.lasting[how]();

      assert.deepEqual(await other.store.historyCells(0, RING, ALL), [cell(0)]);
      assert.deepEqual(await other.store.keptHistory(), { owners: [owner(1, "a")], open: [open(1)] });
      assert.deepEqual(await other.store.starts(ALL), [{ at: NOW, version: "1" }]);
    });
  }
}

type Dues = Record<"scheduled" | "retrying", Record<number, number>>;

/** Counted slice by slice. */
async function duesOf(store: Store, search: DueSearch): Promise<Dues> {
  const dues: Dues = { scheduled: {}, retrying: {} };
  let after: Cursor | undefined;
  do {
    const found = await store.dues({ ...search, ...(after !== undefined && { after }) });
    for (const standing of ["scheduled", "retrying"] as const)
      for (const [step, jobs] of found[standing]) dues[standing][step] = (dues[standing][step] ?? 0) + jobs;
    const looked = [...found.scheduled.values(), ...found.retrying.values()].reduce(
      (sum, jobs) => sum + jobs,
      0,
    );
    assert.ok(looked <= search.entriesMax, "a slice has a bound");
    after = found.after;
  } while (after !== undefined);
  return dues;
}

/** What a scan of all jobs says. */
async function scanDues(store: Store, { name, from, until, stepMs }: DueSearch): Promise<Dues> {
  const dues: Dues = { scheduled: {}, retrying: {} };
  for (const { job } of await scan(store)) {
    const { state } = job;
    if (state.is !== "scheduled" || (name !== undefined && job.name !== name)) continue;
    if (state.dueAt < from || state.dueAt >= until) continue;
    const step = Math.floor((state.dueAt - from) / stepMs);
    for (const standing of job.failures > 0 ? (["scheduled", "retrying"] as const) : (["scheduled"] as const))
      dues[standing][step] = (dues[standing][step] ?? 0) + 1;
  }
  return dues;
}

function testDues(engine: Engine): void {
  test("what comes due is counted as a scan counts it, of all names and of one, in slices of any size", async () => {
    const seed = drawSeed();
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await populateMixed(store, 300, seeded(seed));
    const spans = [
      { from: 0, until: NOW + 99 * DAY, stepMs: DAY },
      { from: NOW + DAY, until: NOW + DAY + 30 * SECOND, stepMs: SECOND },
    ];
    for (const span of spans) {
      for (const name of [undefined, nameOf("mail"), nameOf("nobody")]) {
        const search = { ...span, ...(name !== undefined && { name }) };
        const exact = await scanDues(store, { ...search, entriesMax: 1 });
        for (const entriesMax of [1, 7, 10_000])
          assert.deepEqual(
            await duesOf(store, { ...search, entriesMax }),
            exact,
            `seed ${seed}, slices of ${entriesMax}`,
          );
        if (name === undefined) assert.ok(Object.keys(exact.scheduled).length > 0, `seed ${seed}`);
      }
    }
    const { retrying } = await scanDues(store, {
      from: 0,
      until: NOW + 99 * DAY,
      stepMs: DAY,
      entriesMax: 1,
    });
    assert.ok(Object.keys(retrying).length > 0, `seed ${seed}`);
  });

  test("a slice ends among jobs of one instant, and the next goes on there", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await store.enqueue(Array.from({ length: 30 }, (_, i) => newJob(`${i}`, { dueAt: NOW + SECOND })));
    const search = { from: NOW, until: NOW + DAY, stepMs: SECOND, entriesMax: 4 };
    assert.deepEqual(await duesOf(store, search), { scheduled: { 1: 30 }, retrying: {} });
  });

  test("the sum of all names is that of their counts", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    assert.deepEqual(await store.standings(), {});
    await populateMixed(store, 90, seeded(1));
    const sum: Record<string, number> = {};
    for (const { counts } of await store.tallies())
      for (const [standing, jobs] of Object.entries(counts)) sum[standing] = (sum[standing] ?? 0) + jobs;
    const standings = Object.entries(await store.standings()).filter(([, jobs]) => jobs > 0);
    assert.deepEqual(Object.fromEntries(standings), sum);
  });
}

export function testHistory(engine: Engine): void {
  describe("the past and what comes:", () => {
    testCells(engine);
    testKept(engine);
    testDues(engine);
  });
}
