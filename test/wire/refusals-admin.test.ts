// Every field of an operator's call, one step outside of its bound. Filters have tables of their own, in test/rpc.
import assert from "node:assert/strict";
import { after, afterEach, describe, test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { JobSelectionSchema } from "../../src/gen/lakh/v1/operation_pb.ts";
import { openProducer } from "./producer.ts";
import { assertRefused } from "./refusal.ts";
import { byIds } from "./stage.ts";
import { openWireServer } from "./wire-server.ts";

type Selection = MessageInitShape<typeof JobSelectionSchema>;
type Case = readonly [what: string, call: () => Promise<unknown>, words: RegExp];

const server = await openWireServer();
const producer = openProducer(server.url);
const { admin } = producer;
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
  const faults = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(faults, [], "no operator's words are a fault of the server");
});
afterEach(async () => {
  assert.ok((await admin.getOverview({})).overview, "the server lives on");
});

const long = "a".repeat(129);
const many = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
const seconds = (given: number, nanos = 0) => ({ seconds: BigInt(given), nanos });
const byName: Selection = { jobs: { case: "filter", value: { names: ["a"] } } };
const LAST_SECOND = 253_402_300_799;

function refuses(cases: readonly Case[]): void {
  for (const [what, call, words] of cases)
    test(what, () => assertRefused(call(), Code.InvalidArgument, words));
}

describe("lists refuse", () => {
  const lists = {
    ListQueues: admin.listQueues,
    ListJobs: admin.listJobs,
    ListWorkers: admin.listWorkers,
    ListDeadGroups: admin.listDeadGroups,
  };
  for (const [rpc, list] of Object.entries(lists)) {
    refuses([
      [`${rpc}: a negative page size`, () => list({ pageSize: -1 }), /^page_size: must not be negative/],
      [
        `${rpc}: a page token that is none`,
        () => list({ pageToken: "next" }),
        /^page_token: must be the next_page/,
      ],
      [
        `${rpc}: a very long page token`,
        () => list({ pageToken: "A".repeat(100_000) }),
        /^page_token: must be/,
      ],
    ]);
  }
  refuses([
    ["a prefix that is none", () => admin.listQueues({ namePrefix: "a*" }), /^name_prefix: must be 1 to 128/],
    ["a long prefix", () => admin.listQueues({ namePrefix: long }), /^name_prefix: must be 1 to 128/],
    ["no name of a queue", () => admin.getQueue({}), /^name: must be 1 to 128/],
    ["a name of a queue that is none", () => admin.getQueue({ name: "a b" }), /^name: must be 1 to 128/],
    ["a name of workers that is none", () => admin.listWorkers({ name: "a b" }), /^name: must be 1 to 128/],
    ["a name of groups that is none", () => admin.listDeadGroups({ name: long }), /^name: must be 1 to 128/],
    [
      "an unknown kind of groups",
      () => admin.listDeadGroups({ kind: 3 as 2 }),
      /^kind: must be DEAD or RETRYING/,
    ],
    [
      "an unknown order of groups",
      () => admin.listDeadGroups({ order: 3 as 2 }),
      /^order: must be LARGEST or/,
    ],
    ["an unknown order of jobs", () => admin.listJobs({ order: 5 as 4 }), /^order: must be an order of jobs/],
    ["an unknown view of jobs", () => admin.listJobs({ view: 3 as 2 }), /^view: must be BASIC or FULL/],
    [
      "a field of a filter",
      () => admin.listJobs({ filter: { names: ["a", "b", "c", "d e"] } }),
      /^filter\.names\[3\]: must be 1 to 128/,
    ],
    [
      "a field of an exclusion",
      () => admin.listJobs({ filter: { exclude: [{ states: [9 as 1] }] } }),
      /^filter\.exclude\[0\]\.states\[0\]: must be a state/,
    ],
  ]);

  test("nothing at the largest page size", async () => {
    for (const list of Object.values(lists)) await list({ pageSize: 2 ** 31 - 1 });
  });
});

describe("Watch refuses", () => {
  const hear = async (request: Parameters<typeof admin.watch>[0]) => {
    for await (const _ of admin.watch(request, { signal: AbortSignal.timeout(5_000) })) return;
  };
  refuses([
    ["no topics", () => hear({}), /^topics: must be 1 to 5 topics, is 0/],
    ["an unknown topic", () => hear({ topics: [9 as 1] }), /^topics\[0\]: must be a topic/],
    ["a topic twice", () => hear({ topics: [1, 1] }), /^topics\[1\]: must not be there twice/],
    ["101 names", () => hear({ topics: [1], names: many(101) }), /^names: must be at most 100, is 101/],
    ["a name that is none", () => hear({ topics: [1], names: [""] }), /^names\[0\]: must be 1 to 128/],
    [
      "an interval below 1 s",
      () => hear({ topics: [1], interval: seconds(0) }),
      /^interval: must be 1 s to 60 s/,
    ],
    [
      "an interval above 60 s",
      () => hear({ topics: [1], interval: seconds(61) }),
      /^interval: must be 1 s to 60 s/,
    ],
  ]);
});

describe("every change of many jobs refuses", () => {
  const changes = {
    RetryJobs: admin.retryJobs,
    RunJobsNow: admin.runJobsNow,
    CancelMatchingJobs: admin.cancelMatchingJobs,
    DeleteJobs: admin.deleteJobs,
  };
  const selections: readonly (readonly [what: string, selection: Selection | undefined, words: RegExp])[] = [
    ["no selection", undefined, /^selection: must have ids or a filter/],
    ["a selection of nothing", {}, /^selection: must have ids or a filter/],
    ["no ids", byIds(), /^selection\.ids\.ids: must be 1 to 1000 ids, is 0/],
    ["1,001 ids", byIds(...many(1_001)), /^selection\.ids\.ids: must be 1 to 1000 ids, is 1001/],
    ["an id that is none", byIds("a", "a b"), /^selection\.ids\.ids\[1\]: must be 1 to 128/],
    ["everything beside ids", { ...byIds("a"), everything: true }, /^selection\.everything: is for a filter/],
    ["as_of beside ids", { ...byIds("a"), asOf: seconds(1) }, /^selection\.as_of: is for a filter/],
    [
      "every job by mistake",
      { jobs: { case: "filter", value: {} } },
      /^selection\.filter: is empty.* selection\.everything must be true/,
    ],
    [
      "a filter that is none",
      { jobs: { case: "filter", value: { labelKeys: [long] } } },
      /^selection\.filter\.label_keys\[0\]: must be 1 to 128/,
    ],
    [
      "a filter above 16 KiB",
      { jobs: { case: "filter", value: { ids: many(1_000).map((id) => id.padStart(36, "0")) } } },
      /^selection\.filter: must be at most 16384 bytes, is 38000/,
    ],
    ["as_of before 1970", { ...byName, asOf: seconds(-1) }, /^selection\.as_of: must be from 1970/],
    [
      "as_of in the future",
      { ...byName, asOf: seconds(LAST_SECOND) },
      /^selection\.as_of: must not be in the/,
    ],
    ["as_of that is none", { ...byName, asOf: seconds(1, -1) }, /^selection\.as_of: must be a valid/],
  ];
  for (const [rpc, change] of Object.entries(changes)) {
    for (const [what, selection, words] of selections) {
      test(`${rpc}: ${what}`, async () => {
        for (const dryRun of [false, true])
          await assertRefused(
            change({ ...(selection && { selection }), dryRun }),
            Code.InvalidArgument,
            words,
          );
      });
    }

    test(`${rpc}: nothing at its bounds`, async () => {
      await change({ selection: byIds(...many(1_000)) });
      const value = { ids: many(400).map((id) => id.padStart(36, "0")) };
      const jobs = { case: "filter" as const, value };
      const selection = { jobs, everything: true, asOf: seconds(0) };
      await change({ selection, dryRun: true });
    });
  }

  refuses([
    [
      "a negative spread",
      () => admin.retryJobs({ selection: byIds("a"), spread: seconds(0, -1) }),
      /^spread: .* 7 days/,
    ],
    [
      "a spread above 7 days",
      () => admin.retryJobs({ selection: byIds("a"), spread: seconds(604_801) }),
      /^spread: must/,
    ],
    [
      "a spread that is none",
      () => admin.retryJobs({ selection: byIds("a"), spread: seconds(1, -1) }),
      /^spread: must/,
    ],
  ]);

  test("no spread of 7 days", async () => {
    await admin.retryJobs({ selection: byIds("a"), spread: seconds(604_800) });
  });
});

describe("operations", () => {
  refuses([
    ["no id to ask after", () => admin.getOperation({}), /^id: must be 1 to 128/],
    ["an id to stop that is none", () => admin.stopOperation({ id: "a b" }), /^id: must be 1 to 128/],
  ]);

  test("that there are not are not found", async () => {
    await assertRefused(
      admin.getOperation({ id: "nobody" }),
      Code.NotFound,
      /^operation nobody: there is none/,
    );
    await assertRefused(
      admin.stopOperation({ id: "nobody" }),
      Code.NotFound,
      /^operation nobody: there is none/,
    );
  });

  test("that are over cannot be stopped", async () => {
    const begun = await admin.retryJobs({ selection: byName });
    const id = begun.result?.operation?.id ?? "";
    const stop = async () => {
      for (;;) await admin.stopOperation({ id }); // until it is over, by itself or by this
    };
    await assertRefused(stop(), Code.FailedPrecondition, /^operation \S+: is (done|stopped) already/);
  });
});

describe("steering refuses", () => {
  const steer = { PauseQueues: admin.pauseQueues, ResumeQueues: admin.resumeQueues };
  for (const [rpc, call] of Object.entries(steer)) {
    refuses([
      [`${rpc}: no names`, () => call({}), /^names: must be 1 to 1000 names, is 0/],
      [`${rpc}: 1,001 names`, () => call({ names: many(1_001) }), /^names: must be 1 to 1000 names, is 1001/],
      [`${rpc}: a name that is none`, () => call({ names: ["a", "a b"] }), /^names\[1\]: must be 1 to 128/],
    ]);
  }
  refuses([
    ["DrainWorkers: nobody", () => admin.drainWorkers({}), /^worker_ids: is required, or names, or everyone/],
    [
      "DrainWorkers: 1,001 ids",
      () => admin.drainWorkers({ workerIds: many(1_001) }),
      /^worker_ids: .* 1000, is 1001/,
    ],
    [
      "DrainWorkers: an id that is none",
      () => admin.drainWorkers({ workerIds: [""] }),
      /^worker_ids\[0\]: must be/,
    ],
    [
      "DrainWorkers: 101 names",
      () => admin.drainWorkers({ names: many(101) }),
      /^names: must be at most 100, is 101/,
    ],
    [
      "DrainWorkers: a name that is none",
      () => admin.drainWorkers({ names: [long] }),
      /^names\[0\]: must be 1 to/,
    ],
  ]);

  test("to pause more than 10,000 names in all", async () => {
    const names = (from: number) => Array.from({ length: 1_000 }, (_, i) => `paused-${from + i}`);
    for (let from = 0; from < 10_000; from += 1_000) await admin.pauseQueues({ names: names(from) });
    await assertRefused(
      admin.pauseQueues({ names: ["one-more"] }),
      Code.ResourceExhausted,
      /^names: no more than 10000 can be paused in all/,
    );
    for (let from = 0; from < 10_000; from += 1_000) await admin.resumeQueues({ names: names(from) });
  });
});
