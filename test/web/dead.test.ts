// Dead jobs by what went wrong: errors that differ in ids, numbers and addresses alone are one row, and to bring one group
// back leaves the others where they are.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type Dashboard, type DashboardPage, openDashboard } from "./dashboard.ts";
import { enqueueDead } from "./job-seeds.ts";
import { type Seeded, seedJobs } from "./seed-jobs.ts";

describe("dead jobs:", () => {
  let dashboard: Dashboard;
  let seeded: Seeded;
  let page: DashboardPage;
  before(async () => {
    dashboard = await openDashboard();
    seeded = await seedJobs(dashboard);
    page = await dashboard.open("dead");
  });
  after(async () => {
    await seeded?.[Symbol.asyncDispose]();
    await dashboard?.[Symbol.asyncDispose]();
  });

  const rows = () => page.locator("main tbody tr");

  test("160 jobs with 160 messages are three rows, the largest first, with what differs as holes", async () => {
    await rows().first().waitFor();
    assert.equal(await rows().count(), 3);
    const counts = await page.locator(".group-count").allInnerTexts();
    assert.deepEqual(counts, ["126", "22", "12"]);
    const holes = await rows().first().locator(".hole").allInnerTexts();
    assert.deepEqual(holes, ["ip", "n"]);
  });

  test("a group shows one of its jobs in full, what its members have in common, and who they are", async () => {
    await page.getByRole("link", { name: "CardDeclined" }).click();
    await page.getByRole("heading", { level: 1, name: "CardDeclined" }).waitFor();
    await page.locator(".stack").waitFor();
    assert.match(await page.locator(".sample").innerText(), /card ending in \d+ was declined/);
    const labels = await page.locator(".differences li").allInnerTexts();
    assert.ok(labels.some((text) => /tenant/.test(text)) && labels.some((text) => /%/.test(text)));
    await page
      .getByRole("row", { name: /charge-\d+/ })
      .first()
      .waitFor();
    const { searchParams } = new URL(page.url());
    assert.ok(searchParams.get("group"), "the address says which");
  });

  test("retrying a group touches its jobs, and no others", async () => {
    const before = await groups(dashboard);
    await page.getByRole("button", { name: /^Retry 22 jobs/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Retry 22 jobs/ })
      .click();
    // They fail again at once: their second attempt is what tells them apart.
    const attempted = async () => {
      const { jobs } = await dashboard.admin.listJobs({
        filter: { states: [JobState.DEAD], attempt: { least: 2 } },
        pageSize: 1_000,
      });
      return jobs;
    };
    for (let tries = 0; tries < 400 && (await attempted()).length < 22; tries++)
      await page.waitForTimeout(25);
    const again = await attempted();
    assert.equal(again.length, 22);
    assert.ok(again.every(({ lastError }) => lastError?.class === "CardDeclined"));
    assert.deepEqual(await groups(dashboard), before, "and all groups are as large as before");
    assert.deepEqual(page.faults, []);
  });

  test("an outage shows among those that retry, before its jobs are dead", async () => {
    await page.goto(`${dashboard.server.url}/dead?kind=retrying`);
    await page.getByText("shard").first().waitFor();
    assert.deepEqual(await page.locator(".group-count").allInnerTexts(), ["20"]);
  });
});

test("a group of 10,000 is brought back from its row: counted first, followed while it goes, and no other is touched", async () => {
  await using dashboard = await openDashboard();
  await enqueueDead(dashboard, 10_000, () => ({ name: "outage" }));
  await enqueueDead(dashboard, 500, () => ({ name: "other" }));
  const page = await dashboard.open("dead");
  await page.getByRole("button", { name: /^Retry 10\s?000 jobs of outage/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: /^Retry 10\s?000 jobs$/ }).click();
  await dialog.getByText("changed").waitFor();
  await dialog.getByText("done", { exact: true }).waitFor();
  const changed = await page.locator(".figure", { hasText: "changed" }).locator(".value").innerText();
  assert.equal(changed.replaceAll(/\D/g, ""), "10000");
  const jobsOf = async (name: string) => (await dashboard.admin.getQueue({ name })).queue?.jobs;
  assert.deepEqual([(await jobsOf("outage"))?.ready, (await jobsOf("outage"))?.dead], [10_000n, 0n]);
  assert.equal((await jobsOf("other"))?.dead, 500n);
  assert.deepEqual(page.faults, []);
});

async function groups({ admin }: Dashboard): Promise<Readonly<Record<string, bigint>>> {
  const { groups } = await admin.listDeadGroups({});
  return Object.fromEntries(groups.map(({ errorClass, jobs }) => [errorClass, jobs]));
}
