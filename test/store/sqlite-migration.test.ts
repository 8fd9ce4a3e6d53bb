// A data directory that the first released version wrote is opened and brought up to date: its jobs, counts and groups of
// errors are what they would be had this version written them.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { openStore } from "../../src/store/open.ts";
import { checksum } from "../../src/store/sqlite/checksum.ts";
import { VERSION_1 } from "../../src/store/sqlite/migration-1.ts";
import { migrateTo2 } from "../../src/store/sqlite/migration-2.ts";
import { VERSION_3 } from "../../src/store/sqlite/migration-3.ts";
import { expectGroups } from "./contract-groups.ts";
import { moveOne, reserveNext, talliesOf } from "./engine.ts";
import { countAll, scan } from "./mixed-jobs.ts";
import { DAY, idOf, NOW, RETENTION, SECOND, WORKER } from "./new-jobs.ts";
import { temporaryDirectory } from "./sqlite-engine.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };

/** Columns that differ from those of a ready job of version 1, and how its attempts ended. */
type OldJob = Readonly<Record<string, string | number | null>> & { readonly id: string };
type OldRecord = Readonly<Record<string, unknown>>;

const HELD = {
  state: 3,
  worker: "w1",
  attempt: 1,
  at: NOW + 1,
  until: NOW + DAY,
  deadline_at: NOW + DAY,
  stream: 1,
};
const FAILED = { attempt: 1, worker: "w1", outcome: "failed", startedAt: NOW, endedAt: NOW + 9 };
const ERROR = { class: "TimeoutError", message: "timeout after 30 ms\nmore", stack: "s" };

const OLD: readonly (readonly [OldJob, ...OldRecord[]])[] = [
  [{ id: "fresh" }],
  [
    { id: "released", attempt: 1 },
    { ...FAILED, outcome: "released" },
  ],
  [{ id: "waits", state: 1, at: NOW + DAY, deadline_at: NOW + DAY }],
  [
    { id: "retrying", state: 1, at: NOW + DAY, deadline_at: NOW + DAY, attempt: 1, failures: 1 },
    { ...FAILED, error: ERROR },
  ],
  [
    { id: "lost", state: 1, at: NOW + DAY, deadline_at: NOW + DAY, attempt: 1, losses: 1 },
    { ...FAILED, outcome: "lost" },
  ],
  [{ id: "held", ...HELD }],
  [
    { id: "held-again", ...HELD, attempt: 2, failures: 1 },
    { ...FAILED, outcome: "expired" },
  ],
  [{ id: "done", state: 4, worker: "w1", attempt: 1, at: NOW + 5, deadline_at: NOW + DAY }],
  [
    { id: "dead", ...dead("final_failure"), failures: 1 },
    { ...FAILED, error: ERROR },
    {
      attempt: 1,
      worker: "w2",
      outcome: "late_failure",
      endedAt: NOW + 20,
      error: { ...ERROR, class: "Late" },
    },
  ],
  [
    { id: "dead-too", ...dead("retries_used_up"), failures: 1 },
    { ...FAILED, error: { ...ERROR, message: "timeout after 31 ms" } },
  ],
  [{ id: "silent", ...dead("retries_used_up"), failures: 1 }, FAILED],
  [
    { id: "killer", ...dead("workers_lost"), losses: 5 },
    { ...FAILED, outcome: "lost" },
  ],
  [{ id: "late", ...dead("not_started_in_time"), attempt: 0, start_by: NOW }],
  [{ id: "broken", ...dead("damaged") }],
  [{ id: "off", state: 6, at: NOW + 7, deadline_at: NOW + DAY }],
];

function dead(reason: string) {
  return { state: 5, attempt: 1, reason, at: NOW + 10, deadline_at: NOW + 180 * DAY };
}

/** A directory as version 1 left it. */
function writeVersion1(directory: string, jobs: typeof OLD = OLD): void {
  const db = new DatabaseSync(join(directory, "lakh.db"));
  db.exec(`begin; ${VERSION_1}`);
  const payload = Buffer.from('{"a":1}');
  const tallies = new Map<number, number>();
  for (const [job, ...records] of jobs) {
    const row = {
      ...{ name: "mail", rank: 0, enqueued_at: NOW, reservation_ms: 60 * SECOND, max_retries: 3, state: 2 },
      ...{ payload_kind: 0, payload_bytes: payload.length, payload, attempt: 0, failures: 0, losses: 0 },
      ...{ content: '{"labels":{"tenant":"1"}}', checksum: checksum(job.id, "mail", payload) },
      ...job,
    };
    const columns = Object.keys(row);
    const insert = db.prepare(
      `insert into job (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
    );
    const { lastInsertRowid } = insert.run(...Object.values(row));
    for (const [n, record] of records.entries()) {
      db.prepare("insert into attempt (seq, n, record) values (?, ?, ?)").run(
        lastInsertRowid,
        n + 1,
        JSON.stringify(record),
      );
    }
    tallies.set(row.state, (tallies.get(row.state) ?? 0) + 1);
  }
  for (const [state, count] of tallies) {
    db.prepare("insert into tally (name, state, jobs) values ('mail', ?, ?)").run(state, count);
  }
  db.exec("pragma user_version = 1; commit");
  db.close();
}

async function openOld(directory: string) {
  writeVersion1(directory);
  const store = await openStore(`sqlite:${directory}`, OPTIONS);
  return { store, [Symbol.asyncDispose]: () => store.close() };
}

describe("data of version 1", () => {
  test("keeps every job, each with an instant for its state and with what went wrong last", async () => {
    using directory = temporaryDirectory();
    await using opened = await openOld(directory.path);

    const all = await scan(opened.store);

    assert.deepEqual(
      all.map(({ job }) => job.id as string),
      OLD.map(([{ id }]) => id),
    );
    for (const { job, history } of all) {
      const [, ...records] = OLD.find(([{ id }]) => id === job.id) ?? [];
      assert.deepEqual(history, records);
      assert.deepEqual(
        [job.labels, job.uniqueKey, job.keepResultMs],
        [{ tenant: "1" }, undefined, undefined],
      );
    }
    const states = Object.fromEntries(all.map(({ job }) => [job.id, job.state]));
    assert.deepEqual(states, {
      fresh: { is: "ready", since: NOW },
      released: { is: "ready", since: NOW + 9 },
      waits: { is: "scheduled", since: NOW, dueAt: NOW + DAY },
      retrying: { is: "scheduled", since: NOW + 9, dueAt: NOW + DAY },
      lost: { is: "scheduled", since: NOW + 9, dueAt: NOW + DAY },
      held: { is: "reserved", by: WORKER, since: NOW + 1, until: NOW + DAY, stream: true },
      "held-again": { is: "reserved", by: WORKER, since: NOW + 1, until: NOW + DAY, stream: true },
      done: { is: "succeeded", finishedAt: NOW + 5, by: WORKER },
      dead: { is: "dead", finishedAt: NOW + 10, reason: "final_failure" },
      "dead-too": { is: "dead", finishedAt: NOW + 10, reason: "retries_used_up" },
      silent: { is: "dead", finishedAt: NOW + 10, reason: "retries_used_up" },
      killer: { is: "dead", finishedAt: NOW + 10, reason: "workers_lost" },
      late: { is: "dead", finishedAt: NOW + 10, reason: "not_started_in_time" },
      broken: { is: "dead", finishedAt: NOW + 10, reason: "damaged" },
      off: { is: "cancelled", finishedAt: NOW + 7 },
    });
    const errors = all.flatMap(({ job: { id, lastError } }) =>
      lastError ? [`${id} ${lastError.class}: ${lastError.line}`] : [],
    );
    assert.deepEqual(errors, [
      "retrying TimeoutError: timeout after 30 ms",
      "held-again : reservation expired",
      "dead TimeoutError: timeout after 30 ms",
      "dead-too TimeoutError: timeout after 31 ms",
      "silent : failed without an error",
      "killer : too many workers lost",
      "late : not started in time",
      "broken : payload damaged",
    ]);
  });

  test("has its counts and groups made anew, exactly", async () => {
    using directory = temporaryDirectory();
    await using opened = await openOld(directory.path);
    const { store } = opened;

    assert.deepEqual(await talliesOf(store), countAll((await scan(store)).map(({ job }) => job)));
    assert.deepEqual((await talliesOf(store)).mail, {
      ...{ ready: 2, scheduled: 2, retrying: 1, reserved: 2, succeeded: 1, dead: 6, cancelled: 1 },
    });
    await expectGroups(store);
    const { groups } = await store.groups({ as: "dead", order: "largest", groupsMax: 1 });
    const { pattern, jobs, firstAt, lastAt } = groups[0] ?? {};
    assert.deepEqual([pattern, jobs, firstAt, lastAt], ["timeout after <n> ms", 2, NOW + 10, NOW + 10]);
  });

  test("goes on: jobs fail into the groups that there are, are retried, reserved and forgotten", async () => {
    using directory = temporaryDirectory();
    await using opened = await openOld(directory.path);
    const { store } = opened;
    const error = { class: "TimeoutError", message: "timeout after 7 ms", stack: "" };

    assert.equal((await reserveNext(store)).length, 2);
    await moveOne(store, "fresh", { move: "fail", by: WORKER, attempt: 1, error, final: true });
    await moveOne(store, "late", { move: "retry" });
    await moveOne(store, "done", { move: "delete" });
    const { groups } = await store.groups({ as: "dead", order: "largest", groupsMax: 1 });

    assert.deepEqual([groups[0]?.jobs, groups[0]?.sampleId], [3, idOf("fresh")]);
    assert.deepEqual(await talliesOf(store), countAll((await scan(store)).map(({ job }) => job)));
    await expectGroups(store);
    await store.change({ select: "due", jobsMax: 1_000 }, NOW + 181 * DAY);
    assert.equal((await store.candidates({ states: ["dead"] })).jobs, 0);
  });

  test("is brought up to date once, thousands of failed jobs with it", async () => {
    using directory = temporaryDirectory();
    const many = Array.from({ length: 2_500 }, (_, i): (typeof OLD)[number] => [
      { id: `${i}`, ...dead("retries_used_up"), failures: 1 },
      { ...FAILED, error: { ...ERROR, message: `kind ${"abc"[i % 3]}` } },
    ]);
    writeVersion1(directory.path, many);
    for (let time = 0; time < 2; time++) {
      const store = await openStore(`sqlite:${directory.path}`, OPTIONS);
      const { groups } = await store.groups({ as: "dead", order: "largest", groupsMax: 9 });
      assert.deepEqual(
        groups.map(({ jobs }) => jobs),
        [834, 833, 833],
      );
      await store.close();
    }
  });
});

test("data of version 2 begins to have a past", async () => {
  using directory = temporaryDirectory();
  const db = new DatabaseSync(join(directory.path, "lakh.db"));
  db.exec(`begin; ${VERSION_1}`);
  migrateTo2(db);
  db.exec("pragma user_version = 2; commit");
  db.close();
  const store = await openStore(`sqlite:${directory.path}`, OPTIONS);
  const ring = { stepMs: SECOND, size: 9 };
  const cell = { owner: 0, ring, at: NOW, values: Float32Array.of(1) };

  assert.deepEqual(await store.keptHistory(), { owners: [], open: [] });
  await store.writeHistory({ closed: [cell], open: [], owners: [] });
  assert.deepEqual(await store.historyCells(0, ring, { from: NOW, until: NOW + 1 }), [cell]);
  await store.close();
});

describe("data of version 3", () => {
  async function openVersion3(directory: string) {
    writeVersion1(directory);
    const db = new DatabaseSync(join(directory, "lakh.db"));
    db.exec("begin");
    migrateTo2(db);
    db.exec(`${VERSION_3} pragma user_version = 3; commit`);
    db.close();
    return openStore(`sqlite:${directory}`, OPTIONS);
  }

  test("is indexed as new data is, and keeps every job", async () => {
    using directory = temporaryDirectory();
    using other = temporaryDirectory();
    const old = await openVersion3(directory.path);
    const ids = (await scan(old)).map(({ job }) => job.id as string);
    await old.close();
    await (await openStore(`sqlite:${other.path}`, OPTIONS)).close();

    assert.deepEqual(
      ids,
      OLD.map(([{ id }]) => id),
    );
    assert.deepEqual(schemaOf(directory.path), schemaOf(other.path));
  });

  test("goes on: what workers hold is listed, has deadlines, and is finished", async () => {
    using directory = temporaryDirectory();
    const store = await openVersion3(directory.path);
    const held = { states: ["reserved"] } as const;
    const { jobs } = await store.search({ filter: held, order: "latest", jobsMax: 9, searchMax: 99 });

    assert.deepEqual(
      jobs.map(({ id }) => id as string),
      ["held-again", "held"],
    );
    assert.equal(await store.nextDeadline(), NOW + DAY);
    await moveOne(store, "held", { move: "succeed", by: WORKER, attempt: 1 });
    await store.change({ select: "due", jobsMax: 1_000 }, NOW + DAY);
    assert.equal((await store.candidates(held)).jobs, 0);
    assert.deepEqual(await talliesOf(store), countAll((await scan(store)).map(({ job }) => job)));
    await store.close();
  });

  function schemaOf(directory: string): unknown[] {
    const db = new DatabaseSync(join(directory, "lakh.db"));
    const all = db.prepare("select type, name, sql from sqlite_schema order by name").all();
    db.close();
    return all;
  }
});
