// The commands of those who look after the work, as people and scripts run them: what is asked of the server, what is
// printed where, and the exit code.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { printFilter } from "../../src/client/filter.ts";
import { answerAsAdmin, deadJob, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { type CliInput, runCli } from "./run-cli.ts";

async function open(context: TestContext) {
  const server = await openFakeServer(context);
  const world = { matching: 3, isComplete: true };
  const asked = answerAsAdmin(server, world);
  const lakh = (argv: readonly string[], given: CliInput = {}) =>
    runCli([...argv, "--server", server.url], { now, ...given });
  return { server, asked, world, lakh };
}

function filterOf(selection: { jobs: { case?: string | undefined; value?: unknown } } | undefined): string {
  assert.equal(selection?.jobs.case, "filter");
  return printFilter(selection?.jobs.value as Parameters<typeof printFilter>[0]);
}

test("jobs list goes on over pages up to its limit, and says that there may be more", async (t) => {
  const { lakh } = await open(t);

  const all = await lakh(["jobs", "list", "--limit", "5"]);
  const one = await lakh(["jobs", "list", "--limit", "1"]);

  assert.match(
    all.out,
    /^ID +NAME +STATE +FOR +TRY\nd1 +mail\.welcome +dead +3m +3 +retries used up; Boom: .*\nd2 /,
  );
  assert.equal(all.err, "");
  assert.match(one.err, /There may be more than these 1: raise --limit/);
});

test("JSON is the reply's, with where it goes on; NDJSON is one job a line", async (t) => {
  const { lakh } = await open(t);

  const json = JSON.parse((await lakh(["jobs", "list", "--limit", "1", "-o", "json"])).out);
  const lines = (await lakh(["jobs", "list", "-o", "ndjson"])).out.trim().split("\n");

  assert.deepEqual([json.jobs.length, json.jobs[0].state, json.nextPageToken], [1, "JOB_STATE_DEAD", "more"]);
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).id),
    ["d1", "d2"],
  );
});

test("no control character of a job reaches the terminal, in any shape", async (t) => {
  const { server, lakh } = await open(t);
  server.shown.set("d1", [deadJob as never]);
  const commands = [
    ["jobs", "list"],
    ["jobs", "get", "d1"],
    ["workers", "list"],
    ["dead", "groups"],
    ["queues", "get", "pdf"],
  ];
  for (const argv of commands) {
    for (const shape of ["table", "json", "ndjson"]) {
      const { out, code } = await lakh([...argv, "-o", shape]);

      assert.equal(code, 0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that must not be there
      assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/, argv.join(" "));
    }
  }
});

test("a long search tells a person how far it has come, on one line", async (t) => {
  const { lakh } = await open(t);

  const { err } = await lakh(["jobs", "list", "--limit", "5"], { isTTY: true });

  assert.match(err, /\r\u001b\[K.*searched 1000 of 2500, 1 found.*\r\u001b\[K$/);
});

test("jobs explain is the sentence; a job that is not there exits with 5", async (t) => {
  const { server, lakh } = await open(t);
  server.shown.set("a", [{ id: "a" }]);
  server.explanation = { situation: 3, sentence: "No connected worker offers pdf." };

  assert.equal((await lakh(["jobs", "explain", "a"])).out, "No connected worker offers pdf.\n");
  const json = JSON.parse((await lakh(["jobs", "explain", "a", "-o", "json"])).out);
  assert.equal(json.explanation.situation, "SITUATION_NO_WORKER");
  assert.equal((await lakh(["jobs", "explain", "b"])).code, 5);
});

const outcomes: readonly [ids: string[], code: number][] = [
  [["a", "b"], 0],
  [["a", "unknown"], 5],
  [["a", "unknown", "busy"], 6],
];
for (const [ids, code] of outcomes) {
  test(`retry of ${ids.join(", ")} exits with ${code} and a line for each`, async (t) => {
    const { lakh } = await open(t);

    const done = await lakh(["jobs", "retry", ...ids]);

    assert.equal(done.code, code);
    assert.equal(done.out.trim().split("\n").length, ids.length + 1);
  });
}

test("ids come from stdin too, and go out 1,000 at a time", async (t) => {
  const { asked, lakh } = await open(t);
  const input = Array.from({ length: 1_500 }, (_, n) => `id-${n}`).join("\n");

  const { code, out } = await lakh(["jobs", "retry", "-", "-o", "ndjson"], { input });

  assert.deepEqual([code, out.trim().split("\n").length, asked.changes.length], [0, 1_500, 2]);
});

test("cancel and delete need --yes where nobody can be asked; nothing is changed without", async (t) => {
  const { asked, lakh } = await open(t);
  for (const argv of [
    ["cancel", "a"],
    ["delete", "a"],
    ["cancel", "--filter", "name:a", "--all-matching"],
  ]) {
    const { code, err } = await lakh(["jobs", ...argv]);

    assert.equal(code, 2);
    assert.match(err, new RegExp(`^lakh jobs ${argv[0]} failed: nobody is there .*Add --yes`));
  }
  assert.deepEqual(asked.changes, []);
  assert.equal((await lakh(["jobs", "cancel", "a", "--yes"])).code, 0);
  assert.equal(asked.changes.length, 1);
});

test("on a terminal it shows the count and asks; the operation touches only what was counted", async (t) => {
  const { asked, lakh } = await open(t);
  const argv = ["jobs", "delete", "--filter", "name:mail.*", "--all-matching"];

  const no = await lakh(argv, { isTTY: true, input: "n\n" });
  const yes = await lakh(argv, { isTTY: true, input: "y\n" });

  assert.equal(no.code, 1);
  assert.match(no.err, /Delete 3 jobs\?.*\[y\/N\].*Nothing was changed/s);
  assert.equal(yes.code, 0, yes.err);
  assert.match(yes.err, /1 of 3, .*left.*\r/);
  assert.deepEqual(
    asked.changes.map(({ dryRun }) => dryRun),
    [true, true, false],
  );
  assert.equal(asked.changes[2]?.selection?.asOf?.seconds, BigInt(now / 1_000 - 1));
});

test("more than 100 are deleted only by who types how many", async (t) => {
  const { world, lakh } = await open(t);
  world.matching = 48_211;
  const argv = ["jobs", "delete", "--filter", "name:mail.*", "--all-matching"];

  const y = await lakh(argv, { isTTY: true, input: "y\n" });
  const count = await lakh(argv, { isTTY: true, input: "48,211\n" });

  assert.match(y.err, /Delete 48,211 jobs\?.*Type 48211 to go on/);
  assert.deepEqual([y.code, count.code], [1, 0]);
});

test("retry of a filter needs --all-matching, follows its operation, and says what it came to", async (t) => {
  const { asked, lakh } = await open(t);
  const argv = ["jobs", "retry", "--filter", "state:dead"];

  const unsure = await lakh(argv);
  const sure = await lakh([...argv, "--all-matching"]);

  assert.equal(unsure.code, 2);
  assert.match(unsure.err, /See which with --dry-run, then add --all-matching/);
  assert.deepEqual([sure.code, sure.out, sure.err], [0, "3 jobs retried, in 2.0s.\n", ""]);
  assert.equal(filterOf(asked.changes[0]?.selection), "state:dead");
});

test("--rate becomes a spread over as many jobs as were counted, or as there are likely to be", async (t) => {
  const { asked, world, lakh } = await open(t);
  const argv = ["jobs", "retry", "--filter", "state:dead", "--all-matching", "--no-wait", "--rate"];

  world.matching = 6_000;
  await lakh([...argv, "50/s"]);
  world.isComplete = false;
  await lakh([...argv, "600/m"]);
  const slow = await lakh([...argv, "1/h"]);

  const spreads = asked.changes.filter(({ dryRun }) => !dryRun).map(({ spreadSeconds }) => spreadSeconds);
  assert.deepEqual(spreads, [120, 2_400]);
  assert.equal(slow.code, 2);
  assert.match(slow.err, /take more than 7 days\. Write a rate of at least 143\/h/);
});

test("--dry-run prints the count, how it divides and some of the jobs, and changes nothing", async (t) => {
  const { asked, world, lakh } = await open(t);
  world.isComplete = false;

  const { code, out } = await lakh(["jobs", "cancel", "--filter", "name:mail.*", "--dry-run"]);

  assert.equal(code, 0);
  assert.match(
    out,
    /^Would cancel at least 3 jobs \(searched 1000 of 4000\)\.\n\nJOBS +NAME +STATE\n +3 +mail\.welcome +dead\n/,
  );
  assert.deepEqual([asked.changes.length, asked.changes[0]?.dryRun], [1, true]);
});

test("--everything is said in so many words", async (t) => {
  const { asked, lakh } = await open(t);

  assert.match(
    (await lakh(["jobs", "delete", "--filter", "", "--all-matching", "--yes"])).err,
    /Write --everything/,
  );
  assert.equal((await lakh(["jobs", "delete", "--everything", "--yes", "--no-wait"])).code, 0);
  assert.equal(asked.changes[0]?.selection?.everything, true);
});

test("dead retry takes a group, or a filter to which it adds that they are dead", async (t) => {
  const { asked, lakh } = await open(t);

  await lakh(["dead", "retry", "9f2c00112233aabb"]);
  await lakh(["dead", "retry", "--filter", "since:2026-11-01", "--all-matching"]);

  assert.deepEqual(
    asked.changes.map(({ selection }) => filterOf(selection)),
    ["state:dead group:9f2c00112233aabb", "state:dead since:2026-11-01T00:00:00Z"],
  );
});

test("dead export writes whole jobs of all pages as NDJSON", async (t) => {
  const { lakh } = await open(t);

  const { out, err } = await lakh(["dead", "export"]);

  assert.deepEqual(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id),
    ["d1", "d2"],
  );
  assert.equal(err, "2 dead jobs exported\n");
});

test("queues: what waits and for how long, who is missing, who is paused; pause tells what was paused before", async (t) => {
  const { lakh } = await open(t);

  const list = await lakh(["queues", "list"]);
  const pause = await lakh(["queues", "pause", "a", "b"]);

  assert.match(list.out, /mail\.welcome +12,345 +3m .* no workers\npdf .* paused\n/);
  assert.match(pause.out, /a +paused\nb +was paused before\n/);
});

test("drain asks, tells the workers, and names those that are away", async (t) => {
  const { asked, lakh } = await open(t);

  assert.equal((await lakh(["workers", "drain", "host-1"])).code, 2);
  const { code, out, err } = await lakh(["workers", "drain", "host-1", "host-2", "--yes"]);

  assert.deepEqual([code, asked.drains.length], [0, 1]);
  assert.match(out, /host-1 +draining/);
  assert.match(err, /Not connected, or told before: host-2/);
});

test("operations: list, stop, and one that is not there", async (t) => {
  const { lakh } = await open(t);

  assert.match((await lakh(["operations", "list"])).out, /op-1 +retry +running .* state:dead\n/);
  assert.match((await lakh(["operations", "stop", "op-1"])).out, /stopped/);
  assert.equal((await lakh(["operations", "get", "nope"])).code, 5);
});

const misuses: readonly [argv: string[], message: RegExp][] = [
  [["jobs"], /the verb is missing\. Write lakh jobs list\|get/],
  [["jobs", "lst"], /lakh jobs lst failed: there is no such command\. Did you mean list\?/],
  [
    ["jobs", "list", "--filter", "naem:x"],
    /--filter, character 1: "naem" is no word of a filter\. Did you mean name\?/,
  ],
  [["jobs", "list", "--limit", "0"], /out of bounds/],
  [["jobs", "list", "--order", "up"], /Write one of newest, oldest/],
  [["jobs", "list", "x"], /"x" is one word too many/],
  [["jobs", "get"], /the job's id is missing/],
  [["jobs", "retry"], /it is not said which jobs/],
  [["jobs", "retry", "a", "--filter", "name:a"], /named in two ways/],
  [["jobs", "cancel", "a", "--rate", "1/s"], /there is no flag --rate/],
  [["jobs", "retry", "a", "--rate", "fast"], /"fast" is no rate\. Write 50\/s/],
  [["jobs", "retry", "a", "--rate", "1/s", "--spread", "1m"], /both given/],
  [["jobs", "retry", "a", "--spread", "8d"], /Write a span from 0 to 7d/],
  [["dead", "retry", "xyz"], /"xyz" is no group/],
  [["dead", "retry", "--filter", "state:ready", "--all-matching"], /dead jobs alone/],
  [["dead", "export", "-o", "table"], /do not fit into a table/],
  [["queues", "pause"], /no name is given/],
  [["workers", "drain"], /it is not said which workers/],
  [["workers", "drain", "a", "--everyone"], /named in two ways/],
  [["watch", "--topics", "job"], /Write one of overview/],
  [["watch", "-o", "json"], /frames have no end/],
  [["top", "--interval", "1ms"], /Write a span from 1s to 1m/],
  [["enqueue", "a", "--replace"], /--replace has no key/],
];
for (const [argv, message] of misuses) {
  test(`lakh ${argv.join(" ")} exits with 2 and says what to do`, async () => {
    const { code, out, err } = await runCli(argv);

    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1);
  });
}

test("enqueue hands over the key, what to do about it, and how long to keep the result", async (t) => {
  const { server, lakh } = await open(t);
  server.answerMore = () => ({ replacedId: "old" });
  const flags = [
    "--unique-key",
    "k",
    "--replace",
    "--keep-result",
    "1h",
    "--start-by",
    "2030-01-01",
    "--id",
    "new",
  ];

  const { out } = await lakh(["enqueue", "a", ...flags]);

  const spec = server.stored.get("new");
  assert.deepEqual([spec?.uniqueKey, spec?.onConflict, spec?.keepResult?.seconds], ["k", 2, 3_600n]);
  assert.equal(spec?.startBy?.seconds, 1_893_456_000n);
  assert.match(out, /in the place of old/);
});
