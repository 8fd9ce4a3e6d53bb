// Proxies and browsers give up on silent streams: each one says hello at once, and then something every 15 s.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HEARTBEAT_MS } from "../../src/rpc/bell.ts";
import { openBeating } from "./beating.ts";
import { openBrowser, openPage } from "./chromium.ts";
import { grpcJsClient } from "./grpc-js-client.ts";
import { nodeClients } from "./node-clients.ts";
import { ShiftedClock } from "./shifted-clock.ts";
import { openWireServer } from "./wire-server.ts";

const EVERYWHERE = ["WatchJob", "Subscribe"];
const WHERE_STREAMS_GO_BOTH_WAYS = [...EVERYWHERE, "Work", "EnqueueStream"];

describe("every stream says hello at once and speaks every 15 s", () => {
  test("in every client", async () => {
    const clock = new ShiftedClock();
    await using server = await openWireServer({ clock });
    const clients = [grpcJsClient(server.url), ...nodeClients(server.url)];
    const opened = await Promise.all(
      clients.map(async (client, i) => ({ client, beating: await openBeating(client, `client-${i}`) })),
    );
    const check = async (said: (one: (typeof opened)[number]) => Promise<readonly string[]>) => {
      for (const one of opened) {
        const expected = one.client.bidi ? WHERE_STREAMS_GO_BOTH_WAYS : EVERYWHERE;
        assert.deepEqual(await said(one), expected, one.client.title);
      }
    };
    await check(async ({ beating }) => beating.streams);
    for (let round = 1; round <= 2; round++) {
      clock.shift(HEARTBEAT_MS);
      await check(({ beating }) => beating.again());
    }
    for (const { client, beating } of opened) {
      beating.end();
      client.close();
    }
  });

  test("in Chromium", async () => {
    const clock = new ShiftedClock();
    await using server = await openWireServer({ clock });
    const browser = await openBrowser();
    try {
      const page = await openPage(browser, server.url);
      const open = () => globalThis.lakhPage.openBeating("gRPC-web", "page");
      assert.deepEqual(await page.evaluate(open), EVERYWHERE);
      clock.shift(HEARTBEAT_MS);
      assert.deepEqual(await page.evaluate(() => globalThis.lakhPage.beatAgain()), EVERYWHERE);
    } finally {
      await browser.close();
    }
  });

  test("and is silent in between (the control)", async () => {
    const clock = new ShiftedClock();
    await using server = await openWireServer({ clock });
    const client = grpcJsClient(server.url);
    const beating = await openBeating(client, "silent", 300);
    clock.shift(HEARTBEAT_MS - 5_000);
    assert.deepEqual(await beating.again(), []);
    beating.end();
    client.close();
  });
});
