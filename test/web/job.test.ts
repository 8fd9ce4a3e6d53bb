// The job's page in a real browser: it follows the job by itself, shows and copies it exactly, and changes it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { accessibilityFaults, openDashboard } from "./dashboard.ts";
import { copied, enqueueOne, loseOne, openJob, stockWorker } from "./job-stand.ts";

const dashboard = await openDashboard();
after(() => dashboard[Symbol.asyncDispose]());
const encoder = new TextEncoder();
const decoder = new TextDecoder();

async function stored(id: string) {
  const { job } = await dashboard.producer.getJob({ id });
  assert.ok(job);
  return job;
}

test("a job that is enqueued from the page is followed live while a stock worker does it", async () => {
  const page = await dashboard.open("settings");
  await page.getByRole("button", { name: "Enqueue" }).waitFor();
  await page.keyboard.press("e");
  await page.getByLabel("Name").fill("from.page");
  await page.getByLabel("Payload", { exact: true }).fill('{"user":9007199254740993}');
  await page.keyboard.press("Control+Enter");
  await page.getByRole("dialog").getByRole("status").getByRole("link").click();
  await page
    .getByText("No connected worker")
    .or(page.getByText(/no.*worker/i))
    .first()
    .waitFor();
  await page.evaluate(() => document.body.setAttribute("data-same", "yes"));

  using worker = stockWorker(dashboard, "from.page");
  const delivery = await worker.reserve();
  assert.equal(decoder.decode(delivery.payload.value as Uint8Array), '{"user":9007199254740993}');
  await page.getByText("Reserved by stock-1").waitFor();
  await worker.report(delivery, {
    case: "extend",
    value: { progress: { fraction: 0.42, text: "three of seven" } },
  });
  await page.getByText("three of seven").waitFor();
  await worker.report(delivery, {
    case: "succeed",
    value: { result: { value: { case: "data", value: encoder.encode('{"sent":1e400}') } } },
  });
  await page.getByText(/^Succeeded after/).waitFor();
  await page.locator("main").getByText("1e400").first().waitFor();
  assert.equal(await page.getAttribute("body", "data-same"), "yes");
  assert.deepEqual(page.faults, []);
  assert.deepEqual(await accessibilityFaults(page), []);
});

test("numbers that no double holds and repeated keys survive view, copy and a new enqueue, byte for byte", async () => {
  const text = '{"n":9007199254740993,"big":1e400, "one":1.0,"a":1,"a":2}';
  const id = await enqueueOne(dashboard, {
    name: "exact",
    payload: { case: "data", value: encoder.encode(text) },
  });
  const page = await openJob(dashboard, id);
  for (const part of ["9007199254740993", "1e400"])
    await page.locator("main").getByText(part).first().waitFor();
  assert.equal(await copied(page, /^Copy payload$/), text);

  await page.getByRole("button", { name: "Enqueue a copy" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Enqueue" }).click();
  const link = page.getByRole("dialog").getByRole("status").getByRole("link");
  const copyId = (await link.textContent()) ?? "";
  assert.notEqual(copyId, id);
  const { payload } = await stored(copyId);
  assert.equal(payload.case === "data" && decoder.decode(payload.value), text);
  assert.deepEqual(page.faults, []);
});

test("the call that the page copies, run by a shell, stores the same job", async () => {
  const id = await enqueueOne(dashboard, {
    name: "copied",
    payload: {
      case: "data",
      value: encoder.encode(`{"it's":"$HOME \`x\` \\"1e400\\"","n":9007199254740993}`),
    },
    labels: { tenant: "o'neil", "a b": '"x"' },
    priority: 7,
    retry: { maxRetries: 3, backoff: { case: "fixed", value: { delay: durationFromMs(1_500) } } },
    start: { case: "delay", value: durationFromMs(3_600_000) },
  });
  const page = await openJob(dashboard, id);
  await page.getByRole("button", { name: "Copy as" }).click();
  const call = await copied(page, /^Copy as curl|^Copy curl/);
  const { stdout } = await promisify(execFile)("sh", ["-c", call]);
  const copyId = JSON.parse(stdout).jobs[0].id;
  assert.notEqual(copyId, id);
  const [one, other] = [await stored(id), await stored(copyId)];
  for (const field of [
    "name",
    "payload",
    "labels",
    "priority",
    "retry",
    "reservationTime",
    "dueAt",
  ] as const) {
    assert.deepEqual(other[field], one[field], field);
  }
});

test("a job is made ready, cancelled and brought back from its page", async () => {
  const start = { case: "delay" as const, value: durationFromMs(3_600_000) };
  const id = await enqueueOne(dashboard, { name: "steered", start });
  const page = await openJob(dashboard, id);
  const badge = (word: string) => page.locator(".job-head .state", { hasText: word });
  const confirm = (name: RegExp) => page.getByRole("dialog").getByRole("button", { name }).click();
  await page.getByText(/^It is due in/).waitFor();

  await page.getByRole("button", { name: "Run now" }).click();
  await confirm(/^Run 1 job now/);
  await badge("ready").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await confirm(/^Cancel 1 job/);
  await badge("cancelled").waitFor();
  await page.keyboard.press("r");
  await confirm(/^Retry 1 job/);
  await badge("ready").waitFor();
  assert.equal((await stored(id)).state, JobState.READY);
  await page.keyboard.press("#");
  await confirm(/^Delete 1 job/);
  await page.getByText("Unknown id").waitFor();
  assert.deepEqual(page.faults, []);
});

test("a finished job that somebody else brings back is followed too, by the stream that all tabs share", async () => {
  const id = await enqueueOne(dashboard, { name: "elsewhere" });
  await dashboard.producer.cancelJobs({ ids: [id] });
  const page = await openJob(dashboard, id);
  await page.getByText("It is cancelled.").waitFor();
  await page.getByRole("button", { name: "Live" }).waitFor();
  await dashboard.admin.retryJobs({ selection: { jobs: { case: "ids", value: { ids: [id] } } } });
  await page.locator(".job-head .state", { hasText: "ready" }).waitFor();
  assert.ok(!dashboard.server.lines.some(({ rpc }) => String(rpc).endsWith("/WatchJob")));
});

test("the line of life of a job that failed twice, was lost and succeeded has each of these", async () => {
  const retry = { backoff: { case: "fixed" as const, value: { delay: durationFromMs(0) } } };
  const id = await enqueueOne(dashboard, { name: "lively", retry, labels: { tenant: "acme inc" } });
  using worker = stockWorker(dashboard, "lively");
  for (const message of ["first", "second"]) {
    const error = { class: "TimeoutError", message, stack: `at ${message}.ts:1` };
    await worker.report(await worker.reserve(), { case: "fail", value: { error } });
  }
  await loseOne(dashboard, "lively");
  await worker.report(await worker.reserve(), { case: "succeed", value: {} });
  const page = await openJob(dashboard, id);
  await page.locator(".moment[data-kind=succeeded]").waitFor();
  const kinds = await page
    .locator(".moment")
    .evaluateAll((moments) => moments.map((one) => one.dataset.kind));
  const pair = (end: string) => ["reserved", end];
  assert.deepEqual(kinds, [
    "enqueued",
    ...["failed", "failed", "lost", "succeeded"].flatMap(pair),
    "kept_until",
  ]);
  await page.locator("summary", { hasText: "Stack" }).first().click();
  await page.getByText("at first.ts:1").waitFor();
  await page.getByRole("link", { name: /tenant/ }).click();
  assert.equal(new URL(page.url()).searchParams.get("q"), 'label.tenant:"acme inc"');
});

test("an unknown id says how long jobs are kept here, and how to search", async () => {
  const page = await openJob(dashboard, "nowhere");
  await page.getByText("Succeeded jobs are kept 24 h, dead ones 180 days.").waitFor();
  await page.getByRole("link", { name: "All jobs" }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

test("a payload that is hidden is shown on request only", async () => {
  const value = encoder.encode('"secret word"');
  const id = await enqueueOne(dashboard, { name: "hidden", payload: { case: "data", value } });
  const page = await openJob(dashboard, id, { preferences: { hidesPayloads: true } });
  await page.getByText("The payload is hidden.").waitFor();
  assert.equal(await page.getByText("secret word").count(), 0);
  await page.getByRole("button", { name: "Copy as" }).click();
  await page.getByText("The call with its payload is hidden.").waitFor();
  assert.equal(await page.getByText("secret word").count(), 0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("secret word").waitFor();
});
