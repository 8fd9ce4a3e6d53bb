// The screen Jobs in a browser: every job once, news that waits, nothing that claims "none" too early, exports.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { WhoAmIResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Role } from "../../src/gen/lakh/v1/system_pb.ts";
import {
  accessibilityFaults,
  type Dashboard,
  type DashboardPage,
  openDashboard,
  sidewaysScroll,
} from "./dashboard.ts";
import { answerWith } from "./grpc-web.ts";
import { enqueueMany } from "./job-seeds.ts";

const PAGED = 1_000;
const SLOW = 20_000;

function rowsOf(page: DashboardPage): Locator {
  return page.getByRole("region", { name: "Jobs" }).locator("tbody tr");
}

async function idsOf(page: DashboardPage): Promise<readonly string[]> {
  return page
    .locator("a.job-id")
    .evaluateAll((links) => links.map((link) => link.getAttribute("title") ?? ""));
}

describe("the jobs:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
    const value = Buffer.alloc(2_000, "x");
    await enqueueMany(dashboard, SLOW, () => ({ name: "slow", payload: { case: "data", value } }));
    await enqueueMany(dashboard, PAGED, (i) => ({ id: `paged-${i}`, name: "paged", priority: i % 3 }));
  });
  after(() => dashboard[Symbol.asyncDispose]());

  test("paging through 1,000 jobs shows each of them once, and back again", async () => {
    const page = await dashboard.open("jobs?q=name:paged");
    const seen: string[] = [];
    const next = page.getByRole("button", { name: "Next" });
    for (let number = 0; ; number++) {
      await page.getByText(`${number * 50 + 1} to ${number * 50 + 50}`, { exact: true }).waitFor();
      seen.push(...(await idsOf(page)));
      if (await next.isDisabled()) break;
      await next.click();
    }
    assert.equal(seen.length, PAGED);
    assert.equal(new Set(seen).size, PAGED);
    await page.getByRole("button", { name: "Previous" }).click();
    await page.getByText("901 to 950", { exact: true }).waitFor();
    assert.deepEqual(await idsOf(page), seen.slice(900, 950));
    assert.deepEqual(page.faults, []);
  });

  test("a job that comes while one looks waits behind a button, and no row moves", async () => {
    const page = await dashboard.open("jobs?q=name:paged", { preferences: { refreshMs: 1_000 } });
    await rowsOf(page).nth(49).waitFor();
    const before = await idsOf(page);
    await page.getByText("Live", { exact: true }).waitFor();
    await enqueueMany(dashboard, 3, (i) => ({ id: `late-${i}`, name: "paged" }));
    await enqueueMany(dashboard, 2, (i) => ({ id: `other-${i}`, name: "other" }));
    await page.getByRole("button", { name: "3 new" }).waitFor();
    assert.deepEqual(await idsOf(page), before);
    await page.getByRole("button", { name: "3 new" }).click();
    await page.locator('a[title="late-2"]').waitFor();
    assert.equal(await page.getByRole("button", { name: /new$/ }).count(), 0);
    const cancelled = dashboard.producer.cancelJobs({ ids: ["late-0"] });
    await rowsOf(page).filter({ hasText: "late-0" }).getByText("cancelled").waitFor();
    await cancelled;
    assert.equal((await idsOf(page)).includes("late-0"), true);
  });

  test("a slow search says how far it came, and says none only at its end", async () => {
    const page = await dashboard.open("jobs?q=name:slow+payload:needle");
    const soFar = page.getByText(/None so far, searched [\d\u2009]+ of 20\u2009000/);
    const none = page.getByRole("heading", { name: "No job matches" });
    await soFar.or(none).first().waitFor();
    assert.equal(await none.count(), 0, "it said none before it had looked at all");
    await none.waitFor();
  });

  test("nothing matches: the term that removed all is named, and dropped by one press", async () => {
    const page = await dashboard.open("jobs?q=state:ready+name:paged+priority:>5");
    await page.getByText("One term removed everything").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: "Drop priority:>5" }).click();
    await rowsOf(page).nth(49).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("q"), "state:ready name:paged");
  });

  test("an export has every job that matches, with its payload to the byte", async () => {
    const payloads = ['{"n":9007199254740993,"n":1.0,"x":1e400}', "\u0000\u00ff\u00fd", ""];
    await enqueueMany(dashboard, payloads.length, (i) => ({
      id: `exact-${i}`,
      name: "exact",
      payload: { case: "data", value: Buffer.from(payloads[i] ?? "", "latin1") },
    }));
    await enqueueMany(dashboard, 1_500, (i) => ({ id: `bulky-${i}`, name: "exact" }));
    const page = await dashboard.open("jobs?q=name:exact");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Export NDJSON" }).click(),
    ]);
    const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\n");
    const jobs = new Map(lines.map((line) => JSON.parse(line)).map((job) => [job.id, job]));
    assert.equal(lines.length, payloads.length + 1_500);
    assert.equal(jobs.size, lines.length);
    for (const [i, payload] of payloads.entries())
      assert.equal(Buffer.from(jobs.get(`exact-${i}`).data, "base64").toString("latin1"), payload);
    await page.getByText("Exported 1\u2009503 jobs.").waitFor();
  });

  test("columns are chosen and kept, and a phone shows cards without a sideways scroll", async () => {
    const page = await dashboard.open("jobs?q=name:paged", { viewport: { width: 360, height: 800 } });
    await rowsOf(page).nth(49).waitFor();
    assert.ok((await sidewaysScroll(page)) <= 0);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.setViewportSize({ width: 1_280, height: 800 });
    await page.locator("summary", { hasText: "Columns" }).click();
    await page.getByRole("checkbox", { name: "Priority" }).uncheck();
    await page.getByRole("checkbox", { name: "Unique key" }).check();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("columnheader", { name: "Unique key" }).waitFor();
    assert.equal(await page.getByRole("columnheader", { name: "Priority" }).count(), 0);
  });
});

test("who may only look sees the jobs, and nothing to do with them", async () => {
  await using dashboard = await openDashboard();
  await enqueueMany(dashboard, 1, () => ({ id: "a", name: "mail" }));
  const page = await dashboard.open();
  const isAllowed = () => page.getByRole("button", { name: "Choose all 1 matching" }).waitFor();
  await page.goto(`${dashboard.server.url}/jobs`);
  await isAllowed();
  await answerWith(page, "WhoAmI", { schema: WhoAmIResponseSchema, message: { role: Role.VIEWER } });
  await page.reload();
  const row = page.getByRole("region", { name: "Jobs" }).locator("tbody tr");
  await row.focus();
  for (const key of ["x", "r", "#"]) await page.keyboard.press(key);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await page.getByRole("checkbox", { name: /^Pick/ }).count(), 0);
  assert.equal(await page.getByRole("button", { name: /Choose all|Retry|Delete|Cancel/ }).count(), 0);
});

test("no jobs at all: the screen says how the first one comes", async () => {
  await using dashboard = await openDashboard();
  const page = await dashboard.open("jobs");
  await page.getByRole("heading", { name: "No jobs yet" }).waitFor();
  await page.getByRole("button", { name: "Enqueue a job" }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});
