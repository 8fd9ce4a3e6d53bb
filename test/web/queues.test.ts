// Queues and one queue in a browser: pausing from the page pauses, rows stay where they are under the pointer, and names of
// dots have their page.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { Worker } from "../../src/client/client.ts";
import { accessibilityFaults, type Dashboard, openDashboard, sidewaysScroll } from "./dashboard.ts";
import { enqueueMany } from "./job-seeds.ts";

const QUICK = { preferences: { refreshMs: 1_000 } };

function rowOf(page: Page, name: string) {
  const link = page.getByRole("link", { name, exact: true });
  return page.getByRole("table", { name: "Queues" }).locator("tbody tr").filter({ has: link });
}

function namesShown(page: Page): Promise<readonly string[]> {
  return page.locator(".queue-name").allTextContents();
}

async function pausedNames({ admin }: Dashboard): Promise<readonly string[]> {
  const { queues } = await admin.listQueues({ pageSize: 1_000 });
  return queues.filter(({ paused }) => paused).map(({ name }) => name);
}

describe("queues:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
    for (const [name, count] of [
      ["a", 3],
      ["b", 2],
      ["c", 2],
      [".", 1],
      ["..", 1],
    ] as const)
      await enqueueMany(dashboard, count, () => ({ name }));
  });
  afterEach(() => Promise.all(dashboard.browser.contexts().map((context) => context.close())));
  after(() => dashboard[Symbol.asyncDispose]());

  test("pausing a row pauses that name, pausing picked rows pauses those, and each is seen at once", async () => {
    const page = await dashboard.open("queues", QUICK);
    await rowOf(page, "a").getByRole("button", { name: "Pause" }).click();
    await rowOf(page, "a").getByText("paused", { exact: true }).waitFor();
    assert.deepEqual(await pausedNames(dashboard), ["a"]);
    await page.getByRole("checkbox", { name: "Pick b" }).check();
    await page.getByRole("checkbox", { name: "Pick c" }).check();
    await page.locator(".picked-bar").getByRole("button", { name: "Pause" }).click();
    await rowOf(page, "c").getByText("paused", { exact: true }).waitFor();
    assert.deepEqual(await pausedNames(dashboard), ["a", "b", "c"]);
    await page.locator(".picked-bar").getByRole("button", { name: "Resume" }).click();
    await rowOf(page, "b").getByText("paused", { exact: true }).waitFor({ state: "detached" });
    await dashboard.admin.resumeQueues({ names: ["a"] });
    await rowOf(page, "a").getByRole("button", { name: "Pause" }).waitFor();
    assert.deepEqual(await pausedNames(dashboard), []);
    assert.deepEqual(page.faults, []);
  });

  test("under the pointer numbers change and rows do not; when it leaves, the order is put right", async () => {
    const page = await dashboard.open("queues?order=ready", QUICK);
    await rowOf(page, "a").waitFor();
    const before = await namesShown(page);
    assert.deepEqual(before.slice(0, 3), ["a", "b", "c"]);
    await rowOf(page, "c").hover();
    await enqueueMany(dashboard, 39, () => ({ name: "c" }));
    await enqueueMany(dashboard, 90, () => ({ name: "new" }));
    await rowOf(page, "c").getByRole("link", { name: "41", exact: true }).waitFor();
    await rowOf(page, "new").waitFor();
    assert.deepEqual(await namesShown(page), [...before, "new"]);
    await page.mouse.move(5, 5);
    await page.locator("tbody tr").first().filter({ hasText: "new" }).waitFor();
    assert.deepEqual((await namesShown(page)).slice(0, 3), ["new", "c", "a"]);
  });

  test("names of one and of two dots have their rows, their pages and their jobs", async () => {
    for (const name of [".", ".."]) {
      const page = await dashboard.open("queues", QUICK);
      await rowOf(page, name).locator(".queue-name").click();
      await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
      assert.equal(new URL(page.url()).pathname, "/queue");
      await page.locator('[data-place="ready"] a').click();
      await page.waitForURL((url) => url.searchParams.get("q") === `state:ready name:${name}`);
      assert.deepEqual(page.faults, []);
    }
  });

  test("a name without jobs says so, and turns into its page with the first", async () => {
    const page = await dashboard.open("queue?name=never", QUICK);
    await page.getByRole("heading", { name: "No job of this name yet" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dashboard.producer.enqueue({ jobs: [{ name: "never" }] });
    await page.locator('[data-place="ready"] .flow-count').getByText("1", { exact: true }).waitFor();
  });

  test("one queue has its workers with their room and its errors, and is paused and emptied from its page", async () => {
    await enqueueMany(dashboard, 3, () => ({ name: "hurt", retry: { maxRetries: 0 } }));
    const handlers = {
      hurt: () => {
        throw new RangeError("out of paper");
      },
    };
    const worker = new Worker({ url: dashboard.server.url, workerId: "printer", handlers, capacity: 4 });
    const running = worker.run();
    const page = await dashboard.open("queue?name=hurt", QUICK);
    await page.locator('[data-place="dead"] .flow-count').getByText("3", { exact: true }).waitFor();
    await page.getByText("RangeError").waitFor();
    const offered = page.getByRole("table", { name: "Connected workers" });
    await offered.getByText("0 of 4").waitFor();
    assert.match(
      (await offered.getByRole("link", { name: "printer" }).getAttribute("href")) ?? "",
      /workers\?id=printer$/,
    );
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("paused", { exact: true }).waitFor();
    assert.deepEqual(await pausedNames(dashboard), ["hurt"]);
    await page.getByRole("button", { name: "Cancel all waiting" }).click();
    await page.getByRole("dialog").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    assert.deepEqual(page.faults, []);
    await worker.close({ graceMs: 0 });
    await running;
    await dashboard.admin.resumeQueues({ names: ["hurt"] });
  });

  test("a phone shows cards without a sideways scroll, for axe too", async () => {
    const page = await dashboard.open("queues", { viewport: { width: 360, height: 800 } });
    await rowOf(page, "a").waitFor();
    assert.ok((await sidewaysScroll(page)) <= 0);
    assert.deepEqual(await accessibilityFaults(page), []);
  });
});
