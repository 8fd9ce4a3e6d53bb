// The dashboard under a prefix that a proxy strips (docs/proxy.md): its files, its calls and its links stay below it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { openDashboard } from "./dashboard.ts";

const PREFIX = "/tools/lakh";

/** A proxy that passes on what is below the prefix and refuses everything else; it keeps what it refused. */
async function openProxy(port: number) {
  const refused: string[] = [];
  const proxy = createServer((incoming, outgoing) => {
    const { url = "", method = "", headers } = incoming;
    if (!url.startsWith(`${PREFIX}/`)) {
      refused.push(url);
      outgoing.writeHead(404).end();
      return;
    }
    const onward = request({ port, method, headers, path: url.slice(PREFIX.length) }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return { proxy, refused, origin: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
}

test("under a prefix that a proxy strips it asks for nothing outside of it, and its links stay below", async () => {
  await using dashboard = await openDashboard();
  await dashboard.producer.enqueue({ jobs: [{ name: "mail.welcome" }] });
  const { proxy, refused, origin } = await openProxy(dashboard.server.port);
  after(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  const page = await dashboard.browser.newPage();

  await page.goto(`${origin}${PREFIX}/queues`);
  await page.getByRole("link", { name: "mail.welcome" }).first().click();
  await page.waitForURL((url) => url.pathname === `${PREFIX}/queue`);
  await page.goto(`${origin}${PREFIX}/`);
  await page.getByRole("link", { name: "System" }).click();
  await page.waitForURL(`${origin}${PREFIX}/system`);
  await page.getByText("retention_dead").first().waitFor();

  // Browsers ask for this one by themselves, wherever a page is.
  assert.deepEqual(
    refused.filter((path) => path !== "/favicon.ico"),
    [],
  );
});
