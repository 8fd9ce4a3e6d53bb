// What a reader chooses holds at once, in every tab, and the next time.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Dashboard, openDashboard } from "./dashboard.ts";

describe("settings:", () => {
  let dashboard: Dashboard;
  before(async () => {
    dashboard = await openDashboard();
  });
  after(() => dashboard?.[Symbol.asyncDispose]());

  test("a theme holds at once, in other tabs, and after a reload", async () => {
    const page = await dashboard.open("settings", { colorScheme: "light" });
    const theme = (of = page) => of.evaluate(() => document.documentElement.dataset.theme);
    const choose = (name: string) =>
      page.getByRole("group", { name: "Theme" }).getByRole("button", { name }).click();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    assert.equal(await theme(), "light", "the system's, where nothing was chosen");
    const other = await page.context().newPage();
    await other.goto(`${dashboard.server.url}/settings`);
    await choose("Dark");
    assert.equal(await theme(), "dark");
    await other.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await page.reload();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    assert.equal(await theme(), "dark");
    await choose("System");
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, colorScheme);
    }
    await page.context().close();
  });

  test("single keys that are turned off do nothing; the palette still opens", async () => {
    const page = await dashboard.open("settings", { preferences: { singleKeys: false } });
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.keyboard.press("?");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Go to" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/settings");
    await page.context().close();
  });

  test("what somebody else has written to the storage is no reason not to start", async () => {
    const page = await dashboard.open("settings");
    await page.evaluate(() => localStorage.setItem("lakh-preferences", "{ no JSON"));
    await page.reload();
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test("? lists the keys that work here", async () => {
    const page = await dashboard.open("settings");
    await page.getByRole("heading", { name: "Settings" }).waitFor();
    await page.keyboard.press("?");
    const keys = page.getByRole("dialog", { name: "Keys" });
    await keys.getByText("go to the queues").waitFor();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("q");
    await page.getByRole("heading", { level: 1, name: "Queues" }).waitFor();
    await page.context().close();
  });
});
