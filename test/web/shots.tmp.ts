// Screenshots while working; not committed.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Worker } from "../../src/client/client.ts";
import { accessibilityFaults, openDashboard, sidewaysScroll } from "./dashboard.ts";
import { enqueueDead, enqueueMany, failForGood } from "./job-seeds.ts";

await using d = await openDashboard({ argv: ["--env-name", "staging", "--env-color", "orange"] });
const names = ["mail.send", "pdf.render", "thumbnail", "billing.charge"];
await enqueueDead(d, 12_000, () => ({ name: "outage" }));
await enqueueMany(d, 60, (i) => ({
  name: "mail.send",
  labels: { tenant: String(i % 7), region: "eu" },
  retry: { maxRetries: 0 },
}));
await failForGood(d, "mail.send", {
  count: 60,
  error: (id) =>
    Object.assign(
      new Error(
        `connect ECONNREFUSED 10.0.3.17:5432 while sending ${id}, the pool has been waiting for a while`,
      ),
      { name: "ConnectionError" },
    ),
});
await enqueueMany(d, 300, (i) => ({
  name: names[i % 4]!,
  labels: { tenant: String(i % 7) },
  priority: (i % 9) - 4,
  ...(i % 3 === 0 && { start: { case: "delay", value: durationFromMs(60_000 * i) } as const }),
}));
const worker = new Worker({
  url: d.server.url,
  handlers: { "pdf.render": () => undefined },
  capacity: 5,
  workerId: "host-7",
});
const running = worker.run();
const what = process.argv[2] ?? "";
for (const theme of ["light", "dark"])
  for (const width of [1280, 360]) {
    const page = await d.open("jobs", { viewport: { width, height: 800 }, preferences: { theme } });
    const shot = async (name: string) => {
      if (!name.startsWith(what)) return;
      await page.screenshot({ path: `/tmp/shots/${name}-${theme}-${width}.png` });
      const faults = await accessibilityFaults(page);
      console.log(name, theme, width, faults, await sidewaysScroll(page), page.faults);
    };
    await page
      .getByText("mail.send")
      .first()
      .waitFor({ timeout: 5000 })
      .catch(async (e) => {
        await page.screenshot({ path: "/tmp/shots/fail.png" });
        console.log(page.faults, (await page.locator("main").innerText()).slice(0, 2000));
        throw e;
      });
    await shot("jobs");
    await page.goto(`${d.server.url}/jobs?q=state:dead+name:mail.send`);
    await page.getByText("ConnectionError").first().waitFor();
    await page.locator("tbody input").nth(1).click();
    await page
      .locator("tbody input")
      .nth(4)
      .click({ modifiers: ["Shift"] });
    await shot("picked");
    await page.getByRole("combobox", { name: "Filter" }).fill("state:dead nme:mail");
    await page.keyboard.press("Enter");
    await shot("wrong");
    await page.getByRole("combobox", { name: "Filter" }).fill("state:dead name:mail.send ");
    await page.keyboard.type("er");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: /ConnectionError|PermanentError/ }).waitFor();
    await shot("suggest");
    await page.goto(`${d.server.url}/jobs?q=state:dead+name:mail.send+label.tenant:99`);
    await page.getByText("No job matches").waitFor();
    await page.getByText("removed everything").waitFor();
    await shot("empty");
    await page.goto(`${d.server.url}/jobs?q=state:dead`);
    await page.getByRole("button", { name: /Choose all/ }).click();
    await page.getByRole("button", { name: "Delete …" }).click();
    await page.getByRole("dialog").getByText("12").first().waitFor();
    await shot("delete");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Retry …" }).click();
    await page.getByRole("button", { name: "At a rate" }).click();
    await shot("retry");
    await page.keyboard.press("Escape");
    await page.locator("tbody tr").nth(1).focus();
    await page.keyboard.press("r");
    await page.getByRole("dialog").getByText("The job").waitFor();
    await shot("one");
    await page.goto(`${d.server.url}/operations`);
    await page.getByRole("heading", { name: "Operations" }).waitFor();
    await page.getByText("No operations").or(page.locator("tbody tr").first()).waitFor();
    if (theme === "light" && width === 1280) {
      await shot("ops0");
      const { result } = await d.admin.retryJobs({
        selection: { jobs: { case: "filter", value: { states: [5], names: ["outage"] } } },
        spread: durationFromMs(3_600_000),
      });
      await page.locator("tbody tr").first().waitFor();
      await shot("ops");
      await page.goto(`${d.server.url}/operations?id=${result!.operation!.id}`);
      await page.getByText("matched").waitFor();
      await page
        .getByText("left", { exact: true })
        .waitFor()
        .catch(() => undefined);
      await shot("op");
    } else {
      await shot("ops");
      await page.getByRole("link", { name: "Retry" }).first().click();
      await page.getByText("matched").waitFor();
      await shot("op");
    }
    await page.close();
  }
await worker.close({ graceMs: 0 });
await running;
