// One script, every client: what works in one dialect works in all. curl is in matrix-curl.test.ts.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { Dialect } from "./browser-page.ts";
import { openBrowser, openPage } from "./chromium.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { checkRuns, prefixOf, testScript } from "./matrix.ts";
import { nodeClients } from "./node-clients.ts";
import { openDirectory, openWireServer } from "./wire-server.ts";

const directory = await openDirectory();
const server = await openWireServer({ store: directory.store });

after(async () => {
  await server.stop();
  await directory[Symbol.asyncDispose]();
});

// A few at a time: each of them waits for its own steps in turn, and a busy machine makes reservations run out.
describe("every client passes the same script", { concurrency: 4, timeout: 240_000 }, () => {
  testScript(grpcJsClient(server.url));
  for (const client of nodeClients(server.url)) testScript(client);

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
