// Takes the pictures of the README from the running page: `npm run pictures`. The server is
// real, its hour of work passes in seconds on a clock with a lever, and the browser is that of the tests.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type NewJob, Producer, Worker } from "../../src/client/client.ts";
import { ShiftedClock } from "../wire/shifted-clock.ts";
import { type Dashboard, openDashboard } from "./dashboard.ts";
import { seedJobs } from "./seed-jobs.ts";

const OUT = new URL("../../docs/pictures/", import.meta.url);
const STEPS = 360;
const STEP_MS = 10_000;
const TENANTS = ["acme", "globex", "initech", "umbrella"];

const PICTURES = [
  { name: "overview", path: "?window=1h", themes: ["light", "dark"] },
  { name: "dead", path: "dead", themes: ["light", "dark"] },
] as const;

let tried = 0;
const clock = new ShiftedClock();
clock.shift(-STEPS * STEP_MS); // the page tells ages by its own clock, so the hour must end now
await using dashboard = await openDashboard({
  clock,
  argv: ["--env-name", "production", "--env-color", "green"],
});
await letAnHourPass(dashboard);
await using _seeded = await seedJobs(dashboard);
mkdirSync(OUT, { recursive: true });
for (const { name, path, themes } of PICTURES) {
  for (const theme of themes) await take(dashboard, { name, path, theme });
}

async function letAnHourPass({ server: { url } }: Dashboard): Promise<void> {
  const worker = new Worker({
    url,
    workerId: "worker-a0",
    capacity: 64,
    handlers: { "mail.welcome": () => ({ sent: true }), "search.index": () => sometimesFail() },
  });
  const running = worker.run();
  const producer = new Producer({ url });
  for (let step = 0; step < STEPS; step++) {
    const jobs = jobsOf(step);
    await producer.enqueue(jobs);
    const last = jobs.at(-1)?.id ?? "";
    for await (const _ of producer.watch(last));
    clock.shift(STEP_MS);
  }
  await worker.close();
  await running;
  await producer.close();
}

/** A day's rhythm in an hour: a swell, and now and then a peak. */
function jobsOf(step: number): (NewJob & { readonly id: string })[] {
  const swell = 240 + Math.round(140 * Math.sin(step / 45) + 40 * Math.sin(step / 7));
  const peak = step % 90 < 5 ? 260 : 0;
  return Array.from({ length: swell + peak }, (_, n) => ({
    id: `${step}-${n}`,
    name: n % 5 === 0 ? "search.index" : "mail.welcome",
    json: { user: step * 100 + n },
    labels: { tenant: TENANTS[n % TENANTS.length] ?? "acme" },
    retry: { maxRetries: 0 },
  }));
}

function sometimesFail(): { readonly indexed: true } {
  if (++tried % 211 === 0) throw new RangeError(`shard ${tried} does not answer, after ${tried * 7} ms`);
  return { indexed: true };
}

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly theme: "light" | "dark";
}

async function take({ open }: Dashboard, { name, path, theme }: Picture): Promise<void> {
  const page = await open(path, {
    viewport: { width: 1_280, height: 860 },
    deviceScaleFactor: 1.5,
    preferences: { theme, zone: "UTC" },
  });
  await page.locator('.live[data-state="live"]').waitFor();
  await page.locator("main h1").waitFor();
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {}); // a stream is never idle
  if (name === "overview") await page.locator(".badge.alarm").first().waitFor(); // nobody works on pdf.render
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}-${theme}.png`, OUT)) });
  if (page.faults.length > 0) throw new Error(`${name}: ${page.faults.join("; ")}`);
  await page.context().close();
}
