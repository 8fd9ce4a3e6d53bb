// The enqueue drawer in a real browser: what is wrong is told at its field, and what was written is not lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { accessibilityFaults, type DashboardPage, openDashboard } from "./dashboard.ts";
import { enqueueOne } from "./job-stand.ts";

const dashboard = await openDashboard();
after(() => dashboard[Symbol.asyncDispose]());

async function openDrawer(options = {}): Promise<DashboardPage> {
  const page = await dashboard.open("settings", options);
  await page.getByRole("button", { name: "Enqueue" }).click();
  await page.getByRole("dialog").getByLabel("Name").waitFor();
  return page;
}

const dialog = (page: DashboardPage) => page.getByRole("dialog");
const answer = (page: DashboardPage) => dialog(page).getByRole("status").getByRole("link");
const payload = (page: DashboardPage) => dialog(page).getByLabel("Payload", { exact: true });

/** What is told as wrong below the field that has the focus. */
async function wrongAtFocus(page: DashboardPage): Promise<string> {
  const handle = await page.waitForFunction(() => {
    const field = document.activeElement;
    if (field?.getAttribute("aria-invalid") !== "true") return undefined;
    return document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent;
  });
  return (await handle.jsonValue()) ?? "";
}

test("what is missing is told at its field, which then has the focus", async () => {
  const page = await openDrawer();
  await dialog(page).getByRole("button", { name: "Enqueue" }).click();
  assert.equal(await wrongAtFocus(page), "is required");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-field")), "name");
});

test("a field that the server refuses says so at its field", async () => {
  const page = await openDrawer();
  await dialog(page).getByLabel("Name").fill("deep");
  // Small as text, and larger than a job may be as a message.
  await payload(page).fill(`[${"0,".repeat(100_000)}0]`);
  await dialog(page).getByRole("button", { name: "JSON value" }).click();
  await dialog(page).getByRole("button", { name: "Enqueue" }).click();
  assert.match(await wrongAtFocus(page), /^must be at most 1 MiB/);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-field")), "payload");
  await dialog(page).getByRole("button", { name: "Exact text" }).click();
  await dialog(page).getByRole("button", { name: "Enqueue" }).click();
  await answer(page).waitFor();
  assert.deepEqual(page.faults, []);
});

test("text that is no JSON is told with its place, and the caret goes there", async () => {
  const page = await openDrawer();
  await payload(page).fill('{"a": 1,\n "b": oops}');
  await page.getByText(/line 2, column 7:/).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await dialog(page).getByRole("button", { name: "Go to line 2, column 7" }).click();
  assert.equal(await payload(page).evaluate((area) => (area as HTMLTextAreaElement).selectionStart), 15);
});

test("every field of a job reaches the server", async () => {
  const page = await openDrawer();
  const fill = (label: string | RegExp, text: string) => dialog(page).getByLabel(label).first().fill(text);
  const press = (name: string) => dialog(page).getByRole("button", { name, exact: true }).click();
  await fill("Name", "all.fields");
  await press("Hex");
  await payload(page).fill("00 ff 7f");
  await press("In");
  await fill(/^In$/, "1h 30m");
  await press("Label");
  await fill("Key of label 1", "tenant");
  await fill("Value of label 1", "acme");
  await dialog(page).getByText("More", { exact: true }).click();
  await fill("Retries", "3");
  await press("Exponential");
  await fill("First delay", "2s");
  await fill("Longest delay", "1h");
  await fill("Reservation", "90");
  await fill("Priority", "-7");
  await fill("Id", "all-1");
  await fill("Unique key", "once");
  await press("Replace it");
  await fill(/^Start by/, "2099-01-01T00:00:00");
  await press("UTC");
  await fill(/^Start by/, "2099-01-01T00:00:00");
  await fill("Keep once done", "2d");
  await fill("Traceparent", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`);
  assert.deepEqual(await accessibilityFaults(page), []);
  await press("Enqueue");
  await answer(page).waitFor();
  const { job } = await dashboard.producer.getJob({ id: "all-1" });
  assert.deepEqual(job?.payload, { case: "data", value: Uint8Array.of(0, 255, 127) });
  assert.deepEqual(job?.labels, { tenant: "acme" });
  assert.equal(Number(job?.dueAt?.seconds) - Number(job?.enqueuedAt?.seconds), 5_400);
  assert.equal(job?.retry?.maxRetries, 3);
  assert.equal(job?.retry?.backoff.case === "exponential" && job.retry.backoff.value.initial?.seconds, 2n);
  assert.deepEqual([job?.reservationTime?.seconds, job?.priority, job?.uniqueKey], [90n, -7, "once"]);
  assert.equal(job?.startBy?.seconds, 4_070_908_800n);
  assert.deepEqual([job?.keepResult?.seconds, job?.traceparent.length], [172_800n, 55]);
  assert.deepEqual(page.faults, []);
});

test("a duplicate is told as one, and a job that made way is named", async () => {
  const first = await enqueueOne(dashboard, {
    name: "keyed",
    uniqueKey: "k",
    onConflict: UniqueConflict.KEEP,
  });
  const page = await openDrawer();
  await dialog(page).getByLabel("Name").fill("keyed");
  await dialog(page).getByText("More", { exact: true }).click();
  await dialog(page).getByLabel("Unique key").fill("k");
  await page.keyboard.press("Control+Enter");
  await page.getByText(`a duplicate of ${first}`).waitFor();
  await dialog(page).getByRole("button", { name: "Replace it" }).click();
  await page.keyboard.press("Control+Enter");
  await page.getByText(`in place of ${first}`).waitFor();
});

test("another is enqueued by the same form; a draft is there again, and without the payload where that is hidden", async () => {
  for (const hidesPayloads of [false, true]) {
    const page = await openDrawer({ preferences: { hidesPayloads } });
    await dialog(page).getByLabel("Name").fill("drafted");
    await payload(page).fill('"words"');
    await dialog(page).getByRole("button", { name: "Enqueue" }).click();
    const first = await answer(page).textContent();
    await dialog(page).getByRole("button", { name: "Enqueue another" }).click();
    await page.waitForFunction((id) => {
      const link = document.querySelector("dialog [role=status] a");
      return link !== null && link.textContent !== id;
    }, first);
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("button", { name: "Enqueue" }).click();
    assert.equal(await dialog(page).getByLabel("Name").inputValue(), "drafted");
    assert.equal(await payload(page).inputValue(), hidesPayloads ? "" : '"words"');
    await page.context().close();
  }
});
