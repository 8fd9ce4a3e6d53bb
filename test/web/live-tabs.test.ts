// Tabs of a real browser on plain HTTP/1.1, which has six connections to a server for all of them: one stream is open, no
// tab hangs, whoever is closed is followed, and what stands between page and server is told as it is.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { BrowserContext, Page, Request } from "playwright-core";
import { openBrowser } from "../wire/chromium.ts";
import { openWireServer } from "../wire/wire-server.ts";

const STREAM = /AdminService\/Watch$/;
/** The goal is 3 s; a machine that others load gets more. */
const FOLLOWED_MS_MAX = 6_000;

/** A reader with many tabs, and which of them has the stream. */
async function openReader(url: string, { hasLocks = true } = {}) {
  const browser = await openBrowser();
  const context = await browser.newContext({ locale: "en-US" });
  if (!hasLocks)
    await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
  const streaming = new Map<Page, number>();
  const count = (request: Request, by: number) => {
    if (!STREAM.test(request.url())) return;
    const page = request.frame().page();
    streaming.set(page, (streaming.get(page) ?? 0) + by);
  };
  context.on("request", (request) => count(request, 1));
  context.on("requestfinished", (request) => count(request, -1));
  context.on("requestfailed", (request) => count(request, -1));
  return {
    context,
    url,
    streams: () =>
      [...streaming].filter(([page, open]) => open > 0 && !page.isClosed()).map(([page]) => page),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function openTab(context: BrowserContext, url: string, path = "workers"): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/${path}`);
  return page;
}

async function isLive(page: Page, timeout = 20_000): Promise<void> {
  await page.locator('.live[data-state="live"]').waitFor({ timeout });
}

/** Asks again and again until it is so. */
async function until(what: string, isSo: () => boolean, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

for (const hasLocks of [true, false]) {
  test(`ten tabs ${hasLocks ? "with" : "without"} locks: all live, one stream, none hangs; whoever is closed is followed`, async (t) => {
    await using server = await openWireServer();
    await using reader = await openReader(server.url, { hasLocks });
    const tabs: Page[] = [];
    for (let i = 0; i < 10; i++) tabs.push(await openTab(reader.context, reader.url));
    for (const tab of tabs) await isLive(tab);
    await until("one stream", () => reader.streams().length === 1);
    // An eleventh call still goes through at once: no connection is held by a second stream.
    for (const tab of tabs.slice(0, 3)) {
      const status = await tab.evaluate(async () => (await fetch("./livez")).status);
      assert.equal(status, 200);
    }
    const [holder] = reader.streams();
    await holder?.close();
    const closedAt = Date.now();
    const left = tabs.filter((tab) => tab !== holder);
    await until(
      "another tab streams",
      () => reader.streams().length === 1 && reader.streams()[0] !== holder,
      FOLLOWED_MS_MAX,
    );
    t.diagnostic(`followed after ${Date.now() - closedAt} ms`);
    for (const tab of left.slice(0, 3)) await isLive(tab);
  });
}

test("a tab that is hidden sends nothing at all, and is live again when it is shown", async () => {
  await using server = await openWireServer();
  await using reader = await openReader(server.url);
  const page = await reader.context.newPage();
  await page.clock.install();
  // A screen that asks again every few seconds, beside the stream.
  await page.goto(`${server.url}/dead`);
  await page.clock.runFor(500);
  await isLive(page);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  for (let passed = 0; passed < 20_000 && asked.length === 0; passed += 1_000) await page.clock.runFor(1_000);
  assert.notDeepEqual(asked, [], "as long as it is looked at, it asks");

  await page.evaluate(hide, true);
  await page.clock.runFor(31_000);
  await until("the stream has ended", () => reader.streams().length === 0);
  asked.length = 0;
  await page.clock.runFor(120_000);
  assert.deepEqual(asked, []);
  await page.evaluate(hide, false);
  await page.clock.runFor(500);
  await isLive(page);
});

/** As a browser does it when another tab comes to the front. */
function hide(isHidden: boolean): void {
  Object.defineProperty(document, "visibilityState", {
    value: isHidden ? "hidden" : "visible",
    configurable: true,
  });
  Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

test("a proxy that holds streams back is noticed: it polls, and says so", async () => {
  await using server = await openWireServer();
  await using proxy = await openBufferingProxy(server.port);
  await using reader = await openReader(proxy.url);
  const page = await openTab(reader.context, proxy.url);
  await page.locator('.live[data-state="polling"]').waitFor({ timeout: 20_000 });
  await page.getByText(/Streams do not come through/).waitFor();
});

/** Sends an answer on only when all of it has come, as some proxies do. */
async function openBufferingProxy(port: number) {
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const onward = httpRequest({
      host: "127.0.0.1",
      port,
      path: incoming.url,
      method,
      headers: { ...headers, host: `127.0.0.1:${port}` },
    });
    incoming.pipe(onward);
    outgoing.on("close", () => onward.destroy());
    onward.on("error", () => outgoing.destroy());
    onward.on("response", (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks)),
      );
      answer.on("error", () => outgoing.destroy());
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
