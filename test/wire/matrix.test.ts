// One script, every client: what works in one dialect works in all.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, describe, test } from "node:test";
import type { Dialect } from "./browser-page.ts";
import { openBrowser, openPage } from "./chromium.ts";
import { curlClient } from "./curl-client.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { nodeClients } from "./node-clients.ts";
import { runScript, type ScriptRun } from "./script.ts";
import type { WireClient } from "./wire-client.ts";
import { openDirectory, openWireServer } from "./wire-server.ts";

/** Steps that run in every lane, and those that a client runs once. */
const STEPS = { inEach: 26, once: 15 };

const directory = await openDirectory();
const server = await openWireServer({ store: directory.store });
const noCurl = spawnSync("curl", ["--version"]).status !== 0 && "NOT RUN: apt-get install curl";

after(async () => {
  await server.stop();
  await directory[Symbol.asyncDispose]();
});

// A few at a time: each of them waits for its own steps in turn, and a busy machine makes reservations run out.
describe("every client passes the same script", { concurrency: 4, timeout: 240_000 }, () => {
  runs(grpcJsClient(server.url));
  for (const client of nodeClients(server.url)) runs(client);
  runs(curlClient("curl, JSON over HTTP/1.1", server.url, ["--http1.1"]), noCurl);
  runs(curlClient("curl, JSON over HTTP/2", server.url, ["--http2-prior-knowledge"]), noCurl);

  test("Chromium", async (t) => {
    const browser = await openBrowser();
    try {
      t.diagnostic(`Chromium ${browser.version()}`);
      await Promise.all((["gRPC-web", "Connect"] as const).map((dialect) => runInPage(browser, dialect)));
    } finally {
      await browser.close();
    }
  });
});

test("no call of the matrix was a fault of the server", () => {
  const faults = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(faults, []);
});

function runs(client: WireClient, skip: string | false = false): void {
  test(client.title, { skip }, async () => {
    try {
      checkRuns(await runScript(client, { prefix: prefixOf(client.title) }), client.bidi ? 3 : 2);
    } finally {
      client.close();
    }
  });
}

// Each page has a profile of its own, and so its own six connections.
async function runInPage(browser: Awaited<ReturnType<typeof openBrowser>>, dialect: Dialect): Promise<void> {
  const page = await openPage(browser, server.url);
  const types = new Set<string | undefined>();
  page.on("request", (request) => types.add(request.headers()["content-type"]));
  const prefix = prefixOf(dialect);
  const runLane = (lane: "Subscribe" | "Reserve") =>
    page.evaluate((given) => globalThis.lakhPage.runScript(given.dialect, given), { dialect, prefix, lane });
  checkRuns([...(await runLane("Subscribe")), ...(await runLane("Reserve"))], 2);
  const expected = dialect === "gRPC-web" ? "application/grpc-web+proto" : "application/json";
  assert.ok(types.has(expected), `the page sent ${[...types].join(", ")}`);
  await page.close();
}

function checkRuns(done: readonly ScriptRun[], lanes: number): void {
  assert.equal(done.length, lanes);
  const counts = done.map(({ steps }) => steps.length);
  const { inEach, once } = STEPS;
  assert.deepEqual(counts, [inEach + once, ...Array(lanes - 1).fill(inEach)]);
}

function prefixOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9]+/g, "-");
}
