// The jobs that change, for those who watch them: each once in a frame, as it stood last, and never more than fit.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Frame } from "../../src/broker/feed.ts";
import { RECENT_CHANGES_MAX, RecentJobs, RecentRings, tellRecent } from "../../src/broker/recent-jobs.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { idOf, json, nameOf, newJob, SECOND } from "../store/new-jobs.ts";
import { openStage, type Stage } from "./stage.ts";
import { Client } from "./watching.ts";

async function watchJobs(stage: Stage, names?: string[]): Promise<Client> {
  const client = new Client(stage, { topics: ["jobs"], ...(names && { names }) });
  await client.read();
  return client;
}

function gist({ jobs }: Frame) {
  return jobs.map(({ id, state }) => [id as string, state.is]);
}

describe("a watcher of jobs", () => {
  test("is told of none in a snapshot, then of each that changes, once, as it stood last", async () => {
    await using stage = await openStage();
    await stage.enqueue({ id: "before" });
    const client = await watchJobs(stage);
    assert.deepEqual(client.frames[0]?.jobs, []);
    await stage.enqueue({ id: "a" }, { id: "b" });
    const worker = await stage.join("w");
    await worker.succeed("a");
    assert.deepEqual(gist(await client.read()), [
      ["before", "reserved"],
      ["b", "reserved"],
      ["a", "succeeded"],
    ]);
    await worker.succeed("b");
    const next = await client.read();
    assert.deepEqual([gist(next), next.jobsLeftOut], [[["b", "succeeded"]], 0]);
    assert.deepEqual(gist(await client.read()), []);
  });

  test("hears of what is forgotten", async () => {
    await using stage = await openStage();
    const client = await watchJobs(stage);
    await stage.enqueue({ id: "a" }, { id: "b", name: "bill" });
    await stage.broker.operator.change([idOf("a")], { move: "delete" });
    const { jobsForgotten, ...frame } = await client.read();
    assert.deepEqual(
      [gist({ ...frame, jobsForgotten }), jobsForgotten],
      [
        [
          ["b", "ready"],
          ["a", "ready"],
        ],
        ["a"],
      ],
    );
  });

  test("of names hears of them alone, however much of others there is", async () => {
    await using stage = await openStage();
    const client = await watchJobs(stage, ["rare", "never"]);
    await stage.enqueue({ id: "a", name: "rare" });
    for (let i = 0; i < 3; i++) await stage.enqueue(...Array.from({ length: LIMITS.batchMax }, () => ({})));
    const frame = await client.read();
    assert.deepEqual([gist(frame), frame.jobsLeftOut], [[["a", "ready"]], 0]);
  });

  test("gets the newest so many, and how many more there were", async () => {
    await using stage = await openStage();
    const client = await watchJobs(stage);
    const jobs = await stage.enqueue(...Array.from({ length: LIMITS.watchedJobsMax + 50 }, () => ({})));
    const frame = await client.read();
    assert.deepEqual(
      frame.jobs.map(({ id }) => id),
      jobs.slice(50).map(({ id }) => id),
    );
    assert.equal(frame.jobsLeftOut, 50);
    const { length } = await stage.enqueue(...Array.from({ length: 1_000 }, () => ({})));
    await stage.enqueue(...Array.from({ length: 1_000 }, () => ({})));
    assert.equal((await client.read()).jobsLeftOut, 2 * length - LIMITS.watchedJobsMax);
  });

  test("hears what changed while its stream was broken", async () => {
    await using stage = await openStage();
    const client = await watchJobs(stage);
    client.close();
    await stage.enqueue({ id: "a" });
    await stage.advance(10 * SECOND);
    client.reconnect();
    const frame = await client.read();
    assert.deepEqual([frame.isSnapshot, gist(frame)], [false, [["a", "ready"]]]);
  });

  test("of a name that nobody has watched begins with a snapshot, whatever its sequence", async () => {
    await using stage = await openStage();
    const other = await watchJobs(stage, ["other"]);
    await stage.enqueue({ id: "a" });
    await other.read();
    const client = new Client(stage, { topics: ["jobs"], names: ["mail"] });
    client.sequence = other.frames[0]?.sequence;
    assert.equal((await client.read()).isSnapshot, true);
  });

  test("is not told results, which may be large, and none are kept for it", async () => {
    await using stage = await openStage();
    const client = await watchJobs(stage);
    await stage.enqueue({ id: "a" });
    const worker = await stage.join("w");
    const result = json("42");
    await worker.report("a", (told) => ({ move: "succeed", ...told, result }));
    const { state } = (await client.read()).jobs[0] ?? {};
    assert.ok(state?.is === "succeeded" && !("result" in state));
    const kept = (await stage.job("a")).state;
    assert.ok(kept.is === "succeeded");
  });
});

describe("recent jobs", () => {
  const jobsMax = LIMITS.watchedJobsMax;

  function change(id: string, sequence: number, at: number) {
    return { job: newJob(id).job, isForgotten: false, sequence, at };
  }

  test("are told up to a sequence, and from there on the next time", () => {
    const ring = new RecentJobs(0);
    for (let i = 0; i < 6; i++) ring.add(change(`j${i % 4}`, 1 + Math.floor(i / 2), i));
    const told = (after: number, through: number) => {
      const { jobs, jobsLeftOut } = tellRecent([ring], { after, through, jobsMax });
      return [...jobs.map(({ id }) => id), jobsLeftOut];
    };
    assert.deepEqual(told(0, 2), ["j0", "j1", "j2", "j3", 0]);
    assert.deepEqual(told(2, 3), ["j0", "j1", 0]);
    assert.deepEqual(told(0, 3), ["j2", "j3", "j0", "j1", 0]);
    assert.deepEqual(told(3, 9), [0]);
  });

  test("fill a ring, and what falls out of it is counted", () => {
    const ring = new RecentJobs(0);
    for (let i = 0; i < RECENT_CHANGES_MAX + 10; i++) ring.add(change(`j${i}`, 1, i));
    const { jobs, jobsLeftOut } = tellRecent([ring], { after: 0, through: 1, jobsMax });
    assert.deepEqual([jobs.length, jobsLeftOut], [jobsMax, RECENT_CHANGES_MAX + 10 - jobsMax]);
    assert.equal(jobs.at(-1)?.id, `j${RECENT_CHANGES_MAX + 9}`);
  });

  test("of several names are told in the order in which they changed", () => {
    const rings = new RecentRings();
    const opened = rings.open(new Set([nameOf("mail"), nameOf("bill")]), 0);
    for (let i = 0; i < 6; i++) {
      const { job } = newJob(`j${i}`, { name: i % 2 ? "mail" : "bill" });
      rings.add(job, { isForgotten: false, sequence: 1 });
    }
    const { jobs } = tellRecent(opened, { after: 0, through: 1, jobsMax: 4 });
    assert.deepEqual(
      jobs.map(({ id }) => id),
      ["j2", "j3", "j4", "j5"],
    );
  });

  test("are kept for a while when nobody reads them, and for so many names", () => {
    const rings = new RecentRings();
    const open = (name: string) => rings.open(new Set([nameOf(name)]), 0);
    const first = open("first");
    rings.close(first, 1_000);
    assert.equal(open("first")[0], first[0]);
    rings.close(first, 2_000);
    rings.forget((since) => since < 2_000);
    assert.equal(open("first")[0], first[0]);
    rings.close(first, 2_000);
    rings.forget((since) => since < 2_001);
    assert.notEqual(open("first")[0], first[0]);
    const many = Array.from({ length: 1_000 }, (_, i) => open(`name-${i}`));
    for (const opened of many) rings.close(opened, 3_000);
    const kept = many.filter((opened, i) => open(`name-${i}`)[0] === opened[0]);
    assert.equal(kept.length, 100);
  });
});
