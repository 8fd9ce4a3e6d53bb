// A page in front of a server that works: numbers change, and nothing on it moves; it takes little of a processor, and does
// not grow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Producer, Worker } from "../../src/client/client.ts";
import { openDashboard } from "./dashboard.ts";

const SECONDS = 12;
const JOBS_PER_S = 1_000;
/** https://web.dev/articles/cls calls 0.1 good; ours is stricter. */
const SHIFT_MAX = 0.02;
/** The goal is a quarter of one processor; other tests run beside this one, and then everything takes longer. */
const PROCESSOR_SHARE_MAX = 0.5;
const HEAP_GROWTH_MAX = 10 * 1_024 * 1_024;

test("while 1,000 jobs a second pass, nothing jumps, and the page stays small and cheap", async (t) => {
  await using dashboard = await openDashboard();
  const { url } = dashboard.server;
  await using workers = openWorkers(url);
  const { producer } = workers;
  await producer.enqueue({ name: "other" });
  const page = await dashboard.open("");
  await page.locator('[data-place="succeeded"] .flow-count').waitFor();
  await page.locator(".plot canvas").first().waitFor();
  await page.evaluate(() => {
    Object.assign(globalThis, { shifted: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value } = entry as unknown as { value: number };
        (globalThis as unknown as { shifted: number }).shifted += value;
      }
    }).observe({ type: "layout-shift" });
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  const look = async () => {
    await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? 0;
    return { busyS: of("TaskDuration"), heapBytes: of("JSHeapUsedSize"), atS: performance.now() / 1_000 };
  };

  await work(producer, 3);
  const before = await look();
  const shown = await page.locator('[data-place="succeeded"] .flow-count').innerText();
  await work(producer, SECONDS);
  const after = await look();
  const shifted = await page.evaluate(() => (globalThis as unknown as { shifted: number }).shifted);
  const share = (after.busyS - before.busyS) / (after.atS - before.atS);
  const growth = after.heapBytes - before.heapBytes;
  t.diagnostic(
    `shift ${shifted.toFixed(4)}, processor ${(share * 100).toFixed(1)} %, heap ${Math.round(growth / 1_024)} KiB`,
  );
  assert.notEqual(
    await page.locator('[data-place="succeeded"] .flow-count').innerText(),
    shown,
    "it was live",
  );
  assert.ok(shifted <= SHIFT_MAX, `things moved by ${shifted}`);
  assert.ok(share <= PROCESSOR_SHARE_MAX, `it took ${share} of a processor`);
  assert.ok(growth <= HEAP_GROWTH_MAX, `it grew by ${growth} bytes`);
  assert.deepEqual(page.faults, []);
});

/** Who does the work and who sends it, as long as the test goes. */
function openWorkers(url: string) {
  const worker = new Worker({ url, capacity: 500, handlers: { busy: () => {}, other: () => {} } });
  const running = worker.run();
  const producer = new Producer({ url });
  return {
    producer,
    async [Symbol.asyncDispose]() {
      await worker.close();
      await running;
      await producer.close();
    },
  };
}

/** So many jobs in each second. */
async function work(producer: Producer, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    const startedAt = performance.now();
    for (let tenth = 0; tenth < 10; tenth++) {
      await producer.enqueue(
        Array.from({ length: JOBS_PER_S / 10 }, () => ({ name: tenth % 2 ? "busy" : "other" })),
      );
      const waitMs = startedAt + (tenth + 1) * 100 - performance.now();
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs)); // the rate is what is tested
    }
  }
}
