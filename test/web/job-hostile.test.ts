// Text that bites, wherever a job has text: nothing of it runs, and no page grows wider than the screen.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessibilityFaults, type DashboardPage, openDashboard, sidewaysScroll } from "./dashboard.ts";
import { enqueueOne, openJob, stockWorker } from "./job-stand.ts";

const dashboard = await openDashboard();
after(() => dashboard[Symbol.asyncDispose]());

const HTML = `<img src=x onerror="alert(1)"><script>alert(2)</script><svg/onload=alert(3)>`;
const ANSI = "\u001b[31mred\u001b[0m\u0007\u0000";
const RTL = "\u202egnp.exe\u2066\u200b\u0645\u0631\u062d\u0628\u0627";
const LONG = "W".repeat(4_000);
const ID = `<img/src=x/onerror=alert(4)>"'&;{{7*7}}../..${"i".repeat(84)}`;
const WORKER = `<svg/onload=alert(5)>${"w".repeat(107)}`;

async function hostileJob(): Promise<string> {
  const labels = { [HTML]: RTL, [ANSI]: HTML, [RTL]: ANSI, ["k".repeat(128)]: "v".repeat(128) };
  const payload = new TextEncoder().encode(`["${HTML.replaceAll('"', "'")}","${"x".repeat(1_048_000)}"]`);
  const id = await enqueueOne(dashboard, {
    id: ID,
    name: `n${".".repeat(127)}`,
    labels,
    uniqueKey: `${HTML}${RTL}${"u".repeat(100)}`,
    payload: { case: "data", value: payload },
  });
  using worker = stockWorker(dashboard, `n${".".repeat(127)}`, WORKER);
  const delivery = await worker.reserve();
  await worker.report(delivery, { case: "extend", value: { progress: { fraction: 0.5, text: HTML + RTL } } });
  const error = {
    class: `${HTML}${"C".repeat(100)}`,
    message: `${HTML}${ANSI}${RTL}${LONG}`.slice(0, 4_000),
    stack: `${HTML}\n${ANSI}${RTL}\n${"s".repeat(16_000)}`,
  };
  await worker.report(delivery, { case: "fail", value: { error, final: true } });
  return id;
}

async function expectCalm(page: DashboardPage): Promise<void> {
  assert.equal(await sidewaysScroll(page), 0);
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll("main p, main dd, main h1, main li")]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map((one) => one.outerHTML.slice(0, 200)),
  );
  assert.deepEqual(wide, [], "nothing is cut off at the side");
  assert.equal(await page.locator("main img, main script, main svg[onload]").count(), 0);
  assert.deepEqual(page.faults, []);
}

test("hostile text runs nothing and breaks no layout, on a phone and on a desk", async () => {
  const id = await hostileJob();
  for (const width of [360, 1_280]) {
    const page = await openJob(dashboard, id, { viewport: { width, height: 800 } });
    await page.locator("summary", { hasText: "Stack" }).click();
    await page.locator(".stack").waitFor();
    await expectCalm(page);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("button", { name: "Copy as" }).click();
    await page.locator(".call-text").waitFor();
    await expectCalm(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Enqueue a copy" }).click();
    await page.getByRole("dialog").getByLabel("Name").waitFor();
    await expectCalm(page);
    await page.context().close();
  }
});

test("a hostile job is enqueued again as it is, label for label and byte for byte", async () => {
  const page = await openJob(dashboard, ID);
  await page.getByRole("button", { name: "Enqueue a copy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enqueue" }).click();
  const link = page.getByRole("dialog").getByRole("status").getByRole("link");
  const copyId = (await link.textContent()) ?? "";
  const [one, other] = await Promise.all([ID, copyId].map((id) => dashboard.producer.getJob({ id })));
  for (const field of ["name", "payload", "labels", "uniqueKey", "retry"] as const) {
    assert.deepEqual(other?.job?.[field], one?.job?.[field], field);
  }
  assert.deepEqual(page.faults, []);
});
