// Searches that hold up nobody: page by page, slice by slice, and never longer than they may be.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Answer,
  PAYLOAD_SLICE_MAX,
  type Query,
  readsPayloads,
  SLICE_MAX,
} from "../../src/broker/finder.ts";
import { LIMITS } from "../../src/job/limits.ts";
import type { Search } from "../../src/store/search.ts";
import type { Mutation } from "../store/mutants.ts";
import { data, nameOf } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";

const QUERY: Query = { filter: {}, order: "oldest", jobsMax: 50, whole: false };

async function enqueueMany(stage: Stage, count: number): Promise<void> {
  for (let left = count; left > 0; left -= LIMITS.batchMax) {
    const batch = Math.min(left, LIMITS.batchMax);
    await stage.enqueue(...Array.from({ length: batch }, (_, i) => ({ id: `j${count - left + i}` })));
  }
}

/** Finds, letting no time pass. */
async function find(stage: Stage, query: Partial<Query>): Promise<Answer> {
  const finding = stage.broker.finder.find({ ...QUERY, ...query });
  await stage.advance(0);
  return finding;
}

/** Keeps what is searched for. */
function watched(searches: Search[]): Mutation {
  return (store) => ({
    search: (search) => {
      searches.push(search);
      return store.search(search);
    },
  });
}

describe("a search", () => {
  test("ends with a full page and goes on from there, to the end", async () => {
    await using stage = await openStage();
    await enqueueMany(stage, 120);
    const found: string[] = [];
    let after: Answer["after"];
    let pages = 0;
    do {
      const answer = await find(stage, after === undefined ? {} : { after });
      assert.equal(answer.candidates, 120);
      found.push(...answer.jobs.map(({ id }) => id));
      after = answer.after;
      pages++;
    } while (after !== undefined && pages < 10);
    assert.deepEqual(
      found,
      Array.from({ length: 120 }, (_, i) => `j${i}`),
    );
    assert.ok(pages === 3 || pages === 4, `${pages}`);
  });

  test("goes over slices of candidates for a page that is rare", async () => {
    const searches: Search[] = [];
    await using stage = await openStage({ mutation: watched(searches) });
    await enqueueMany(stage, 2 * SLICE_MAX + 1);
    await stage.enqueue({ id: "x", labels: { tenant: "42" } });
    const answer = await find(stage, { filter: { labels: { tenant: "42" } } });
    assert.deepEqual([answer.jobs.map(({ id }) => id), answer.after], [["x"], undefined]);
    assert.deepEqual([answer.searched, searches.length], [2 * SLICE_MAX + 2, 3]);
  });

  test("lets others have their turn between slices", async () => {
    const searches: Search[] = [];
    await using stage = await openStage({ mutation: watched(searches) });
    await enqueueMany(stage, SLICE_MAX + 1);
    const finding = stage.broker.finder.find({ ...QUERY, filter: { labelKeys: ["never"] } });
    await stage.rest();
    assert.equal(searches.length, 1);
    await stage.advance(0);
    assert.equal((await finding).searched, SLICE_MAX + 1);
  });

  test("ends after its time with what it has, and says where to go on", async () => {
    const searches: Search[] = [];
    const slowness = { search: LIMITS.searchMsMax / 2 };
    await using stage = await openStage({ mutation: watched(searches), slowness });
    await enqueueMany(stage, 4 * SLICE_MAX);
    const finding = stage.broker.finder.find({ ...QUERY, filter: { labelKeys: ["never"] } });
    await stage.advance(10 * LIMITS.searchMsMax);
    const { searched, after, candidates } = await finding;
    assert.ok(after !== undefined);
    assert.deepEqual([searched, candidates, searches.length], [2 * SLICE_MAX, 4 * SLICE_MAX, 2]);
  });

  test("takes smaller slices when it has to read payloads, be it to leave jobs out", async () => {
    const searches: Search[] = [];
    await using stage = await openStage({ mutation: watched(searches) });
    await stage.enqueue({});
    await find(stage, { filter: { payloadText: "x" } });
    await find(stage, { filter: { exclude: [{ payloadText: "x" }] } });
    await find(stage, { filter: { names: [nameOf("mail")] } });
    assert.deepEqual(
      searches.map(({ searchMax }) => searchMax),
      [PAYLOAD_SLICE_MAX, PAYLOAD_SLICE_MAX, SLICE_MAX],
    );
    assert.equal(readsPayloads({ exclude: [{ exclude: [{ payloadText: "x" }] }] }), true);
  });

  test("of whole jobs ends when they take the bytes of a page, over slices too", async () => {
    await using stage = await openStage();
    const payload = data(300_000);
    for (let i = 0; i < 9; i++) await stage.enqueue({ id: `j${i}`, payload });
    const answer = await find(stage, { whole: true });
    assert.equal(answer.whole.length, 6);
    assert.ok(answer.whole.every((stored) => stored.payload.bytes.length === 300_000));
    const rest = await find(stage, {
      whole: true,
      ...(answer.after !== undefined && { after: answer.after }),
    });
    assert.deepEqual(
      [...answer.jobs, ...rest.jobs].map(({ id }) => id),
      Array.from({ length: 9 }, (_, i) => `j${i}`),
    );
  });

  test("of whole jobs that are rare fills its page", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "first", labels: { tenant: "42" } });
    await enqueueMany(stage, SLICE_MAX + 1);
    await stage.enqueue({ id: "last", labels: { tenant: "42" } });
    const { whole } = await find(stage, { whole: true, filter: { labels: { tenant: "42" } } });
    assert.deepEqual(
      whole.map(({ job }) => job.id),
      ["first", "last"],
    );
  });
});
