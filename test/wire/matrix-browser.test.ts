// The same script in a page of a real browser: gRPC-web and Connect by fetch.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialect } from "./browser-page.ts";
import { openBrowser, openPage } from "./chromium.ts";
import { checkRuns, openMatrix, prefixOf } from "./matrix-run.ts";

const { url } = await openMatrix();

test("Chromium passes the same script", { timeout: 240_000 }, async (t) => {
  const browser = await openBrowser();
  try {
    t.diagnostic(`Chromium ${browser.version()}`);
    await Promise.all((["gRPC-web", "Connect"] as const).map((dialect) => runInPage(browser, dialect)));
  } finally {
    await browser.close();
  }
});

// Each page has a profile of its own, and so its own six connections.
async function runInPage(browser: Awaited<ReturnType<typeof openBrowser>>, dialect: Dialect): Promise<void> {
  const page = await openPage(browser, url);
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
