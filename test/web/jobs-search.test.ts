// The search behind the list of jobs, against a server that is played: pages, slow searches, news of jobs on screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { type Job, JobSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { blame, suspects } from "../../web/jobs/blame.ts";
import { exportJobs } from "../../web/jobs/job-export.ts";
import { CALLS_BY_ITSELF_MAX, JobSearch, type JobSearchParts } from "../../web/jobs/job-search.ts";

const filter = create(JobFilterSchema);

function job(i: number, state: JobState = JobState.READY): Job {
  return create(JobSchema, { id: String(i), name: "a", state });
}

const always = (_: number): boolean => true;

/** So many jobs, of which a call looks at no more than `budget`; those whose number `matches` are found. */
function play(count: number, { budget = count, matches = always } = {}) {
  const calls: string[] = [];
  const list: JobSearchParts["list"] = async ({ pageSize, pageToken }) => {
    calls.push(pageToken);
    const jobs: Job[] = [];
    let at = Number(pageToken);
    const from = at;
    for (; at < count && at - from < budget && jobs.length < pageSize; at++)
      if (matches(at)) jobs.push(job(at));
    const nextPageToken = at < count ? String(at) : "";
    return { jobs, nextPageToken, searched: BigInt(at - from), candidates: BigInt(count) };
  };
  return { calls, list };
}

function open(list: JobSearchParts["list"], pageSize = 10): JobSearch {
  return new JobSearch({ list, filter, order: JobOrder.NEWEST, pageSize });
}

function ids(search: JobSearch): readonly number[] {
  return search.view().rows.map(({ id }) => Number(id));
}

test("pages forward and back show each job once, in order", async () => {
  const search = open(play(25).list);
  const seen: number[] = [];
  await search.load(0);
  for (;;) {
    seen.push(...ids(search));
    if (!search.view().hasNext) break;
    await search.nextPage();
  }
  assert.deepEqual(seen, [...Array(25).keys()]);
  assert.equal(search.view().page, 2);
  await search.load(1);
  assert.deepEqual(
    ids(search),
    [...Array(10).keys()].map((i) => i + 10),
  );
});

test("a page that ends with the last job is followed by none, and stays", async () => {
  const { list } = play(10);
  const endless: JobSearchParts["list"] = async (request) => {
    if (request.pageToken === "10") return { jobs: [], nextPageToken: "", searched: 0n, candidates: 10n };
    return { ...(await list(request)), nextPageToken: "10" };
  };
  const search = open(endless);
  await search.load(0);
  assert.equal(search.view().hasNext, true);
  await search.nextPage();
  assert.deepEqual([search.view().page, search.view().hasNext, ids(search).length], [0, false, 10]);
});

test("a slow search goes on by itself for some calls, then waits, and is never said to be done before", async () => {
  const { list, calls } = play(1_000, { budget: 20, matches: (i) => i === 990 });
  const search = open(list);
  const said: string[] = [];
  search.subscribe(() => said.push(search.view().is));
  await search.load(0);
  assert.equal(calls.length, CALLS_BY_ITSELF_MAX);
  assert.deepEqual(
    [search.view().is, search.view().searched, search.view().candidates],
    ["paused", 200n, 1_000n],
  );
  assert.equal(said.includes("done"), false);

  while (search.view().is === "paused") await search.goOn();
  assert.deepEqual([search.view().is, search.view().searched, ids(search)], ["done", 1_000n, [990]]);
});

test("what was found before a failure stays, and the search goes on from there", async () => {
  const { list } = play(100, { budget: 5 });
  let failures = 1;
  const shaky: JobSearchParts["list"] = (request) =>
    request.pageToken === "5" && failures-- > 0 ? Promise.reject(new Error("away")) : list(request);
  const search = open(shaky);
  await search.load(0);
  assert.deepEqual([search.view().is, ids(search).length], ["failed", 5]);
  await search.goOn();
  assert.deepEqual([search.view().is, ids(search)], ["done", [...Array(10).keys()]]);
});

test("an answer that comes after another page was asked for changes nothing", async () => {
  const { list } = play(30);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isHeld = false;
  const slow: JobSearchParts["list"] = async (request) => {
    const answer = await list(request);
    if (isHeld) await held;
    return answer;
  };
  const search = open(slow);
  await search.load(0);
  isHeld = true;
  const late = search.nextPage();
  isHeld = false;
  await search.load(0);
  release();
  await late;
  assert.deepEqual([search.view().page, ids(search)[0]], [0, 0]);
});

test("news of a job changes its row where it stands; others wait", async () => {
  const search = open(play(3).list);
  await search.load(0);
  search.patch([job(1, JobState.DEAD), job(99)], ["2"]);
  const { rows, forgotten } = search.view();
  assert.deepEqual(
    rows.map(({ id, state }) => [id, state]),
    [
      ["0", JobState.READY],
      ["1", JobState.DEAD],
      ["2", JobState.READY],
    ],
  );
  assert.deepEqual([...forgotten], ["2"]);
});

test("the term is blamed without which something matches", async () => {
  const finds = async (text: string) => !/name:b/.test(text);
  const blamed = await blame("state:dead name:b error:x", finds);
  assert.deepEqual(blamed, [{ term: "name:b", rest: "state:dead error:x" }]);
  assert.deepEqual(suspects("a:1 b:2 c:3 d:4 e:5"), []);
});

test("an export holds what was found when it is stopped, and no more than fits", async () => {
  const { list } = play(5_000);
  const all = { list, filter, order: JobOrder.NEWEST, told: () => {} };
  const whole = await exportJobs({ ...all, signal: new AbortController().signal });
  assert.deepEqual([whole.jobs, whole.isWhole], [5_000, true]);
  assert.equal((await whole.blob.text()).trimEnd().split("\n").length, 5_000);

  const cut = await exportJobs({ ...all, signal: new AbortController().signal, jobsMax: 1_500 });
  assert.deepEqual([cut.jobs, cut.isWhole], [1_500, false]);

  const stop = new AbortController();
  const stopped = await exportJobs({ ...all, signal: stop.signal, told: () => stop.abort() });
  assert.deepEqual([stopped.jobs, stopped.isWhole], [1_000, false]);
});
