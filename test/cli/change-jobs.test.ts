// Retry, run-now, cancel and delete: what is tried and asked first, what the server is asked to do, and what it came to.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { printFilter } from "../../src/client/filter.ts";
import { answerAsAdmin, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { type CliInput, runCli } from "./run-cli.ts";

async function open(context: TestContext) {
  const server = await openFakeServer(context);
  const world = { matching: 3, isComplete: true };
  const asked = answerAsAdmin(server, world);
  const lakh = (argv: readonly string[], given: CliInput = {}) =>
    runCli([...argv, "--server", server.url], { now, ...given });
  return { asked, world, lakh };
}

function filterOf(selection: { jobs: { case?: string | undefined; value?: unknown } } | undefined): string {
  assert.equal(selection?.jobs.case, "filter");
  return printFilter(selection?.jobs.value as Parameters<typeof printFilter>[0]);
}

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
