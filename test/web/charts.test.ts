// Charts in a browser: they hold their history over a restart, take their room before they have come, follow the theme,
// and lead to the jobs of a stretch of time. What draws them writes no HTML.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, afterEach, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { parseFilter } from "../../src/client/filter.ts";
import { openDirectory } from "../wire/wire-server.ts";
import { type Dashboard, openDashboard } from "./dashboard.ts";
import { enqueueMany } from "./job-seeds.ts";

const ASSETS = new URL("../../dist/web/assets/", import.meta.url);

/** All that was accepted in steps that have ended. */
async function accepted({ admin }: Dashboard): Promise<number> {
  const { history } = await admin.getHistory({});
  return (history?.enqueued ?? []).reduce((sum, jobs) => sum + (jobs > 0 ? jobs : 0), 0);
}

async function acceptedUntil(dashboard: Dashboard, count: number): Promise<void> {
  while ((await accepted(dashboard)) < count);
}

/** Jobs per second, row by row, as the table of the throughput has them. */
async function tabledRates(page: Page): Promise<readonly number[]> {
  const chart = page.getByRole("figure", { name: "Throughput" });
  await chart.getByText("As a table").click();
  const cells = await chart.locator("tbody tr td:nth-child(2)").allTextContents();
  return cells.map((text) => Number.parseFloat(text.replaceAll("\u2009", "")) || 0);
}

/** The colours that the canvas of the chart has, as `r,g,b`. */
function inks(page: Page, title: string): Promise<readonly string[]> {
  return page
    .getByRole("figure", { name: title })
    .locator("canvas")
    .evaluate((canvas) => {
      const { data } =
        (canvas as HTMLCanvasElement)
          .getContext("2d")
          ?.getImageData(0, 0, (canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height) ??
        {};
      const seen = new Set<string>();
      for (let i = 0; data && i < data.length; i += 4)
        if (data[i + 3] === 255) seen.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
      return [...seen];
    });
}

test("what draws the charts is a chunk of its own, writes no HTML, and is not loaded by a page without charts", async () => {
  const files = (await readdir(ASSETS)).filter((name) => name.endsWith(".js"));
  const chunks = files.filter((name) => name.startsWith("plot-"));
  assert.equal(chunks.length, 1);
  const text = await readFile(new URL(chunks[0] ?? "", ASSETS), "utf8");
  assert.match(text, /u-over/, "this is not what draws");
  assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
  for (const name of files.filter((other) => !chunks.includes(other)))
    assert.doesNotMatch(await readFile(new URL(name, ASSETS), "utf8"), /"u-over"/, `${name} draws too`);
});

test("a chart holds its history over a restart, and marks it", async () => {
  await using directory = await openDirectory();
  const { store } = directory;
  {
    await using first = await openDashboard({ store });
    await enqueueMany(first, 900, () => ({ name: "old" }));
    await acceptedUntil(first, 900);
  }
  await using second = await openDashboard({ store });
  assert.equal(await accepted(second), 900);
  const page = await second.open();
  await page.locator(".line-label").first().waitFor();
  const rates = await tabledRates(page);
  // Rows of 10 s: 900 jobs were at least 90 a second in one or 45 in two.
  assert.ok(Math.max(...rates) >= 45, `the table has ${rates}`);
  const told = await page.getByText(/^The server started at /).textContent();
  assert.equal(told?.match(/\(\d+\.\d+\.\d+/g)?.length, 2);
  assert.deepEqual(page.faults, []);
});

describe("charts:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
    await enqueueMany(dashboard, 300, () => ({ name: "a" }));
    await acceptedUntil(dashboard, 300);
  });
  afterEach(() => Promise.all(dashboard.browser.contexts().map((context) => context.close())));
  after(() => dashboard[Symbol.asyncDispose]());

  test("what has come is drawn without asking for the window again", async () => {
    const page = await dashboard.open();
    const asked: number[] = [];
    page.on("response", async (response) => {
      if (response.url().endsWith("/GetHistory")) asked.push((await response.body()).length);
    });
    await page.locator(".line-label").first().waitFor();
    await enqueueMany(dashboard, 200, () => ({ name: "a" }));
    const chart = page.getByRole("figure", { name: "Jobs that wait or run" });
    await chart.getByText("500", { exact: true }).last().waitFor();
    const latest = asked.at(-1) ?? 0;
    assert.ok(latest > 0 && latest < 3_000, `${latest} bytes for a few seconds`);
  });

  test("charts take their room before their lines come, and move nothing", async () => {
    const page = await dashboard.open("settings");
    await page.addInitScript(() => {
      const kept = globalThis as unknown as { shift: number };
      kept.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) kept.shift += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.route("**/assets/plot-*.js", async (route) => {
      await page.locator(".chart").last().waitFor();
      await route.continue();
    });
    await page.goto(dashboard.server.url);
    const chart = page.locator(".chart").first();
    await chart.waitFor();
    const early = await chart.boundingBox();
    await page.locator(".line-label").first().waitFor();
    assert.deepEqual(await chart.boundingBox(), early);
    const shift = await page.evaluate(() => (globalThis as unknown as { shift: number }).shift);
    assert.ok(shift <= 0.02, `moved by ${shift}`);
  });

  test("another theme is another colour of the lines, at once", async () => {
    const page = await dashboard.open("", { preferences: { theme: "light" } });
    await page.locator(".line-label").first().waitFor();
    const light = "27,95,196";
    assert.ok((await inks(page, "Jobs that wait or run")).includes(light));
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.locator(".line-label").first().waitFor();
    const dark = await inks(page, "Jobs that wait or run");
    assert.ok(dark.includes("127,178,255") && !dark.includes(light));
  });

  test("the window is in the address, and a time of which nothing is known says so", async () => {
    const page = await dashboard.open();
    await page.locator(".line-label").first().waitFor();
    await page.getByRole("button", { name: "30 d" }).click();
    await page.waitForURL((url) => url.searchParams.get("window") === "30d");
    await page
      .getByRole("figure", { name: "Wait until reserved" })
      .getByText("Nothing is known of this time")
      .waitFor();
    await page.reload();
    assert.equal(await page.getByRole("button", { name: "30 d" }).getAttribute("aria-pressed"), "true");
  });

  test("drawing over a chart offers the jobs of that time, and so does each row of its table", async () => {
    const page = await dashboard.open();
    const over = page.locator(".u-over").first();
    const box = await over.boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 40, { steps: 4 });
    await page.mouse.up();
    const link = page.getByRole("link", { name: /^from .+ to / });
    const rangeOf = (href: string | null) => {
      const q = new URL(href ?? "", dashboard.server.url).searchParams.get("q") ?? "";
      const { since, before } = parseFilter(q, { now: 0 }).enqueued ?? {};
      return Number(before?.seconds ?? 0n) - Number(since?.seconds ?? 0n);
    };
    const spanS = rangeOf(await link.getAttribute("href"));
    assert.ok(Math.abs(spanS - 75) <= 5, `${spanS} s of a quarter of five minutes`);
    const chart = page.getByRole("figure", { name: "Throughput" });
    await chart.getByText("As a table").click();
    assert.equal(rangeOf(await chart.locator("tbody th a").nth(2).getAttribute("href")), 10);
    await link.click();
    await page.waitForURL(/\/jobs\?q=since/);
    assert.deepEqual(page.faults, []);
  });
});
