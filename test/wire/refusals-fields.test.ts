// Every field of a producer's call, one step outside of its bound and at it. A refused batch leaves nothing behind.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type JobSpecSchema, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { openProducer } from "./producer.ts";
import { assertRefused } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

type Spec = MessageInitShape<typeof JobSpecSchema>;
type Case = readonly [what: string, spec: Spec, words: RegExp];

const server = await openWireServer();
const producer = openProducer(server.url);
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
});

const YEARS_100 = 3_153_600_000n;
const LAST_SECOND = 253_402_300_799n;
const name = "refused";
const long = "a".repeat(129);
const fits = "a".repeat(128);
const seconds = (given: number | bigint, nanos = 0) => ({ seconds: BigInt(given), nanos });
const delay = (...given: Parameters<typeof seconds>) => ({
  name,
  start: { case: "delay", value: seconds(...given) } as const,
});
const runAt = (...given: Parameters<typeof seconds>) => ({
  name,
  start: { case: "runAt", value: seconds(...given) } as const,
});
const startBy = (...given: Parameters<typeof seconds>) => ({ name, startBy: seconds(...given) });
const reservationTime = (...given: Parameters<typeof seconds>) => ({
  name,
  reservationTime: seconds(...given),
});
const fixed = (...given: Parameters<typeof seconds>): Spec => ({
  name,
  retry: { backoff: { case: "fixed", value: { delay: seconds(...given) } } },
});
const delays = (...given: number[]): Spec => ({
  name,
  retry: { backoff: { case: "delays", value: { delays: given.map((one) => seconds(one)) } } },
});
const exponential = (fields: {
  factor?: number;
  jitter?: number;
  max?: ReturnType<typeof seconds>;
}): Spec => ({
  name,
  retry: { backoff: { case: "exponential", value: { initial: seconds(1), ...fields } } },
});
const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}`, fits]));

const outside: readonly Case[] = [
  ["no name", { name: "" }, /^jobs\[0\]\.name: must be 1 to 128/],
  ["a long name", { name: long }, /^jobs\[0\]\.name: must be 1 to 128/],
  ["a name with a space", { name: "a b" }, /^jobs\[0\]\.name: must be/],
  ["a name with a letter that is not ASCII", { name: "añadir" }, /^jobs\[0\]\.name: must be/],
  ["a name with a newline at its end", { name: "add\n" }, /^jobs\[0\]\.name: must be/],
  ["a long id", { id: long, name }, /^jobs\[0\]\.id: must be 1 to 128/],
  ["an id with a space", { id: "a b", name }, /^jobs\[0\]\.id: must be/],
  ["an id with a control character", { id: "a\u0000", name }, /^jobs\[0\]\.id: must be/],
  ["an id with an emoji", { id: "💥", name }, /^jobs\[0\]\.id: must be/],
  ["a negative delay", delay(-1), /^jobs\[0\]\.delay: must be 0 to 100 years/],
  ["a delay that is negative by a nanosecond", delay(0, -1), /^jobs\[0\]\.delay: must be 0 to 100 years/],
  ["a delay above 100 years", delay(YEARS_100, 1_000_000), /^jobs\[0\]\.delay: must be 0 to 100 years/],
  ["an absurd delay", delay(1n << 62n), /^jobs\[0\]\.delay: must be 0 to 100 years/],
  ["a delay with too many nanos", delay(0, 1_000_000_000), /^jobs\[0\]\.delay: must be a valid/],
  ["a delay with two signs", delay(1, -1), /^jobs\[0\]\.delay: must be a valid/],
  ["a run time before 1970", runAt(-1), /^jobs\[0\]\.run_at: must be from 1970/],
  ["a run time after 9999", runAt(LAST_SECOND + 1n), /^jobs\[0\]\.run_at: must be from 1970/],
  ["a run time with negative nanos", runAt(1, -1), /^jobs\[0\]\.run_at: must be a valid/],
  ["a run time with too many nanos", runAt(1, 1_000_000_000), /^jobs\[0\]\.run_at: must be a valid/],
  ["a start_by before 1970", startBy(-1), /^jobs\[0\]\.start_by: must be from 1970/],
  ["a start_by after 9999", startBy(LAST_SECOND + 1n), /^jobs\[0\]\.start_by: must be from 1970/],
  ["a start_by with too many nanos", startBy(1, 2_000_000_000), /^jobs\[0\]\.start_by: must be a valid/],
  ["a reservation below 1 s", reservationTime(0, 999_000_000), /^jobs\[0\]\.reservation_time: must be 0/],
  ["a reservation above 24 h", reservationTime(86_400, 1_000_000), /^jobs\[0\]\.reservation_time: .* 24 h/],
  ["a negative reservation", reservationTime(-5), /^jobs\[0\]\.reservation_time: must be 0/],
  ["a reservation that is negative by a nanosecond", reservationTime(0, -1), /reservation_time: must be 0/],
  ["too many retries", { name, retry: { maxRetries: 1_001 } }, /retry\.max_retries: must be 0 to 1000/],
  ["very many retries", { name, retry: { maxRetries: 2 ** 32 - 1 } }, /retry\.max_retries: must be 0 to/],
  [
    "a fixed backoff without its delay",
    { name, retry: { backoff: { case: "fixed", value: {} } } },
    /retry\.fixed\.delay: is required/,
  ],
  ["a negative backoff", fixed(-1), /retry\.fixed\.delay: must be 0 to 100 years/],
  [
    "a backoff without its initial",
    { name, retry: { backoff: { case: "exponential", value: {} } } },
    /retry\.exponential\.initial: is required/,
  ],
  ["a shrinking backoff", exponential({ factor: 0.5 }), /retry\.exponential\.factor: must be 1 to 100/],
  ["an exploding backoff", exponential({ factor: 100.5 }), /retry\.exponential\.factor: must be 1 to 100/],
  [
    "a factor that is no number",
    exponential({ factor: Number.NaN }),
    /exponential\.factor: must be 1 to 100/,
  ],
  ["an infinite factor", exponential({ factor: Number.POSITIVE_INFINITY }), /exponential\.factor: must be/],
  ["a negative jitter", exponential({ jitter: -0.1 }), /retry\.exponential\.jitter: must be 0 to 1/],
  ["a jitter above 1", exponential({ jitter: 1.1 }), /retry\.exponential\.jitter: must be 0 to 1/],
  ["a jitter that is no number", exponential({ jitter: Number.NaN }), /exponential\.jitter: must be 0 to 1/],
  ["a negative longest delay", exponential({ max: seconds(-1) }), /retry\.exponential\.max: must be 0 to/],
  ["a list of no delays", delays(), /retry\.delays\.delays: must be 1 to 100 delays/],
  ["a list of 101 delays", delays(...Array(101).fill(1)), /retry\.delays\.delays: must be 1 to 100 delays/],
  ["a list with a negative delay", delays(1, -1), /retry\.delays\.delays\[1\]: must be 0 to 100 years/],
  ["a priority above 100", { name, priority: 101 }, /priority: must be -100 to 100/],
  ["a priority below -100", { name, priority: -101 }, /priority: must be -100 to 100/],
  ["33 labels", { name, labels: labels(33) }, /labels: must be at most 32/],
  ["a long key of a label", { name, labels: { [long]: "" } }, /labels: must have keys of 1 to 128/],
  ["an empty key of a label", { name, labels: { "": "" } }, /labels: must have keys of 1 to 128/],
  ["a long label", { name, labels: { key: long } }, /labels\["key"\]: must be at most 128 characters/],
  [
    "a label __proto__",
    { name, labels: Object.fromEntries([["__proto__", "x"]]) },
    /labels: must not have the key "__proto__"/,
  ],
  ["a long unique key", { name, uniqueKey: "k".repeat(257) }, /unique_key: must be 1 to 256 characters/],
  [
    "a unique key with a newline",
    { name, uniqueKey: "a\n" },
    /unique_key: .* none of them a control character/,
  ],
  [
    "an unknown on_conflict",
    { name, uniqueKey: "k", onConflict: 3 as 2 },
    /on_conflict: must be KEEP or REPLACE/,
  ],
  ["nothing to replace", { name, onConflict: 2 }, /on_conflict: must come with a unique_key/],
  ["a negative keep_result", { name, keepResult: seconds(-1) }, /keep_result: must be 0 to 100 years/],
  ["a keep_result above 100 years", { name, keepResult: seconds(YEARS_100, 1) }, /keep_result: must be 0 to/],
  ["a keep_result that is none", { name, keepResult: seconds(1, -1) }, /keep_result: must be a valid/],
  ["a traceparent that is none", { name, traceparent: "00-0-0-00" }, /traceparent: must be a W3C/],
];

const within: readonly (readonly [what: string, spec: Spec])[] = [
  ["a name and an id of 128 characters", { id: fits, name: fits }],
  ["every character that a name may have", { name: "Az09._:-" }],
  ["every kind of character that an id may have", { id: "!~#/%{}'\"", name }],
  ["a delay of 100 years", delay(YEARS_100)],
  ["a run time at the first instant", runAt(0)],
  ["a run time at the last instant", runAt(LAST_SECOND, 999_999_999)],
  ["a reservation of 1 s", reservationTime(1)],
  ["a reservation of 24 h", reservationTime(86_400)],
  ["the shortest that is not nothing, as a delay", delay(0, 1)],
  ["1000 retries", { name, retry: { maxRetries: 1_000 } }],
  ["100 delays of 100 years", delays(...Array(100).fill(Number(YEARS_100)))],
  ["factor 100 and jitter 1", exponential({ factor: 100, jitter: 1, max: seconds(YEARS_100) })],
  ["priority 100", { name, priority: 100 }],
  ["priority -100", { name, priority: -100 }],
  ["32 labels of 128 characters", { name, labels: labels(32) }],
  ["a unique key of 256 characters", { name, uniqueKey: "k".repeat(256), onConflict: 1 }],
  ["a unique key to replace", { name, uniqueKey: "💥 ", onConflict: 2 }],
  ["a result that is not kept", { name, keepResult: seconds(0) }],
  ["a result that is kept for 100 years", { name, keepResult: seconds(YEARS_100) }],
  ["a traceparent", { name, traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }],
];

describe("Enqueue refuses, naming field and bound, and goes on", () => {
  for (const [what, spec, words] of outside) {
    test(what, async () => {
      await assertRefused(producer.enqueue(spec), Code.InvalidArgument, words);
      const good = { id: crypto.randomUUID(), name };
      await assertRefused(producer.enqueue(good, spec), Code.InvalidArgument, /^jobs\[1\]\./);
      await assertRefused(producer.job(good.id), Code.NotFound, /There is no job with this id/);
    });
  }

  test("no jobs, or 1,001", async () => {
    await assertRefused(producer.enqueue(), Code.InvalidArgument, /^jobs: must be 1 to 1000 jobs, is empty/);
    const many = Array.from({ length: 1_001 }, () => ({ name }));
    await assertRefused(producer.enqueue(...many), Code.InvalidArgument, /^jobs: .* 1000 jobs, is 1001/);
  });
});

describe("Enqueue takes", () => {
  for (const [what, spec] of within) {
    test(what, async () => {
      assert.equal((await producer.enqueue(spec)).length, 1);
    });
  }

  test("1,000 jobs", async () => {
    const many = Array.from({ length: 1_000 }, () => ({ name }));
    assert.equal((await producer.enqueue(...many)).length, 1_000);
  });
});

describe("an enqueue that waits", () => {
  const wait = (jobs: number, span: ReturnType<typeof seconds>) =>
    producer.rpc.enqueue({ jobs: Array.from({ length: jobs }, () => ({ name })), wait: span });
  const cases: readonly (readonly [
    what: string,
    jobs: number,
    span: ReturnType<typeof seconds>,
    words: RegExp,
  ])[] = [
    ["for a negative time", 1, seconds(0, -1), /^wait: must be 0 to 60 s/],
    ["for more than 60 s", 1, seconds(60, 1), /^wait: must be 0 to 60 s/],
    ["for no time at all", 1, seconds(1, -1), /^wait: must be a valid/],
    ["for 33 jobs", 33, seconds(1), /^wait: must be for at most 32 jobs, is for 33/],
  ];
  for (const [what, jobs, span, words] of cases) {
    test(`is refused ${what}, and nothing is stored`, async () => {
      const before = await producer.admin.getQueue({ name });
      await assertRefused(wait(jobs, span), Code.InvalidArgument, words);
      assert.deepEqual((await producer.admin.getQueue({ name })).queue?.jobs, before.queue?.jobs);
    });
  }

  test("is taken for 32 jobs, and for 0 s, which is to look at once", async () => {
    const { jobs } = await wait(32, seconds(0));
    assert.deepEqual(
      jobs.map(({ job }) => job?.state),
      Array(32).fill(JobState.READY),
    );
  });

  test("keeps the deadline of its call, and the job is stored all the same", async () => {
    const id = crypto.randomUUID();
    const call = producer.rpc.enqueue({ jobs: [{ id, name }], wait: seconds(60) }, { timeoutMs: 200 });
    await assertRefused(call, Code.DeadlineExceeded, /deadline|timed out/);
    assert.equal((await producer.job(id)).state, JobState.READY);
  });
});

describe("GetJob, WatchJob and CancelJobs refuse", () => {
  const ids: readonly (readonly [string, string])[] = [
    ["no id", ""],
    ["a long id", long],
    ["an id with a space", "a b"],
  ];
  for (const [what, id] of ids) {
    test(what, async () => {
      const watch = async () => {
        for await (const _ of producer.rpc.watchJob({ id })) assert.fail("something came");
      };
      await assertRefused(producer.job(id), Code.InvalidArgument, /^id: must be 1 to 128/);
      await assertRefused(watch(), Code.InvalidArgument, /^id: must be 1 to 128/);
      const cancelled = producer.rpc.cancelJobs({ ids: ["good", id] });
      await assertRefused(cancelled, Code.InvalidArgument, /^ids\[1\]: must be 1 to 128/);
    });
  }

  test("no ids, or 1,001", async () => {
    for (const count of [0, 1_001]) {
      const cancelled = producer.rpc.cancelJobs({ ids: Array(count).fill("a") });
      await assertRefused(cancelled, Code.InvalidArgument, /^ids: must be 1 to 1000 ids, is \d+/);
    }
  });
});
