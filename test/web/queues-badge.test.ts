// The badge "no workers" in a browser comes and goes with the truth.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { Worker } from "../../src/client/client.ts";
import { openDashboard } from "./dashboard.ts";
import { enqueueMany } from "./job-seeds.ts";

const QUICK = { preferences: { refreshMs: 1_000 } };

function rowOf(page: Page, name: string) {
  const link = page.getByRole("link", { name, exact: true });
  return page.getByRole("table", { name: "Queues" }).locator("tbody tr").filter({ has: link });
}

test("no workers: told after 15 s and not before, not while paused, and gone when one joins", async () => {
  await using dashboard = await openDashboard();
  await enqueueMany(dashboard, 2, () => ({ name: "pdf" }));
  await enqueueMany(dashboard, 2, () => ({ name: "held" }));
  await dashboard.admin.pauseQueues({ names: ["held"] });
  const page = await dashboard.open("queues", QUICK);
  await rowOf(page, "pdf").waitFor();
  const seenAt = Date.now();
  const badge = page.getByText("no workers", { exact: true });
  await rowOf(page, "pdf").getByText("no workers", { exact: true }).waitFor();
  assert.ok(Date.now() - seenAt >= 14_000, `told after ${Date.now() - seenAt} ms`);
  assert.equal(await badge.count(), 1);
  await page.getByRole("link", { name: "Overview", exact: true }).click();
  await page
    .getByText(/^pdf: 2 jobs ready, the oldest for 1\d s, and no worker offers it$/)
    .waitFor({ timeout: 5_000 });
  await dashboard.admin.pauseQueues({ names: ["pdf"] });
  await page.getByText("No warnings").waitFor();
  assert.equal(await badge.count(), 0);
  await dashboard.admin.resumeQueues({ names: ["pdf", "held"] });
  const none = { pdf: () => {}, held: () => {} };
  const worker = new Worker({ url: dashboard.server.url, handlers: none });
  const running = worker.run();
  await page.locator('[data-place="succeeded"] .flow-count').getByText("4", { exact: true }).waitFor();
  assert.equal(await badge.count(), 0);
  await worker.close({ graceMs: 0 });
  await running;
});
