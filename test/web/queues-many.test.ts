// Thousands of names: the page stays quick, and every one of them is found.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { openDashboard } from "./dashboard.ts";
import { enqueueMany } from "./job-seeds.ts";

function namesShown(page: Page): Promise<readonly string[]> {
  return page.locator(".queue-name").allTextContents();
}

test("of thousands of names two hundred are drawn, then more, up to a thousand, and all are found by how they begin", async () => {
  await using dashboard = await openDashboard();
  await enqueueMany(dashboard, 1_500, (i) => ({ name: `tenant-${String(i).padStart(4, "0")}` }));
  const page = await dashboard.open("queues");
  await page.getByText("And 1\u2009300 more queues").waitFor();
  assert.equal((await namesShown(page)).length, 200);
  for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Show 200 more" }).click();
  await page.getByText("And 500 more queues").waitFor();
  assert.equal((await namesShown(page)).length, 1_000);
  assert.equal(await page.getByRole("button", { name: "Show 200 more" }).count(), 0);
  const last = page.getByRole("link", { name: "tenant-1499", exact: true });
  assert.equal(await last.count(), 0);
  await page.getByRole("searchbox", { name: "Names that contain" }).fill("tenant-14");
  await last.waitFor();
  await page.getByRole("searchbox", { name: "Names that contain" }).fill("-0007");
  await page.waitForFunction(() => document.querySelectorAll(".queue-name").length === 1);
  assert.deepEqual(await namesShown(page), ["tenant-0007"]);
  assert.deepEqual(page.faults, []);
});
