// Workers on screen: the page that waits for the first one turns live when it joins; a drained one finishes and goes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "../../src/client/client.ts";
import type { Worker as WorkerMessage } from "../../src/gen/lakh/v1/overview_pb.ts";
import { afterLook } from "../../web/workers/farewells.ts";
import { openDashboard } from "./dashboard.ts";

test("the empty page gives a worker to paste with this server's address, and shows the first that joins", async () => {
  await using dashboard = await openDashboard();
  const page = await dashboard.open("workers");
  const snippet = page.locator(".snippet");
  await snippet.waitFor();
  for (const language of ["CLI", "curl", "TypeScript", "Python", "Go"]) {
    await page.getByRole("button", { name: language, exact: true }).click();
    assert.ok((await snippet.innerText()).includes(dashboard.server.url), language);
  }
  const worker = new Worker({
    url: dashboard.server.url,
    workerId: "first",
    handlers: { mail: () => {} },
    capacity: 3,
  });
  const running = worker.run();
  await page.getByRole("row", { name: /first/ }).waitFor();
  await page.getByText("1 worker, 0 of 3 busy").waitFor();

  await page.getByRole("button", { name: "Drain first" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Drain", exact: true }).click();
  await running; // a drained worker ends by itself
  await page.getByText("Gone in the last hour").waitFor();
  await page.locator(".gone-workers").getByText("first").waitFor();
  assert.deepEqual(page.faults, []);
});

test("who has gone is remembered for an hour, and struck out when back", () => {
  const [a, b] = ["a", "b"].map((workerId) => ({ workerId }) as WorkerMessage);
  assert.ok(a && b);
  const nobody = { present: undefined, gone: [] };
  const both = afterLook(nobody, [a, b], 0);
  assert.deepEqual(both.gone, [], "who is seen for the first time has not gone");
  const one = afterLook(both, [a], 1_000);
  assert.deepEqual(one.gone, [{ worker: b, at: 1_000 }]);
  assert.deepEqual(afterLook(one, [a, b], 2_000).gone, []);
  assert.deepEqual(afterLook(one, [a], 3_600_999).gone.length, 1);
  assert.deepEqual(afterLook(one, [a], 3_601_001).gone, []);
});
