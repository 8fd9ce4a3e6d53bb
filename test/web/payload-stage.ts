// The page of payload-page.tsx in a browser, under the policy that the server gives its own page. What should never
// happen there is kept, and fails the test that asks.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { CONTENT_SECURITY_POLICY } from "../../src/server/page.ts";
import { openBrowser } from "../wire/chromium.ts";
import { faultsOf } from "./dashboard.ts";
import type { Stage } from "./payload-page.tsx";

export interface PayloadStage extends AsyncDisposable {
  open(options?: StageOptions): Promise<StagePage>;
}

export interface StageOptions {
  /** CSS pixels. Default: 1,280. */
  readonly width?: number;
  /** As on plain HTTP beyond loopback. Default: with a clipboard that the test may read. */
  readonly hasNoClipboard?: boolean;
}

export interface StagePage extends Page {
  readonly faults: readonly string[];
}

/** The types of what the page has, for functions that run in it. */
export type StageGlobals = { readonly stage: Stage; readonly bitten?: unknown };

const HTML = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Payload</title>
<link rel="stylesheet" href="payload-page.css"></head>
<body><main><h1>Payload</h1><div id="page"></div></main><script src="payload-page.js"></script></body></html>`;

export async function openPayloadStage(): Promise<PayloadStage> {
  const files = await bundled();
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const file = files.get(path);
    response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
    response.setHeader("content-type", typeOf(path));
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await openBrowser();
  return {
    open: (options = {}) => openStagePage(browser, url, options),
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundled(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("payload-page.tsx", import.meta.url))],
    bundle: true,
    format: "iife",
    jsx: "automatic",
    outdir: "/",
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return new Map([["/", HTML], ...outputFiles.map(({ path, text }) => [path, text] as const)]);
}

function typeOf(path: string): string {
  if (path.endsWith(".js")) return "text/javascript";
  return path.endsWith(".css") ? "text/css" : "text/html";
}

async function openStagePage(browser: Browser, url: string, options: StageOptions): Promise<StagePage> {
  const { width = 1_280, hasNoClipboard = false } = options;
  const permissions = hasNoClipboard ? [] : ["clipboard-read", "clipboard-write"];
  const context = await browser.newContext({ viewport: { width, height: 800 }, permissions });
  if (hasNoClipboard)
    await context.addInitScript(
      "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })",
    );
  const page = await context.newPage();
  const faults = faultsOf(page, new URL(url).origin);
  await page.goto(url);
  return Object.assign(page, { faults });
}
