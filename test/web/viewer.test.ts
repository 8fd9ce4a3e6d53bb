// Who may only look sees everything and nothing to press that would change it. That each rpc refuses by itself is another
// matter; here the page is told who looks.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { WhoAmIResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Role } from "../../src/gen/lakh/v1/system_pb.ts";
import { type Dashboard, type DashboardPage, openDashboard } from "./dashboard.ts";
import { answerWith } from "./grpc-web.ts";
import { type Seeded, seedJobs } from "./seed-jobs.ts";

const CHANGES = /^(Retry|Run|Cancel|Delete|Pause|Resume|Drain|Enqueue)\b/;

describe("who looks:", () => {
  let dashboard: Dashboard;
  let seeded: Seeded;
  before(async () => {
    dashboard = await openDashboard();
    seeded = await seedJobs(dashboard);
  });
  after(async () => {
    await seeded?.[Symbol.asyncDispose]();
    await dashboard?.[Symbol.asyncDispose]();
  });

  /** What can be pressed that changes something, by screen. */
  async function changesFor(role: Role): Promise<Readonly<Record<string, readonly string[]>>> {
    const page = await dashboard.open("settings");
    await answerWith(page, "WhoAmI", { schema: WhoAmIResponseSchema, message: { role } });
    const found: Record<string, readonly string[]> = {};
    for (const path of [
      "",
      "queues",
      "queue?name=pdf.render",
      "jobs",
      "job?id=charge-14",
      "dead",
      "scheduled",
      "workers",
    ]) {
      await page.goto(`${dashboard.server.url}/${path}`);
      await isThere(page, path);
      found[path] = (await page.getByRole("button").allInnerTexts()).filter((text) =>
        CHANGES.test(text.trim()),
      );
    }
    assert.deepEqual(page.faults, []);
    await page.context().close();
    return found;
  }

  test("a viewer has nothing to press that changes anything, on any screen", async () => {
    for (const [path, buttons] of Object.entries(await changesFor(Role.VIEWER)))
      assert.deepEqual(buttons, [], path);
  });

  test("an operator has, so that none seen means something", async () => {
    const found = await changesFor(Role.OPERATOR);
    for (const path of ["queues", "queue?name=pdf.render", "job?id=charge-14", "dead", "workers"])
      assert.ok((found[path]?.length ?? 0) > 1, path);
  });
});

async function isThere(page: DashboardPage, path: string): Promise<void> {
  await page.locator("main h1").first().waitFor();
  if (/^(queues|dead|workers|jobs|scheduled)$/.test(path))
    await page.locator("main tbody tr").first().waitFor();
  await page.locator("main").getByText("Loading …").first().waitFor({ state: "detached" });
}
