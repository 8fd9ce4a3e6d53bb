// A dashboard as its readers have it: a real server with the built page, and a real browser in front of it. Whatever the
// page should never do (an error that nobody caught, a breach of the content security policy, a request to somebody
// else) is kept, and fails the test that asks.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { openBrowser } from "../wire/chromium.ts";
import { openWireServer, type WireServer, type WireServerOptions } from "../wire/wire-server.ts";

export interface DashboardPage extends Page {
  /** What should never have happened, in the order in which it did. */
  readonly faults: readonly string[];
}

export interface PageOptions extends BrowserContextOptions {
  /** What the page remembers of its reader, see web/settings/preferences.ts. */
  readonly preferences?: Readonly<Record<string, unknown>>;
}

export interface Dashboard extends AsyncDisposable {
  readonly server: WireServer;
  readonly browser: Browser;
  readonly producer: Client<typeof ProducerService>;
  readonly admin: Client<typeof AdminService>;
  /** A page of a reader of its own, at this path of the server: `jobs?q=state:dead`. */
  open(path?: string, options?: PageOptions): Promise<DashboardPage>;
}

const BUILT = new URL("../../dist/web/index.html", import.meta.url);

export async function openDashboard(options: WireServerOptions = {}): Promise<Dashboard> {
  if (!existsSync(BUILT)) throw new Error("the page is not built: npm run build:web");

  const [server, browser] = await Promise.all([openWireServer(options), openBrowser()]);
  const transport = createGrpcTransport({ baseUrl: server.url });
  return {
    server,
    browser,
    producer: createClient(ProducerService, transport),
    admin: createClient(AdminService, transport),
    open: (path = "", pageOptions = {}) => openPageAt(browser, `${server.url}/${path}`, pageOptions),
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.stop();
    },
  };
}

async function openPageAt(browser: Browser, url: string, options: PageOptions): Promise<DashboardPage> {
  const { preferences, ...rest } = options;
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 1_280, height: 800 },
    ...rest,
  });
  if (preferences) {
    await context.addInitScript(
      (kept) => localStorage.setItem("lakh-preferences", kept),
      JSON.stringify(preferences),
    );
  }
  const page = await context.newPage();
  const faults = faultsOf(page, new URL(url).origin);
  await page.goto(url);
  return Object.assign(page, { faults });
}

/** What should never happen on a page, from now on, in the order in which it does. */
export function faultsOf(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    if (/Content Security Policy|Trusted ?(?:Type|HTML|Script)/i.test(text)) faults.push(text);
  });
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== origin) faults.push(`asked ${url.href}`);
  });
  return faults;
}

const AXE = new URL("../../node_modules/axe-core/axe.min.js", import.meta.url);

/** What axe finds against WCAG 2.2 A and AA, one line for each place. */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, html }) => `${id}: ${target} ${html}`));
  });
}

/** How far the page can be scrolled sideways, in pixels: 0 on a page that fits. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => {
    // Asked by doing it: the room that is kept for a scrollbar is part of some widths and not of others.
    const before = { left: scrollX, top: scrollY };
    scrollTo({ left: 100_000, top: before.top, behavior: "instant" });
    const far = scrollX;
    scrollTo({ ...before, behavior: "instant" });
    return far;
  });
}
