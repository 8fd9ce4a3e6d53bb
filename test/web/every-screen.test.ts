// Every screen, full and empty, in both themes, on a desk and on a phone: axe finds nothing, nothing is wider than the
// screen, nothing that should never happen has happened.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { SCREENS } from "../../web/shell/screens.ts";
import {
  accessibilityFaults,
  type Dashboard,
  type DashboardPage,
  openDashboard,
  sidewaysScroll,
} from "./dashboard.ts";
import { type Seeded, seedJobs } from "./seed-jobs.ts";

const WIDTHS = [1_280, 360];
const THEMES = ["light", "dark"] as const;

describe("every screen:", () => {
  let dashboard: Dashboard;
  let seeded: Seeded;
  let group = "";
  before(async () => {
    dashboard = await openDashboard({ argv: ["--env-name", "staging", "--env-color", "orange"] });
    seeded = await seedJobs(dashboard);
    group = (await dashboard.admin.listDeadGroups({})).groups[0]?.group ?? "";
  });
  after(async () => {
    await seeded?.[Symbol.asyncDispose]();
    await dashboard?.[Symbol.asyncDispose]();
  });

  const paths = (): Readonly<Record<string, string>> => ({
    ...Object.fromEntries(SCREENS.map((screen) => [screen, screen])),
    queue: "queue?name=billing.charge",
    "an unknown queue": "queue?name=..",
    job: `job?id=${seeded.ids.dead}`,
    "a job that runs": `job?id=${seeded.ids.running}`,
    "an unknown job": "job?id=nobody",
    "a group": `dead?group=${group}&name=billing.charge`,
    retrying: "dead?kind=retrying",
    "a worker": "workers?id=worker-a2",
    "jobs by a filter": "jobs?q=state:dead",
    "a filter that is none": "jobs?q=stat:dead",
  });

  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      test(`${theme}, ${width} px wide`, async () => {
        const page = await dashboard.open("", { viewport: { width, height: 800 }, preferences: { theme } });
        for (const [name, path] of Object.entries(paths())) {
          await page.goto(`${dashboard.server.url}/${path}`);
          await isThere(page);
          assert.deepEqual(await accessibilityFaults(page), [], name);
          assert.ok((await sidewaysScroll(page)) <= 0, `${name} is wider than the screen`);
          assert.deepEqual(page.faults, [], name);
        }
        await page.context().close();
      });
    }
  }

  test("at twice the size of its text nothing is cut off sideways", async () => {
    // 200 % zoom of 1,280 px is what 640 px are.
    const page = await dashboard.open("", { viewport: { width: 640, height: 400 } });
    for (const path of Object.values(paths())) {
      await page.goto(`${dashboard.server.url}/${path}`);
      await isThere(page);
      assert.ok((await sidewaysScroll(page)) <= 0, path);
    }
    await page.context().close();
  });
});

test("empty screens say what to do next", async () => {
  await using dashboard = await openDashboard();
  const teaches: Readonly<Record<string, RegExp>> = {
    "": /Send your first job/,
    queues: /A name appears here with its first job/,
    jobs: /No jobs yet/,
    dead: /A job comes here after its last retry/,
    scheduled: /lakh enqueue NAME --in/,
    workers: /lakh work/,
    operations: /No operations yet/,
  };
  const page = await dashboard.open();
  for (const [path, words] of Object.entries(teaches)) {
    await page.goto(`${dashboard.server.url}/${path}`);
    await page.locator("main").getByText(words).first().waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], path);
  }
  assert.match(await page.locator("main").innerText(), /./);
  assert.deepEqual(page.faults, []);
});

test("axe sees a picture without words, so that nothing found means something", async () => {
  await using dashboard = await openDashboard();
  const page = await dashboard.open("settings");
  await isThere(page);
  await page.evaluate(() => document.querySelector("main")?.append(document.createElement("img")));
  assert.match((await accessibilityFaults(page)).join(), /image-alt/);
});

/** Its heading has come, and nothing waits any more. */
async function isThere(page: DashboardPage): Promise<void> {
  await page.locator("main h1").first().waitFor();
  await page.locator("main").getByText("Loading …").first().waitFor({ state: "detached" });
}
