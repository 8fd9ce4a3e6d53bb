// The server goes away under an open page, and comes back: the page says so, and its numbers move again, without anybody
// pressing reload.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Browser, Page } from "playwright-core";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { argvOf, type ServerProcess, startServer } from "../reliability/server-process.ts";
import { openBrowser } from "../wire/chromium.ts";

/** The goals are 3 s to tell and 3 s to recover; a machine that others load gets more. */
const TOLD_MS_MAX = 6_000;
const STALE_MS_MAX = 20_000;

describe("the server under an open page:", () => {
  let browser: Browser;
  let directory: string;
  before(async () => {
    browser = await openBrowser();
    directory = await mkdtemp(join(tmpdir(), "lakh-restart-"));
  });
  after(async () => {
    await browser.close();
    await rm(directory, { recursive: true, force: true });
  });

  test("is killed and started again: a banner, then numbers that move, without a reload", async (t) => {
    const store = `sqlite:${join(directory, "killed")}`;
    await using server = await startServer({ argv: argvOf(store) });
    const { port } = new URL(server.listensAt);
    await enqueue(server, 3);
    const page = await openQueue(browser, server.listensAt);
    await shows(page, "3");
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

    const killedAt = Date.now();
    await server.kill("SIGKILL");
    await page.getByText(/The server does not answer/).waitFor({ timeout: TOLD_MS_MAX });
    t.diagnostic(`told after ${Date.now() - killedAt} ms`);

    await using next = await startServer({ argv: argvOf(store, "--listen", `127.0.0.1:${port}`).slice(2) });
    const backAt = Date.now();
    await enqueue(next, 2);
    await shows(page, "5", TOLD_MS_MAX);
    t.diagnostic(`moving again after ${Date.now() - backAt} ms`);
    await page.getByText(/The server does not answer/).waitFor({ state: "detached" });
    assert.equal(await page.evaluate(() => "isSamePage" in globalThis), true, "nobody reloaded it");
    await page.context().close();
  });

  test("freezes: the numbers dim, and are fresh again when it goes on", async (t) => {
    await using server = await startServer({ argv: argvOf(`sqlite:${join(directory, "frozen")}`) });
    await enqueue(server, 1);
    const page = await openQueue(browser, server.listensAt);
    await shows(page, "1");
    const frozenAt = Date.now();
    process.kill(server.pid, "SIGSTOP");
    try {
      await page.locator("main.stale").waitFor({ timeout: STALE_MS_MAX });
      t.diagnostic(`dimmed after ${Date.now() - frozenAt} ms`);
    } finally {
      process.kill(server.pid, "SIGCONT");
    }
    await page.locator("main:not(.stale)").waitFor({ timeout: STALE_MS_MAX });
    await page.context().close();
  });
});

async function openQueue(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ locale: "en-US" });
  const page = await context.newPage();
  await page.goto(`${url}/`);
  await page.locator('.live[data-state="live"]').waitFor();
  return page;
}

/** The flow strip has so many ready jobs. */
async function shows(page: Page, count: string, timeout = 20_000): Promise<void> {
  await page
    .locator('[data-place="ready"] .flow-count', { hasText: new RegExp(`^${count}$`) })
    .waitFor({ timeout });
}

async function enqueue(server: ServerProcess & { readonly listensAt: string }, count: number): Promise<void> {
  const client = createClient(ProducerService, createGrpcTransport({ baseUrl: server.listensAt }));
  await client.enqueue({ jobs: Array.from({ length: count }, () => ({ name: "mail" })) });
}
