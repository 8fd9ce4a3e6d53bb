// The contract of search: exactly the jobs that match, each once, in order, whatever the page and however little is looked
// at in a call.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type JobFilter, matches } from "../../src/job/filter.ts";
import type { Job } from "../../src/job/job.ts";
import { instantOf } from "../../src/job/standing.ts";
import type { SearchOrder, StoredJob } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { type Engine, moveOne, reserveNext } from "./engine.ts";
import { anyFilter, CONDITIONS } from "./filters.ts";
import { countAll, ORDERS, pages, populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { data, idOf, NOW, nameOf, newJob, RETENTION, WORKER } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
const FAR = { jobsMax: 1_000, searchMax: 10_000 };

/** What a search must find: a full scan through the rules' own `matches`, in order. */
export function expected(all: readonly StoredJob[], filter: JobFilter, order: SearchOrder): string[] {
  const matching = all
    .map(({ job, payload }, seq) => ({ job, payload, seq }))
    .filter(({ job, payload }) => matches(filter, job, () => payload.bytes));
  const sign = order === "oldest" || order === "earliest" ? 1 : -1;
  const isByInstant = order === "latest" || order === "earliest";
  matching.sort((a, b) => sign * ((isByInstant ? instantOf(a.job) - instantOf(b.job) : 0) || a.seq - b.seq));
  return matching.map(({ job }) => job.id);
}

function idsOf(jobs: readonly Job[]): string[] {
  return jobs.map(({ id }) => id);
}

async function openMixed(engine: Engine, count: number, seed: number) {
  const opened = await engine.open(OPTIONS);
  await populateMixed(opened.store, count, seeded(seed));
  return { opened, all: await scan(opened.store) };
}

/** Exactly what matches is found, each once, in order, for any filter, page and slice. */
export async function checkFilters(engine: Engine, seed: number): Promise<void> {
  const { opened, all } = await openMixed(engine, 120, seed);
  await using _ = opened;
  const order = fc.constantFrom(...ORDERS);
  let found = 0;
  const sizes = fc.record({
    jobsMax: fc.constantFrom(1, 5, 20, 50),
    searchMax: fc.constantFrom(1, 10, 50, 500),
  });
  const property = fc.asyncProperty(anyFilter(all), order, sizes, async (filter, by, size) => {
    const { jobs, searched } = await pages(opened.store, { filter, order: by, ...size });
    assert.deepEqual(idsOf(jobs), expected(all, filter, by));
    if (jobs.length > 0) found++;
    const candidates = await opened.store.candidates(filter);
    assert.ok(searched <= candidates.jobs, `searched ${searched} of ${candidates.jobs}`);
    if (candidates.counts) assert.equal(candidates.jobs, jobs.length);
  });
  await fc.assert(property, { numRuns: 150, seed });
  assert.ok(found > 50, `only ${found} of 150 filters found anything: too tame`);
}

/** Many jobs of one instant come once each, page by page. */
export async function checkTies(engine: Engine): Promise<void> {
  await using opened = await engine.open(OPTIONS);
  const ids = Array.from({ length: 100 }, (_, i) => `${i}`);
  await opened.store.enqueue(ids.map((id, i) => newJob(id, { name: i % 3 === 0 ? "a" : "b" })));
  for (const [order, sorted] of [
    ["earliest", ids],
    ["oldest", ids],
    ["latest", ids.toReversed()],
    ["newest", ids.toReversed()],
  ] as const) {
    for (const filter of [{}, { states: ["ready"] }, { names: [nameOf("a"), nameOf("b")] }] as const) {
      const { jobs, calls } = await pages(opened.store, { filter, order, jobsMax: 9, searchMax: 1_000 });
      assert.deepEqual(idsOf(jobs), sorted);
      assert.equal(calls, 12);
    }
  }
}

function testConditions(engine: Engine): void {
  test("finds what each condition alone says, and all else when it is excluded, in every order and page", async () => {
    const { opened, all } = await openMixed(engine, 150, 1);
    await using _ = opened;
    for (const [what, condition] of Object.entries(CONDITIONS)) {
      const some = all.filter(({ job, payload }) => matches(condition, job, () => payload.bytes)).length;
      assert.ok(some > 0 && some < all.length, `${what} tells ${some} of ${all.length} jobs apart: too tame`);
      for (const filter of [condition, { exclude: [condition] }]) {
        for (const order of ORDERS) {
          const { jobs } = await pages(opened.store, { filter, order, jobsMax: 7, searchMax: 50 });
          assert.deepEqual(idsOf(jobs), expected(all, filter, order), `${what}, ${order}`);
        }
      }
    }
  });

  test("finds exactly what matches, each once, in order, for any filter, page and slice", async (t) => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    t.diagnostic(`seed ${seed}`);
    await checkFilters(engine, seed);
  });
}

function testPages(engine: Engine): void {
  test("goes on after equals: many jobs of one instant come once each, page by page", () =>
    checkTies(engine));

  test("says that it is at the end with the last job, also when the page is full", async () => {
    await using opened = await engine.open(OPTIONS);
    await opened.store.enqueue([newJob("a"), newJob("b")]);
    for (const order of ORDERS) {
      const { jobs, after } = await opened.store.search({ filter: {}, order, jobsMax: 2, searchMax: 2 });
      assert.deepEqual([jobs.length, after], [2, undefined]);
    }
  });

  test("ends a call at the candidates it may look at, and says how many those were", async () => {
    await using opened = await engine.open(OPTIONS);
    await opened.store.enqueue(
      Array.from({ length: 90 }, (_, i) => newJob(`${i}`, { priority: i === 77 ? 5 : 0 })),
    );
    const filter = { priority: { least: 5 } };
    for (const order of ORDERS) {
      const found = await opened.store.search({ filter, order, jobsMax: 10, searchMax: 10 });
      assert.deepEqual([found.jobs.length, found.searched], [0, 10]);
      assert.notEqual(found.after, undefined);
      const all = await pages(opened.store, { filter, order, jobsMax: 10, searchMax: 10 });
      assert.deepEqual([idsOf(all.jobs), all.searched], [["77"], 90]);
    }
  });

  test("of what no index has in that order walks past the others, and ends a call there too", async () => {
    await using opened = await engine.open(OPTIONS);
    for (let i = 0; i < 13; i++) {
      const ids = Array.from({ length: 1_000 }, (_, n) => `${i}-${n}`);
      await opened.store.enqueue(ids.map((id, n) => newJob(id, { name: n % 2 ? "odd" : "even" })));
    }
    const filter = { names: [nameOf("odd")] };
    const { jobs, searched } = await pages(opened.store, {
      filter,
      order: "newest",
      jobsMax: 900,
      searchMax: 2_000,
    });

    assert.deepEqual([jobs.length, searched, new Set(idsOf(jobs)).size], [6_500, 6_500, 6_500]);
    assert.deepEqual([jobs[0]?.id, jobs.at(-1)?.id], ["12-999", "0-1"]);
    const none = { names: [nameOf("odd")], priority: { least: 1 } };
    const slice = await opened.store.search({ filter: none, order: "oldest", jobsMax: 1, searchMax: 100 });
    assert.deepEqual([slice.jobs, slice.searched], [[], 50]);
  });

  test("refuses a cursor that is none, and lives on", async () => {
    await using opened = await engine.open(OPTIONS);
    await opened.store.enqueue([newJob("a")]);
    for (const order of ORDERS) {
      for (const word of ["", "x", "[]", "{}", '["a"]', "[1.5,2]", "[1,2,3,4,5]"]) {
        const search = { filter: {}, order, after: word as never, ...FAR };
        await assert.rejects(opened.store.search(search), RangeError, word);
      }
    }
    assert.equal((await opened.store.search({ filter: {}, order: "newest", ...FAR })).jobs.length, 1);
  });
}

function testWhole(engine: Engine): void {
  async function populate(store: Store): Promise<void> {
    await store.enqueue([
      newJob("a", { payload: data(1_000) }),
      newJob("b", { payload: data(3_000) }),
      newJob("c", { payload: data(10), priority: 1 }),
    ]);
    await reserveNext(store, "mail", { jobs: 1 });
    await moveOne(store, "c", { move: "succeed", by: WORKER, attempt: 1, result: data(500) });
  }
  const whole = async (store: Store, bytesMax: number, after?: string) => {
    const from = after === undefined ? {} : { after: after as never };
    return store.search({ filter: {}, order: "oldest", ...FAR, whole: { bytesMax }, ...from });
  };

  test("gives whole jobs until their bytes would be too many, one at least, and goes on with the next", async () => {
    await using opened = await engine.open(OPTIONS);
    await populate(opened.store);
    for (const [bytesMax, rounds] of [
      [1, [["a"], ["b"], ["c"]]],
      [1_000, [["a"], ["b"], ["c"]]],
      [4_000, [["a", "b"], ["c"]]],
      [4_509, [["a", "b"], ["c"]]],
      [4_510, [["a", "b", "c"]]],
    ] as const) {
      const found: string[][] = [];
      let after: string | undefined;
      do {
        const page = await whole(opened.store, bytesMax, after);
        found.push(page.whole.map(({ job }) => job.id));
        assert.deepEqual(
          page.jobs,
          page.whole.map(({ job }) => job),
        );
        after = page.after;
      } while (after !== undefined && found.length < 9);
      assert.deepEqual(found, rounds, `${bytesMax}`);
    }
  });

  test("gives the same as get, and nothing whole when it was not asked to", async () => {
    await using opened = await engine.open(OPTIONS);
    await populate(opened.store);
    await reserveNext(opened.store);
    const error = { class: "E", message: "m", stack: "s" };
    await moveOne(opened.store, "a", { move: "fail", by: WORKER, attempt: 1, error });

    const page = await whole(opened.store, 1 << 20);
    for (const stored of page.whole) assert.deepEqual(stored, await opened.store.get(stored.job.id));
    assert.equal(page.whole.length, 3);
    const plain = await opened.store.search({ filter: {}, order: "oldest", ...FAR });
    assert.deepEqual(plain.whole, []);
    for (const job of plain.jobs) assert.deepEqual(job, await opened.store.peek(job.id));
  });
}

function testCandidates(engine: Engine): void {
  test("candidates are counted exactly by state, name, prefix, retrying and group, and those are told apart", async () => {
    const { opened, all } = await openMixed(engine, 240, 3);
    await using _ = opened;
    const group = all.find(({ job }) => job.state.is === "dead")?.job.lastError?.group ?? "";
    const filters: JobFilter[] = [
      {},
      { states: ["dead", "scheduled"] },
      { retrying: true },
      { names: [nameOf("mail"), nameOf("nobody")], namePrefixes: ["f"] },
      { names: [nameOf("sms")], states: ["ready"], retrying: true },
      { errorGroup: group },
      { errorGroup: group, states: ["dead"] },
      { errorGroup: group, names: [nameOf("nobody")] },
      { errorGroup: "0123456789abcdef" },
    ];
    for (const filter of filters) {
      const matching = all.map(({ job }) => job).filter((job) => matches(filter, job, () => Buffer.alloc(0)));
      const { jobs, counts } = await opened.store.candidates(filter);
      const told = Object.fromEntries((counts ?? []).map(({ name, counts: of }) => [name, of]));
      assert.deepEqual([jobs, told], [matching.length, countAll(matching)], JSON.stringify(filter));
    }
  });

  test("candidates of other filters are those that fit by what is counted, and are not told apart", async () => {
    const { opened, all } = await openMixed(engine, 240, 3);
    await using _ = opened;
    const dead = all.filter(({ job }) => job.state.is === "dead").length;
    const keyed = all.filter(({ job }) => job.uniqueKey === "k1").length;
    for (const [filter, jobs] of [
      [{ priority: { least: 1 } }, all.length],
      [{ states: ["dead"], asOf: NOW }, dead],
      [{ states: ["dead"], exclude: [{ names: [nameOf("mail")] }] }, dead],
      [{ uniqueKeys: ["k1", "k1", "none"] }, keyed],
      [{ ids: [idOf("job-0-0"), idOf("job-0-0"), idOf("nobody")] }, 1],
    ] as [JobFilter, number][]) {
      assert.deepEqual(await opened.store.candidates(filter), { jobs }, JSON.stringify(filter));
    }
  });
}

export function testSearch(engine: Engine): void {
  describe("search", () => {
    testConditions(engine);
    testPages(engine);
    testWhole(engine);
    testCandidates(engine);
  });
}
