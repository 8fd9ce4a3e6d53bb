// The contract of groups of errors: counted exactly as jobs come into them and leave, in order, page by page.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorPattern } from "../../src/job/error-group.ts";
import type { Job } from "../../src/job/job.ts";
import { type Troubled, troubleOf } from "../../src/job/standing.ts";
import type { ErrorGroup, GroupSearch } from "../../src/store/search.ts";
import type { Store } from "../../src/store/store.ts";
import { type Engine, moveOne } from "./engine.ts";
import { populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { DAY, idOf, NOW, nameOf, newJob, RETENTION, SECOND, WORKER } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

/** Every group, page by page. */
export async function allGroups(store: Store, search: Partial<GroupSearch> = {}): Promise<ErrorGroup[]> {
  const found: ErrorGroup[] = [];
  let after: GroupSearch["after"];
  do {
    const all = { as: "dead", order: "largest", groupsMax: 3, ...search } as const;
    const page = await store.groups({ ...all, ...(after !== undefined && { after }) });
    found.push(...page.groups);
    after = page.after;
    assert.ok(page.groups.length <= all.groupsMax && found.length < 10_000);
  } while (after !== undefined);
  return found;
}

/** What a full scan counts: jobs by group. */
export function countGroups(jobs: readonly Job[], as: Troubled): Map<string, number> {
  const counted = new Map<string, number>();
  for (const job of jobs) {
    const { group } = job.lastError ?? {};
    if (troubleOf(job) === as && group) counted.set(group, (counted.get(group) ?? 0) + 1);
  }
  return counted;
}

/** The groups are those of a full scan, and each has a member for a sample. */
export async function expectGroups(store: Store): Promise<void> {
  const jobs = (await scan(store)).map(({ job }) => job);
  for (const as of ["dead", "retrying"] as const) {
    const groups = await allGroups(store, { as });
    const counts = groups.map(({ group, jobs: count }): [string, number] => [group, count]);
    assert.deepEqual(new Map(counts.sort()), new Map([...countGroups(jobs, as)].sort()), as);
    for (const { group, sampleId, name, class: of, pattern } of groups) {
      const sample = jobs.find(({ id }) => id === sampleId);
      assert.ok(sample?.lastError && troubleOf(sample) === as && sample.lastError.group === group);
      const said = [sample.name, sample.lastError.class, errorPattern(sample.lastError.line)];
      assert.deepEqual([name, of, pattern], said);
    }
  }
}

interface Failing {
  readonly now?: number;
  readonly name?: string;
  readonly message?: string;
  readonly final?: boolean;
}

/** A new job that fails once. */
async function fail(store: Store, id: string, how: Failing = {}): Promise<void> {
  const { now = NOW, name = "mail", message = "it broke", final = true } = how;
  await store.enqueue([newJob(id, { name, enqueuedAt: now })]);
  await moveOne(store, id, { move: "reserve", by: WORKER, stream: true }, now);
  const error = { class: "E", message, stack: "" };
  await moveOne(store, id, { move: "fail", by: WORKER, attempt: 1, error, final }, now);
}

async function only(store: Store, as: Troubled = "dead"): Promise<ErrorGroup | undefined> {
  const groups = await allGroups(store, { as });
  assert.ok(groups.length <= 1, `${groups.length} groups`);
  return groups[0];
}

function testMembers(engine: Engine): void {
  test("have the jobs that went wrong in the same way, dead and retrying ones apart", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await fail(store, "a", { message: "timeout after 30 ms\n  at x" });
    await fail(store, "b", { message: "timeout after 9 ms", now: NOW + 5 });
    await fail(store, "c", { message: "timeout after 1 ms", final: false });
    await fail(store, "d", { message: "timeout after 30 ms", name: "sms" });
    await fail(store, "e", { message: "no timeout", now: NOW + 1 });

    const [first, ...others] = await allGroups(store);
    const { group, ...facts } = first ?? {};
    assert.match(group ?? "", /^[0-9a-f]{16}$/);
    assert.deepEqual(facts, {
      ...{ as: "dead", name: "mail", class: "E", pattern: "timeout after <n> ms", jobs: 2 },
      ...{ firstAt: NOW, lastAt: NOW + 5, sampleId: "b" },
    });
    assert.deepEqual(others.map(({ name, pattern }) => `${name} ${pattern}`).sort(), [
      "mail no timeout",
      "sms timeout after <n> ms",
    ]);
    const retrying = await only(store, "retrying");
    assert.deepEqual([retrying?.group, retrying?.jobs, retrying?.sampleId], [group, 1, "c"]);
  });

  test("lose those that leave: retried, deleted, run, cancelled or forgotten; without jobs they are none", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    for (const id of ["a", "b", "c"]) await fail(store, id);
    for (const id of ["d", "e", "f"]) await fail(store, id, { final: false });
    const counts = async () => [(await only(store))?.jobs ?? 0, (await only(store, "retrying"))?.jobs ?? 0];
    assert.deepEqual(await counts(), [3, 3]);

    await moveOne(store, "a", { move: "retry" });
    assert.deepEqual(await counts(), [2, 3]);
    await moveOne(store, "b", { move: "delete" });
    assert.deepEqual(await counts(), [1, 3]);
    await moveOne(store, "d", { move: "run_now" });
    await moveOne(store, "e", { move: "cancel" });
    assert.deepEqual(await counts(), [1, 1]);
    await moveOne(store, "d", { move: "reserve", by: WORKER, stream: true });
    await moveOne(store, "d", { move: "fail", by: WORKER, attempt: 2, final: true });
    assert.equal((await allGroups(store)).length, 2, "another error, another group");
    await store.change({ select: "due", jobsMax: 99 }, NOW + 180 * DAY);
    assert.deepEqual([await allGroups(store), await allGroups(store, { as: "retrying" })], [[], []]);
  });

  test("know when the first came since they were empty, and the newest, also when that has left", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const times = async () => {
      const { firstAt, lastAt, sampleId } = (await only(store)) ?? {};
      return [firstAt, lastAt, sampleId];
    };
    await fail(store, "a", { now: NOW });
    await fail(store, "b", { now: NOW + 1 });
    await fail(store, "c", { now: NOW + 2 });
    assert.deepEqual(await times(), [NOW, NOW + 2, "c"]);
    await moveOne(store, "a", { move: "delete" });
    await moveOne(store, "c", { move: "delete" });
    assert.deepEqual(await times(), [NOW, NOW + 2, "b"]);
    await moveOne(store, "b", { move: "delete" });
    assert.deepEqual(await times(), [undefined, undefined, undefined]);
    await fail(store, "d", { now: NOW + 7 });
    assert.deepEqual(await times(), [NOW + 7, NOW + 7, "d"]);
  });

  test("are counted once for jobs that come and go in one call", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    await fail(store, "a");
    await store.enqueue([newJob("b")]);
    const error = { class: "E", message: "it broke", stack: "" };
    const moves = (
      [
        ["a", { move: "retry" }],
        ["b", { move: "reserve", by: WORKER, stream: true }],
        ["b", { move: "fail", by: WORKER, attempt: 1, error, final: true }],
        ["b", { move: "retry" }],
        ["a", { move: "reserve", by: WORKER, stream: true }],
        ["a", { move: "fail", by: WORKER, attempt: 2, error, final: true }],
      ] as const
    ).map(([id, move]) => ({ id: idOf(id), move }));

    await store.change({ select: "ids", moves }, NOW);

    const { jobs, sampleId } = (await only(store)) ?? {};
    assert.deepEqual([jobs, sampleId], [1, "a"]);
  });
}

function testListing(engine: Engine): void {
  test("come the largest first or the latest first, of all names or of one, page by page", async () => {
    await using opened = await engine.open(OPTIONS);
    const { store } = opened;
    const sizes = [3, 1, 2, 2, 1, 4, 1];
    for (const [kind, size] of sizes.entries()) {
      const message = `kind ${"abcdefg"[kind]}`;
      const facts = { message, name: kind % 2 ? "sms" : "mail", now: NOW + ((kind * 3) % 5) * SECOND };
      for (let i = 0; i < size; i++) await fail(store, `${kind}-${i}`, facts);
    }
    const shown = async (search: Partial<GroupSearch>) =>
      (await allGroups(store, search)).map(({ pattern, jobs, lastAt }) => ({ pattern, jobs, lastAt }));

    for (const groupsMax of [1, 2, 3, 100]) {
      for (const name of [undefined, nameOf("mail"), nameOf("sms")]) {
        const of = name === undefined ? { groupsMax } : { groupsMax, name };
        const largest = (await shown({ ...of, order: "largest" })).map(({ jobs }) => jobs);
        const wanted = sizes.filter((_, kind) => name === undefined || (name === "sms") === (kind % 2 === 1));
        assert.deepEqual(
          largest,
          wanted.toSorted((a, b) => b - a),
        );
        const latest = await shown({ ...of, order: "latest" });
        assert.deepEqual(
          latest,
          latest.toSorted((a, b) => b.lastAt - a.lastAt),
        );
        assert.equal(new Set(latest.map(({ pattern }) => pattern)).size, wanted.length);
      }
    }
    assert.deepEqual(await shown({ name: nameOf("nobody") }), []);
  });

  test("are exact: what a full scan counts", async () => {
    await using opened = await engine.open(OPTIONS);
    await populateMixed(opened.store, 300, seeded(5));
    await expectGroups(opened.store);
    assert.ok((await allGroups(opened.store)).length > 5, "too tame");
  });
}

export function testGroups(engine: Engine): void {
  describe("groups of errors", () => {
    testMembers(engine);
    testListing(engine);
  });
}
