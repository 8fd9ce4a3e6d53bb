// Every field of a question about the past and the schedule, one step outside of its bound, and at it.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { Code } from "@connectrpc/connect";
import { openProducer } from "./producer.ts";
import { assertRefused } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

const server = await openWireServer();
const producer = openProducer(server.url);
const { admin } = producer;
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
});

const DAY_S = 86_400;
const seconds = (given: number, nanos = 0) => ({ seconds: BigInt(given), nanos });

type Case = readonly [what: string, call: () => Promise<unknown>, words: RegExp];

function refuses(cases: readonly Case[]): void {
  for (const [what, call, words] of cases)
    test(what, () => assertRefused(call(), Code.InvalidArgument, words));
}

describe("GetHistory", () => {
  const ask = admin.getHistory;
  refuses([
    ["refuses a name that is none", () => ask({ name: "a b" }), /^name: must be 1 to 128/],
    ["refuses no window", () => ask({ window: seconds(0) }), /^window: must be 1 s to 30 days/],
    ["refuses a window below 1 s", () => ask({ window: seconds(0, 999_000_000) }), /^window: must be 1 s/],
    ["refuses a negative window", () => ask({ window: seconds(-1) }), /^window: must be 1 s to 30 days/],
    ["refuses a window above 30 days", () => ask({ window: seconds(30 * DAY_S, 1) }), /^window: must be 1 s/],
    ["refuses a window that is none", () => ask({ window: seconds(1, -1) }), /^window: must be a valid/],
    ["refuses an instant that is none", () => ask({ after: seconds(1, -1) }), /^after: must be a valid/],
  ]);

  test("answers at its bounds, and whatever it is to begin after", async () => {
    const lengths = async (request: Parameters<typeof ask>[0]) => (await ask(request)).history?.ready.length;
    assert.deepEqual(await lengths({ window: seconds(1) }), 1);
    assert.deepEqual(await lengths({ window: seconds(30 * DAY_S) }), 2_880);
    assert.deepEqual(await lengths({}), 300);
    assert.deepEqual(await lengths({ after: seconds(253_402_300_799) }), 0);
    assert.deepEqual(await lengths({ after: seconds(-62_135_596_800) }), 300);
  });
});

describe("GetSchedule", () => {
  const ask = admin.getSchedule;
  refuses([
    ["refuses a name that is none", () => ask({ name: "a b" }), /^name: must be 1 to 128/],
    [
      "refuses a window below 1 min",
      () => ask({ window: seconds(59) }),
      /^window: must be 1 min to 366 days/,
    ],
    [
      "refuses a window above 366 days",
      () => ask({ window: seconds(366 * DAY_S + 1) }),
      /^window: must be 1 min/,
    ],
    ["refuses 401 steps", () => ask({ steps: 401 }), /^steps: must be 1 to 400, is 401/],
  ]);

  test("answers at its bounds", async () => {
    const steps = async (request: Parameters<typeof ask>[0]) =>
      (await ask(request)).schedule?.retrying.length;
    assert.equal(await steps({ window: seconds(60), steps: 1 }), 1);
    assert.equal(await steps({ window: seconds(366 * DAY_S), steps: 400 }), 400);
    assert.equal(await steps({}), 96);
  });
});
