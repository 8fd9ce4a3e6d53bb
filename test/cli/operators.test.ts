// The commands of those who look after the work, as people and scripts run them: what is asked of the server, what is
// printed where, and the exit code.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { answerAsAdmin, deadJob, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { type CliInput, runCli } from "./run-cli.ts";

async function open(context: TestContext) {
  const server = await openFakeServer(context);
  const asked = answerAsAdmin(server);
  const lakh = (argv: readonly string[], given: CliInput = {}) =>
    runCli([...argv, "--server", server.url], { now, ...given });
  return { server, asked, lakh };
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
    ["system"],
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

  const [, told = "", left] = err.split("\r\u001b[K");
  assert.match(told, /searched 1000 of 2500, 1 found/);
  assert.equal(left, "");
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
