// Ten things that an operator does, by the keyboard alone.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { type Dashboard, type DashboardPage, openDashboard } from "./dashboard.ts";
import { type Seeded, seedJobs } from "./seed-jobs.ts";

describe("by the keyboard alone:", () => {
  let dashboard: Dashboard;
  let seeded: Seeded;
  let page: DashboardPage;
  before(async () => {
    dashboard = await openDashboard();
    seeded = await seedJobs(dashboard);
    page = await dashboard.open("", { permissions: ["clipboard-read", "clipboard-write"] });
    // A mouse would fail the test.
    await page.evaluate(() =>
      addEventListener("pointerdown", () => Object.assign(globalThis, { hasPointed: true })),
    );
    await page.locator("main h1").waitFor();
    page.setDefaultTimeout(15_000);
  });
  // What one leaves open must not spoil the next.
  afterEach(async () => {
    if ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
  });
  after(async () => {
    await seeded?.[Symbol.asyncDispose]();
    await dashboard?.[Symbol.asyncDispose]();
  });

  const keys = async (...pressed: readonly string[]) => {
    for (const key of pressed) await page.keyboard.press(key);
  };
  const heading = (name: string | RegExp) =>
    page.locator("main").getByRole("heading", { level: 1, name }).waitFor();
  /** Tab after Tab until it is there. */
  const tabTo = async (name: RegExp) => {
    for (let i = 0; i < 120; i++) {
      const here = await page.evaluate(() => {
        const { activeElement: at } = document;
        const label = at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : undefined;
        return at?.getAttribute("aria-label") ?? label ?? at?.textContent ?? "";
      });
      if (name.test(here)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`no Tab leads to ${name}`);
  };
  const stateOf = async (id: string) => (await dashboard.producer.getJob({ id })).job?.state;
  const becomes = async (id: string, state: JobState) => {
    for (let tries = 0; tries < 200 && (await stateOf(id)) !== state; tries++) await page.waitForTimeout(25);
    assert.equal(await stateOf(id), state);
  };

  test("1. find a job by its id", async () => {
    await keys("Control+k");
    await page.keyboard.type("charge-14");
    await page.getByRole("option", { name: /Job charge-14/ }).waitFor();
    await keys("Enter");
    await heading("charge-14");
  });

  test("2. retry it", async () => {
    await keys("r");
    await page.getByRole("dialog").waitFor();
    await keys("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    // It fails again, as it always does, and is dead with a second attempt.
    for (let tries = 0; tries < 200; tries++) {
      const { job } = await dashboard.producer.getJob({ id: "charge-14" });
      if (job?.attempt === 2 && job.state === JobState.DEAD) return;
      await page.waitForTimeout(25);
    }
    assert.fail("it was not tried again");
  });

  test("3. copy it as curl", async () => {
    await keys("c");
    await page.getByRole("dialog").waitFor();
    await tabTo(/^Copy as curl$/);
    await keys("Enter");
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^curl -sS .*Enqueue/);
    await keys("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("4. filter jobs, and 5. cancel one of them", async () => {
    await keys("/");
    await page.locator("[data-filter]:focus").waitFor();
    await page.keyboard.type("name:pdf.render");
    await keys("Escape", "Enter");
    await page
      .getByRole("row", { name: /pdf-23/ })
      .first()
      .waitFor();
    await tabTo(/^pdf-\d+$/);
    const id = await page.evaluate(() => document.activeElement?.textContent ?? "");
    await keys("Enter");
    await heading(id);
    await tabTo(/^Cancel/);
    await keys("Enter");
    await page.getByRole("dialog").waitFor();
    await tabTo(/^Cancel (the job|1 job|pdf)/i);
    await keys("Enter");
    await becomes(id, JobState.CANCELLED);
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("6. open a group of dead jobs, and 7. retry the group", async () => {
    await keys("g", "d");
    await heading("Dead");
    await page.getByRole("row", { name: /CardDeclined/ }).waitFor();
    await keys("j", "j", "Enter");
    await heading(/CardDeclined|TypeError|TimeoutError/);
    await keys("g", "d");
    await heading("Dead");
    await page.getByRole("row", { name: /CardDeclined/ }).waitFor();
    await keys("j", "r");
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Retry [\d\s]+ jobs$/ })
      .waitFor();
    await tabTo(/^Retry [\d\s]+ jobs$/);
    await keys("Enter");
    for (let tries = 0; tries < 400; tries++) {
      const { operations } = await dashboard.admin.listOperations({});
      if ((operations[0]?.changed ?? 0n) > 0n) return keys("Escape");
      await page.waitForTimeout(25);
    }
    assert.fail("no operation has changed anything");
  });

  test("8. pause a queue, and resume it", async () => {
    await keys("g", "q");
    await heading("Queues");
    await page.getByRole("row", { name: /mail.digest/ }).waitFor();
    const isPaused = async () => (await dashboard.admin.getQueue({ name: "mail.digest" })).queue?.paused;
    for (const [word, paused] of [
      ["Pause", true],
      ["Resume", false],
    ] as const) {
      await tabTo(new RegExp(`^${word} mail.digest`));
      await keys("Enter");
      for (let tries = 0; tries < 200 && (await isPaused()) !== paused; tries++)
        await page.waitForTimeout(25);
      assert.equal(await isPaused(), paused);
      await page.getByRole("button", { name: `${paused ? "Resume" : "Pause"} mail.digest` }).waitFor();
    }
  });

  test("9. enqueue a job", async () => {
    await keys("e");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("mail.welcome");
    await keys("Control+Enter");
    await page.getByText(/Enqueued as/).waitFor();
    await keys("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  test("10. drain a worker", async () => {
    await keys("g", "w");
    await heading("Workers");
    await page.getByRole("row", { name: /worker-a1/ }).waitFor();
    await keys("j", "d");
    await page.getByRole("dialog").waitFor();
    await tabTo(/^Drain$/);
    await keys("Enter");
    for (let tries = 0; tries < 200; tries++) {
      const { workers } = await dashboard.admin.listWorkers({});
      if (!workers.some(({ workerId, draining }) => workerId === "worker-a1" && !draining)) break;
      await page.waitForTimeout(25);
    }
    const { workers } = await dashboard.admin.listWorkers({});
    assert.ok(!workers.some(({ workerId, draining }) => workerId === "worker-a1" && !draining));
  });

  test("and nobody has pointed at anything", async () => {
    assert.equal(await page.evaluate(() => "hasPointed" in globalThis), false);
    assert.deepEqual(page.faults, []);
  });
});
