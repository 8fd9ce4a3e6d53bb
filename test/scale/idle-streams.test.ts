// Workers that wait for jobs that do not come, a twentieth of 10,000: what each costs in memory and, since it is asked for a
// sign of life every 15 s, in processor time. The server runs in a process of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../reliability/backlog.ts";
import { processorTime } from "../reliability/processor-time.ts";
import { openIdleStreams } from "./idle-streams.ts";

const STREAMS = 500;
const KiB = 1 << 10;
/** 10,000 of them are to fit into 1 GiB. */
const RSS_OF_ONE_MAX = 100 * KiB;
const LIVE_OF_ONE_MAX = 70 * KiB;
/** 10,000 of them are to take a tenth of a processor, 150 us each 15 s; here code is not yet compiled for one half of the time. */
const BEAT_MS_MAX = 0.6;

test(`${STREAMS} idle worker streams cost little memory and less processor time`, {
  timeout: 60_000,
}, async (t) => {
  await using running = await open();
  const { server, url } = running;
  (await openIdleStreams(url, STREAMS)).close();
  const before = await server.memory();
  const idle = await openIdleStreams(url, STREAMS);
  const after = await server.memory();
  const { ran } = processorTime(server.pid);
  await idle.answered(STREAMS);
  const beatMs = (processorTime(server.pid).ran - ran) / STREAMS;
  idle.close();

  const [rss, live] = [after.rssBytes - before.rssBytes, after.liveBytes - before.liveBytes].map(
    (bytes) => bytes / STREAMS,
  ) as [number, number];
  t.diagnostic(`${(rss / KiB).toFixed(0)} KiB of RSS each, ${(live / KiB).toFixed(0)} KiB of them live`);
  t.diagnostic(`${(beatMs * 1_000).toFixed(0)} us for each beat of each`);
  assert.ok(rss <= RSS_OF_ONE_MAX, `RSS grew by ${rss} bytes for each`);
  assert.ok(live <= LIVE_OF_ONE_MAX, `${live} bytes are live for each`);
  assert.ok(beatMs <= BEAT_MS_MAX, `a beat takes ${beatMs} ms`);
});
