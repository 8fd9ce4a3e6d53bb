// `lakh system`, as people and scripts read it.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { answerAsAdmin, now } from "../client/admin-answers.ts";
import { openFakeServer } from "../client/fake-server.ts";
import { type CliInput, runCli } from "./run-cli.ts";

async function open(context: TestContext) {
  const server = await openFakeServer(context);
  answerAsAdmin(server);
  const lakh = (argv: readonly string[], given: CliInput = {}) =>
    runCli([...argv, "--server", server.url], { now, ...given });
  return { server, lakh };
}

test("process, store, refusals and the settings that somebody made, one under the other", async (t) => {
  const { lakh } = await open(t);

  const { code, out } = await lakh(["system"]);

  assert.equal(code, 0);
  assert.equal(
    out,
    `version      1.2.3 on Node 24.1.0, linux x64
up           2h, since 2026-11-24 09:56:00Z
memory       100 MiB, 40.0 MiB of it JavaScript
processor    25% of one
loop delay   p50 0.1ms, p99 212ms
connections  3, 2 calls under way
store        sqlite:./data\\u001b[2J, 5.0 MiB
disk         1.0 GiB free of 20.0 GiB
commits      12,345 in 5m, p50 0.6ms, p99 3.4ms

REFUSED                          CODE               CALLS
lakh.v1.ProducerService/Enqueue  invalid_argument  12,000

SETTING   VALUE       FROM
env_name  production  file
`,
  );
});

test("a full disk and a late loop are yellow on a terminal", async (t) => {
  const { lakh } = await open(t);
  const { out } = await lakh(["system"], { isTTY: true });

  assert.ok(out.includes("\u001b[33mp50 0.1ms, p99 212ms\u001b[0m"));
  assert.ok(out.includes("\u001b[33m1.0 GiB free of 20.0 GiB\u001b[0m"));
});

test("what is not known is left out", async (t) => {
  const { server, lakh } = await open(t);
  server.admin = { getSystem: () => ({ system: { version: "1.2.3", store: "memory:" } }) };

  const { out } = await lakh(["system"]);

  assert.deepEqual(
    out.split("\n").map((line) => line.split(" ")[0]),
    ["version", "memory", "processor", "connections", "store", "commits", ""],
  );
  assert.match(out, /\ncommits +0 in 5m\n$/);
});

test("JSON is the reply's, with every setting; NDJSON its one object", async (t) => {
  const { lakh } = await open(t);

  const { system } = JSON.parse((await lakh(["system", "-o", "json"])).out);
  const line = JSON.parse((await lakh(["system", "-o", "ndjson"])).out);

  assert.deepEqual(line, system);
  assert.deepEqual(
    system.settings.map(({ key, source }: Record<string, string>) => [key, source]),
    [
      ["max_retries", "SETTING_SOURCE_DEFAULT"],
      ["env_name", "SETTING_SOURCE_FILE"],
    ],
  );
  assert.equal(system.commit.p50, "0.000600s");
});

test("it takes no words", async (t) => {
  const { lakh } = await open(t);

  const { code, err } = await lakh(["system", "now"]);

  assert.deepEqual([code, err], [2, 'lakh system failed: "now" is one word too many. Write lakh system.\n']);
});
