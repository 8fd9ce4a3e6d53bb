// Changing many jobs from the page: what was counted is what is changed, what is lost is asked for, what runs is seen.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { RetryJobsResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import { accessibilityFaults, type Dashboard, type DashboardPage, openDashboard } from "./dashboard.ts";
import { answerWith } from "./grpc-web.ts";
import { enqueueDead, enqueueMany } from "./job-seeds.ts";
import { slowOperations } from "./slow-store.ts";

const MANY = 20_000;

function dialogOf(page: DashboardPage): Locator {
  return page.getByRole("dialog");
}

function buttonOf(page: DashboardPage, name: string | RegExp): Locator {
  return page.getByRole("button", { name });
}

/** The row of this job, with the focus. */
async function focusRow(page: DashboardPage, id: string): Promise<Locator> {
  const row = page.locator("tbody tr", { has: page.locator(`a[title="${id}"]`) });
  await row.focus();
  return row;
}

async function countsOf({ admin }: Dashboard, name: string) {
  const { queue } = await admin.getQueue({ name });
  assert.ok(queue?.jobs);
  return queue.jobs;
}

/** What the figure "changed" says, as a number. */
async function changedOf(page: DashboardPage): Promise<number> {
  const text = await page.locator(".figure", { hasText: "changed" }).locator(".value").innerText();
  return Number(text.replaceAll(/\s/g, ""));
}

/** One call after the other as long as it goes on; the slowest hundredth took at least so long. */
async function callWhile(call: () => Promise<unknown>, goesOn: () => boolean) {
  const tookMs: number[] = [];
  while (goesOn()) {
    const startedAt = performance.now();
    await call();
    tookMs.push(performance.now() - startedAt);
  }
  tookMs.sort((a, b) => a - b);
  return { calls: tookMs.length, p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? 0 };
}

describe("an operation from the page:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard({ argv: ["--env-name", "staging"], ...slowOperations(100) });
    await enqueueDead(dashboard, MANY, () => ({ name: "outage" }));
  });
  after(() => dashboard[Symbol.asyncDispose]());

  test("20,000 dead jobs are retried, and those that died after the preview are not", async (t) => {
    const page = await dashboard.open("jobs?q=state:dead+name:outage");
    await buttonOf(page, "Choose all 20\u2009000 matching").click();
    await buttonOf(page, "Retry …").click();
    const run = dialogOf(page).getByRole("button", { name: "Retry 20\u2009000 jobs" });
    await run.waitFor();
    await dialogOf(page).getByText("staging").waitFor();
    await enqueueDead(dashboard, 7, (i) => ({ id: `later-${i}`, name: "outage" }));
    await run.click();

    await dialogOf(page).getByText("matched").waitFor();
    let isOver = false;
    const others = callWhile(
      () => dashboard.producer.enqueue({ jobs: [{ name: "live" }] }),
      () => !isOver,
    );
    const seen = new Set<number>();
    const done = dialogOf(page).getByText("done", { exact: true });
    while ((await done.count()) === 0) seen.add(await changedOf(page));
    isOver = true;
    const { calls, p99Ms } = await others;
    t.diagnostic(
      `${calls} other calls meanwhile, p99 ${p99Ms.toFixed(1)} ms; changed was ${[...seen].join(", ")}`,
    );

    assert.ok(
      [...seen].some((changed) => changed > 0 && changed < MANY),
      "no progress was seen",
    );
    assert.equal(await changedOf(page), MANY);
    const { ready, dead } = await countsOf(dashboard, "outage");
    assert.deepEqual([ready, dead], [BigInt(MANY), 7n]);
    await dialogOf(page).locator(".dialog-foot").getByRole("button", { name: "Close" }).click();
    await page.locator('a[title="later-6"]').waitFor();
    assert.deepEqual(page.faults, []);
  });

  test("a cancel of more than 100 is typed, and stops when it is told to", async () => {
    const page = await dashboard.open("jobs?q=state:ready+name:outage");
    await buttonOf(page, /^Choose all .* matching$/).click();
    await buttonOf(page, "Cancel …").click();
    const run = dialogOf(page).getByRole("button", { name: "Cancel 20\u2009000 jobs" });
    await run.waitFor();
    await dialogOf(page)
      .getByText(/can be taken back by retry for 24 h\./)
      .waitFor();
    assert.equal(await run.isDisabled(), true);
    await dialogOf(page).getByRole("textbox").fill("20000");
    await run.click();
    await dialogOf(page).getByRole("button", { name: "Stop" }).click();
    await dialogOf(page).getByText("stopped", { exact: true }).waitFor();
    const changed = await changedOf(page);
    assert.ok(changed < MANY, "it was over before it could be stopped");
    assert.equal((await countsOf(dashboard, "outage")).cancelled, BigInt(changed));
  });

  test("the dialog may be closed; the notice leads to the operation, which goes on", async () => {
    const page = await dashboard.open("jobs?q=state:ready+name:outage");
    await buttonOf(page, /^Choose all .* matching$/).click();
    await buttonOf(page, "Delete …").click();
    const word = dialogOf(page).getByRole("textbox");
    await word.waitFor();
    assert.equal(await word.evaluate((input) => input === document.activeElement), true);
    const { ready } = await countsOf(dashboard, "outage");
    await page.keyboard.type(String(ready));
    await page.keyboard.press("Enter");
    await dialogOf(page).getByText("matched").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Follow it" }).click();
    await page.getByText("done", { exact: true }).waitFor();
    assert.match(page.url(), /operations\?id=/);
    assert.equal(BigInt(await changedOf(page)), ready);
    assert.equal((await countsOf(dashboard, "outage")).ready, 0n);
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});

describe("the bulk dialog:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
    await enqueueDead(dashboard, 150, () => ({ name: "rotten" }));
    await enqueueDead(dashboard, 20, (i) => ({ id: `dead-${i}`, name: "few" }));
    await enqueueMany(dashboard, 2, (i) => ({ id: `ready-${i}`, name: "few" }));
  });
  after(() => dashboard[Symbol.asyncDispose]());

  test("a delete of more than 100 needs the number typed", async () => {
    const page = await dashboard.open("jobs?q=state:dead+name:rotten");
    await buttonOf(page, /^Choose all/).click();
    await buttonOf(page, "Delete …").click();
    const run = dialogOf(page).getByRole("button", { name: "Delete 150 jobs" });
    await dialogOf(page)
      .getByText(/cannot be taken back/)
      .waitFor();
    assert.equal(await run.isDisabled(), true);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.type("15");
    await page.keyboard.press("Enter");
    assert.equal(await run.isDisabled(), true);
    await page.keyboard.type("0");
    await page.keyboard.press("Enter");
    await dialogOf(page).getByText("done", { exact: true }).waitFor();
    assert.equal((await countsOf(dashboard, "rotten")).dead, 0n);
  });

  test("by the keys alone: pick a range, retry it; the rows that are left are shown", async () => {
    const page = await dashboard.open("jobs?q=state:dead+name:few");
    const row = await focusRow(page, "dead-19");
    await page.keyboard.press("x");
    for (const key of ["j", "j", "X", "r"]) await page.keyboard.press(key);
    await dialogOf(page).getByRole("button", { name: "Retry 3 jobs" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("3 jobs retried.").waitFor();
    await row.waitFor({ state: "detached" });
    assert.equal(await page.getByText(/picked/).count(), 0);
    const { dead, ready } = await countsOf(dashboard, "few");
    assert.deepEqual([dead, ready], [17n, 5n]);
  });

  test("# names the job, and Enter upon it destroys nothing", async () => {
    const before = await countsOf(dashboard, "few");
    const page = await dashboard.open("jobs?q=state:dead+name:few");
    await focusRow(page, "dead-1");
    await page.keyboard.press("#");
    await dialogOf(page).getByRole("button", { name: "Delete 1 job" }).waitFor();
    assert.match(await dialogOf(page).innerText(), /dead-1\b/);
    await page.keyboard.press("Enter");
    await dialogOf(page).waitFor({ state: "detached" });
    assert.equal((await countsOf(dashboard, "few")).dead, before.dead);
  });

  test("what the rules refuse is said before and after, with the reason", async () => {
    const page = await dashboard.open("jobs?q=id:dead-2,ready-0");
    await focusRow(page, "dead-2");
    await page.getByRole("checkbox", { name: "Pick all rows that are shown" }).check();
    await buttonOf(page, "Retry …").click();
    await dialogOf(page).getByText("1 job would be left alone").waitFor();
    await dialogOf(page).getByRole("button", { name: "Retry 1 job" }).click();
    await dialogOf(page).getByText("1 job retried, 1 job left alone:").waitFor();
    assert.match(await dialogOf(page).innerText(), /ready-0\s.*ready/);
  });

  test("a rate becomes the spread of the operation", async () => {
    const page = await dashboard.open("jobs?q=state:dead+name:few");
    await buttonOf(page, /^Choose all/).click();
    await buttonOf(page, "Retry …").click();
    await buttonOf(page, "At a rate").click();
    await dialogOf(page).getByRole("textbox", { name: "Jobs per second" }).fill("0.1");
    const { dead } = await countsOf(dashboard, "few");
    await dialogOf(page)
      .getByRole("button", { name: `Retry ${dead} jobs` })
      .click();
    await dialogOf(page).getByText("done", { exact: true }).waitFor();
    const { operations } = await dashboard.admin.listOperations({});
    assert.equal(operations[0]?.spread?.seconds, dead * 10n);
    assert.equal((await countsOf(dashboard, "few")).scheduled, dead);
  });

  test("a count that is not whole is called so, with how far it came", async () => {
    const page = await dashboard.open("jobs?q=name:few");
    const preview = { matching: 12n, complete: false, searched: 2_100_000n, candidates: 10_000_000n };
    await answerWith(page, "RetryJobs", {
      schema: RetryJobsResponseSchema,
      message: { result: { preview } },
    });
    await buttonOf(page, /^Choose all/).click();
    await buttonOf(page, "Retry …").click();
    await dialogOf(page).getByText("At least").waitFor();
    await dialogOf(page)
      .getByText(/searched 2\.1 of 10 million/)
      .waitFor();
    await dialogOf(page).getByRole("button", { name: "Retry all that match" }).waitFor();
  });
});
