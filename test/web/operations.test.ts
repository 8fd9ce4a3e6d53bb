// The screen Operations in a browser: what runs and what is over, and the way to the jobs of each.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { OperationState } from "../../src/gen/lakh/v1/operation_pb.ts";
import { paceOf, type Sighting, sighted } from "../../web/operations/pace.ts";
import { accessibilityFaults, type Dashboard, openDashboard, sidewaysScroll } from "./dashboard.ts";
import { enqueueDead } from "./job-seeds.ts";
import { slowOperations } from "./slow-store.ts";

const MANY = 10_000;

test("the pace is what was seen of late, and unknown at first", () => {
  let seen: readonly Sighting[] = [];
  assert.equal(paceOf(seen, 1_000n), undefined);
  seen = sighted(seen, { at: 0, searched: 100n });
  seen = sighted(seen, { at: 500, searched: 200n });
  assert.equal(paceOf(seen, 1_000n), undefined, "half a second says too little");
  seen = sighted(seen, { at: 2_000, searched: 500n });
  assert.deepEqual(paceOf(seen, 1_000n), { perSecond: 200, leftMs: 2_500 });
  assert.deepEqual(paceOf(seen, 400n), { perSecond: 200, leftMs: 0 });
  for (let i = 1; i <= 10; i++) seen = sighted(seen, { at: 2_000 + i * 1_000, searched: 500n });
  assert.deepEqual(paceOf(seen, 1_000n), { perSecond: 0, leftMs: undefined });
});

describe("operations:", () => {
  let dashboard: Dashboard;

  before(async () => {
    dashboard = await openDashboard(slowOperations(500));
  });
  after(() => dashboard[Symbol.asyncDispose]());

  test("none yet: the screen says what will show here", async () => {
    const page = await dashboard.open("operations");
    await page.getByText("Bulk retries and cancels show here").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  });

  test("one that runs is stopped from its row; one that is over leads to its jobs", async () => {
    const value = Buffer.alloc(2_000, "x");
    await enqueueDead(dashboard, MANY, () => ({ name: "outage", payload: { case: "data", value } }));
    const page = await dashboard.open("operations", { preferences: { refreshMs: 1_000 } });
    await page.getByText("Bulk retries").waitFor();
    const filter = { states: [JobState.DEAD], names: ["outage"], payloadText: "xx" };
    const { result } = await dashboard.admin.retryJobs({
      selection: { jobs: { case: "filter", value: filter } },
    });
    const id = result?.operation?.id ?? "";
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("cell", { name: "stopped" }).waitFor();
    const { operation } = await dashboard.admin.getOperation({ id });
    assert.equal(operation?.state, OperationState.STOPPED);
    assert.ok(operation.changed < BigInt(MANY));
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole("link", { name: "Retry" }).click();
    await page.getByText("matched").waitFor();
    assert.equal(new URL(page.url()).searchParams.get("id"), id);
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole("link", { name: /state:dead name:outage/ }).click();
    await page.getByRole("combobox", { name: "Filter" }).waitFor();
    assert.equal(new URL(page.url()).searchParams.get("q"), 'state:dead name:outage payload:"xx"');
    await page.getByRole("region", { name: "Jobs" }).locator("tbody tr").first().waitFor();
    assert.deepEqual(page.faults, []);
  });

  test("on a phone it fits, and one that is forgotten is said to be", async () => {
    const page = await dashboard.open("operations", { viewport: { width: 360, height: 800 } });
    await page.getByRole("cell", { name: "stopped" }).waitFor();
    assert.ok((await sidewaysScroll(page)) <= 0);
    await page.goto(`${dashboard.server.url}/operations?id=nothing`);
    await page.getByText(/there is none with this id/).waitFor();
  });
});
