// The overview in a browser, in front of a server that works: every number is the store's, the strip drifts only while
// jobs flow, and a server that nobody has used shows how to begin.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Page } from "playwright-core";
import { Worker } from "../../src/client/client.ts";
import { accessibilityFaults, type Dashboard, openDashboard, sidewaysScroll } from "./dashboard.ts";
import { enqueueMany } from "./job-seeds.ts";

const QUICK = { preferences: { refreshMs: 1_000 } };
const PLACES = ["scheduled", "ready", "reserved", "succeeded", "retrying", "dead", "cancelled"] as const;

/** What the strip shows, place by place. */
async function shownCounts(page: Page): Promise<Record<string, bigint>> {
  const texts = await page
    .locator("[data-place]")
    .evaluateAll((places) =>
      places.map((place) => [
        place.getAttribute("data-place") ?? "",
        place.querySelector(".flow-count")?.textContent ?? "",
      ]),
    );
  return Object.fromEntries(texts.map(([place = "", text = ""]) => [place, BigInt(text.replace(/\D/g, ""))]));
}

/** What the server has, each job in one place. */
async function storedCounts({ admin }: Dashboard): Promise<Record<string, bigint>> {
  const { overview } = await admin.getOverview({});
  const { jobs } = overview ?? {};
  const counts = PLACES.map((place) => [place, jobs?.[place] ?? 0n] as const);
  return { ...Object.fromEntries(counts), scheduled: (jobs?.scheduled ?? 0n) - (jobs?.retrying ?? 0n) };
}

function placeShows(page: Page, place: string, count: string): Promise<void> {
  return page.locator(`[data-place="${place}"] .flow-count`).getByText(count, { exact: true }).waitFor();
}

/** What moves in the arrow: "drift", or "none". */
function driftOf(page: Page, arrow: string): Promise<string> {
  return page
    .locator(`[data-arrow="${arrow}"] .flow-pipe`)
    .evaluate((pipe) => getComputedStyle(pipe, "::before").animationName);
}

function thicknessAt(page: Page, arrow: string): Promise<number> {
  return page
    .locator(`[data-arrow="${arrow}"] .flow-pipe`)
    .evaluate((pipe) => pipe.getBoundingClientRect().height);
}

describe("the overview:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
  });
  afterEach(() => Promise.all(dashboard.browser.contexts().map((context) => context.close())));
  after(() => dashboard[Symbol.asyncDispose]());

  test("an unused server shows how to begin, with its own address, and turns live with the first job", async () => {
    const page = await dashboard.open("", QUICK);
    await page.getByRole("heading", { name: "Send your first job" }).waitFor();
    const snippets = await page.locator("pre.snippet").allTextContents();
    assert.equal(snippets.length, 2);
    for (const snippet of snippets) assert.ok(snippet.includes(dashboard.server.url), snippet);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("main").getByRole("button", { name: "Enqueue" }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await dashboard.producer.enqueue({ jobs: [{ name: "first" }] });
    await placeShows(page, "ready", "1");
    assert.deepEqual(page.faults, []);
  });

  test("numbers follow the store as jobs come, run, fail and are cancelled, and each leads to its jobs", async () => {
    const page = await dashboard.open("", QUICK);
    await placeShows(page, "ready", "1");
    await enqueueMany(dashboard, 1_200, (i) => ({ id: `work-${i}`, name: "work" }));
    await enqueueMany(dashboard, 7, () => ({ name: "doomed", retry: { maxRetries: 0 } }));
    await enqueueMany(dashboard, 5, () => ({ name: "again", retry: { maxRetries: 3 } }));
    await enqueueMany(dashboard, 4, (i) => ({ id: `gone-${i}`, name: "gone" }));
    await dashboard.producer.cancelJobs({ ids: ["gone-0", "gone-1", "gone-2"] });
    await placeShows(page, "ready", "1\u2009214");
    await placeShows(page, "cancelled", "3");
    const fail = () => {
      throw new Error("no");
    };
    const worker = new Worker({
      url: dashboard.server.url,
      handlers: { work: () => {}, doomed: fail, again: fail },
      capacity: 50,
    });
    const running = worker.run();
    await placeShows(page, "succeeded", "1\u2009200");
    await placeShows(page, "dead", "7");
    await placeShows(page, "retrying", "5");
    await page.locator('[data-arrow="succeeded"].flows').waitFor();
    await worker.close({ graceMs: 0 });
    await running;
    await placeShows(page, "ready", "2");
    assert.deepEqual(await shownCounts(page), await storedCounts(dashboard));
    const row = page.getByRole("table", { name: "Queues" }).locator("tr").filter({ hasText: "doomed" });
    await row.getByRole("link", { name: "7", exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get("q") === "state:dead name:doomed");
    assert.deepEqual(page.faults, []);
  });

  test("arrows drift while jobs flow, are thicker the more there are, and stand still for who wants no motion", async () => {
    await using busy = await openDashboard();
    await enqueueMany(busy, 300, (i) => ({ id: `busy-${i}`, name: i === 0 ? "gone" : "busy" }));
    await busy.producer.cancelJobs({ ids: ["busy-0"] });
    const worker = new Worker({ url: busy.server.url, handlers: { busy: () => {} }, capacity: 50 });
    const running = worker.run();
    const page = await busy.open("", QUICK);
    await placeShows(page, "succeeded", "299");
    await page.locator('[data-arrow="succeeded"].flows').waitFor();
    assert.equal(await driftOf(page, "succeeded"), "drift");
    assert.equal(await driftOf(page, "cancelled"), "drift");
    assert.ok((await thicknessAt(page, "succeeded")) > (await thicknessAt(page, "cancelled")));
    const still = await busy.open("", { ...QUICK, reducedMotion: "reduce" });
    await still.locator('[data-arrow="succeeded"].flows').waitFor();
    assert.equal(await driftOf(still, "succeeded"), "none");
    await worker.close({ graceMs: 0 });
    await running;
  });

  test("where nothing flows nothing drifts, and an arrow is a hairline", async () => {
    await using other = await openDashboard();
    await other.producer.enqueue({
      jobs: [{ name: "later", start: { case: "delay", value: durationFromMs(3_600_000) } }],
    });
    const idle = await other.open("", QUICK);
    await placeShows(idle, "scheduled", "1");
    assert.equal(await driftOf(idle, "succeeded"), "none");
    assert.equal(await thicknessAt(idle, "succeeded"), 1);
  });

  for (const theme of ["light", "dark"]) {
    test(`nothing for axe to find, and nothing to scroll sideways on a phone: ${theme}`, async () => {
      await dashboard.producer.enqueue({ jobs: [{ name: "seen" }] });
      const page = await dashboard.open("", { preferences: { theme } });
      await page.locator(".line-label").first().waitFor();
      assert.deepEqual(await accessibilityFaults(page), []);
      await page.setViewportSize({ width: 360, height: 800 });
      assert.ok((await sidewaysScroll(page)) <= 0);
      assert.deepEqual(await accessibilityFaults(page), []);
    });
  }
});
