// The filter bar in a browser: written with the keys alone, mistakes under their word, states by one press.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Locator } from "playwright-core";
import { accessibilityFaults, type Dashboard, type DashboardPage, openDashboard } from "./dashboard.ts";
import { enqueueDead, enqueueMany } from "./job-seeds.ts";

function filterOf(page: DashboardPage): Locator {
  return page.getByRole("combobox", { name: "Filter" });
}

function queryOf(page: DashboardPage): string | null {
  return new URL(page.url()).searchParams.get("q");
}

/** Rows that are shown. */
function rowsOf(page: DashboardPage): Locator {
  return page.getByRole("region", { name: "Jobs" }).locator("tbody tr");
}

describe("the filter bar:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard();
    await enqueueMany(dashboard, 5, (i) => ({ id: `mail-${i}`, name: "mail.send" }));
    await enqueueMany(dashboard, 3, (i) => ({
      id: `pdf-${i}`,
      name: "pdf.render",
      labels: { tenant: "42" },
    }));
    await enqueueDead(dashboard, 2, (i) => ({ id: `dead-${i}`, name: "mail.send" }));
  });
  after(() => dashboard[Symbol.asyncDispose]());

  test("a filter is written with the keys alone, from the first key to the jobs", async () => {
    const page = await dashboard.open("jobs");
    await rowsOf(page).nth(9).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("na");
    await page.getByRole("option", { name: /^name:/ }).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await filterOf(page).inputValue(), "name:");
    await page.getByRole("option", { name: /pdf\.render/ }).waitFor();
    await page.keyboard.type("p");
    await page.getByRole("option", { name: /mail\.send/ }).waitFor({ state: "hidden" });
    await page.keyboard.press("ArrowDown");
    const active = await filterOf(page).getAttribute("aria-activedescendant");
    assert.match(await page.locator(`[id="${active}"]`).innerText(), /pdf\.render/);
    await page.keyboard.press("Enter");
    await page.keyboard.type("label.te");
    await page.getByRole("option", { name: /tenant/ }).waitFor();
    await page.keyboard.press("Enter");
    assert.equal(await filterOf(page).inputValue(), "name:pdf.render label.tenant:");
    assert.equal(queryOf(page), null, "what is no filter yet is not sent");
    await page.keyboard.type("42");
    await page.keyboard.press("Enter");
    await rowsOf(page).nth(3).waitFor({ state: "detached" });
    assert.equal(await rowsOf(page).count(), 3);
    assert.equal(queryOf(page), "name:pdf.render label.tenant:42");
    assert.deepEqual(page.faults, []);
  });

  test("Escape closes the suggestions, and Tab then goes on", async () => {
    const page = await dashboard.open("jobs");
    await filterOf(page).click();
    await page.keyboard.type("st");
    await page.getByRole("option", { name: /^state:/ }).waitFor();
    assert.equal(await filterOf(page).getAttribute("aria-expanded"), "true");
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press("Escape");
    assert.equal(await filterOf(page).getAttribute("aria-expanded"), "false");
    await page.keyboard.press("Tab");
    assert.equal(await filterOf(page).inputValue(), "st");
    assert.equal(await filterOf(page).evaluate((input) => input === document.activeElement), false);
  });

  test("a wrong word is underlined, with the nearest that is known, which one press puts in its place", async () => {
    const page = await dashboard.open("jobs");
    await filterOf(page).fill("state:dead nme:mail.send");
    await page.keyboard.press("Enter");
    const mistake = page.getByRole("alert");
    await mistake.waitFor();
    assert.equal(await page.locator("mark").innerText(), "nme");
    assert.equal(await filterOf(page).getAttribute("aria-invalid"), "true");
    const [word, said] = [
      await page.locator("mark").boundingBox(),
      await mistake.locator(".wrong").boundingBox(),
    ];
    assert.ok(word && said);
    assert.ok(Math.abs(word.x - said.x) <= 2, `the word is at ${word.x}, what is wrong with it at ${said.x}`);
    assert.ok(said.y >= word.y + word.height);
    assert.deepEqual(await accessibilityFaults(page), []);
    await mistake.getByRole("button", { name: "Did you mean name?" }).click();
    await rowsOf(page).nth(1).waitFor();
    assert.equal(queryOf(page), "state:dead name:mail.send");
  });

  test("half a word is no mistake while it is written", async () => {
    const page = await dashboard.open("jobs");
    await filterOf(page).click();
    await page.keyboard.type("state:de");
    await page.getByRole("option", { name: /^dead/ }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    await page.keyboard.press("Escape");
    await page.keyboard.type(" name:a");
    await page.getByRole("alert").waitFor();
    assert.equal(await page.locator("mark").innerText(), "de");
  });

  test("the states are chips with their counts, of the name that is asked for", async () => {
    const page = await dashboard.open("jobs");
    const chip = (name: RegExp) => page.getByRole("group", { name: "States" }).getByRole("button", { name });
    await chip(/^dead 2$/).waitFor();
    await chip(/^ready 8$/).click();
    await rowsOf(page).nth(8).waitFor({ state: "detached" });
    assert.equal(queryOf(page), "state:ready");
    await page.goto(`${dashboard.server.url}/jobs?q=name:mail.send`);
    await chip(/^ready 5$/).waitFor();
    await chip(/^dead 2$/).click();
    await rowsOf(page).nth(2).waitFor({ state: "detached" });
    assert.equal(await rowsOf(page).count(), 2);
    await page.goBack();
    await rowsOf(page).nth(6).waitFor();
    assert.equal(await filterOf(page).inputValue(), "name:mail.send");
  });
});
