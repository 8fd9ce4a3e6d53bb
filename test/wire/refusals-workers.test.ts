// What a worker may not say: in its hello, in a poll, in a report, and in the original's words. Others are none the
// worse for it.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  type HelloSchema,
  ReportResult,
  type ReportSchema,
  type ReserveRequestSchema,
  type WorkRequestSchema,
} from "../../src/gen/lakh/v1/worker_pb.ts";
import { Outgoing } from "./mailbox.ts";
import { OriginalClient } from "./original-client.ts";
import { openProducer } from "./producer.ts";
import { assertRefused, assertWords } from "./refusal.ts";
import { openWireServer } from "./wire-server.ts";

const server = await openWireServer();
const producer = openProducer(server.url);
after(async () => {
  producer[Symbol.dispose]();
  await server.stop();
  const faults = server.lines.filter(({ level }) => level >= 50);
  assert.deepEqual(faults, [], "no worker's words are a fault of the server");
});

type Hello = MessageInitShape<typeof HelloSchema>;
type Report = MessageInitShape<typeof ReportSchema>;

const long = "a".repeat(129);
const names = ["refused"];
const seconds = (given: number, nanos = 0) => ({ seconds: BigInt(given), nanos });

/** Says it all on one stream, which stays open; rejects with what the server ends it with. */
async function work(...requests: MessageInitShape<typeof WorkRequestSchema>[]): Promise<void> {
  const outgoing = new Outgoing<MessageInitShape<typeof WorkRequestSchema>>();
  for (const request of requests) outgoing.send(request);
  try {
    for await (const _ of producer.worker.work(outgoing, { signal: AbortSignal.timeout(5_000) })) {
      // its welcome
    }
  } finally {
    outgoing.end();
  }
}

async function subscribe(hello: Hello | undefined, reservationTime?: ReturnType<typeof seconds>) {
  const request = { ...(hello && { hello }), ...(reservationTime && { reservationTime }) };
  for await (const _ of producer.worker.subscribe(request, { signal: AbortSignal.timeout(5_000) })) return;
}

const badHellos: Readonly<Record<string, readonly [Hello, RegExp]>> = {
  "no names": [{ names: [] }, /^hello\.names: must be 1 to 1000 names, is 0/],
  "1,001 names": [{ names: Array.from({ length: 1_001 }, (_, i) => `${i}`) }, /^hello\.names: .* is 1001/],
  "a long name": [{ names: ["good", long] }, /^hello\.names\[1\]: must be 1 to 128 characters/],
  "a name that is none": [{ names: ["a;b"] }, /^hello\.names\[0\]: must be/],
  "capacity 10,001": [{ names, capacity: 10_001 }, /^hello\.capacity: must be 0 to 10000/],
  "the largest capacity there is": [{ names, capacity: 2 ** 32 - 1 }, /^hello\.capacity: must be 0 to/],
  "a long worker_id": [{ names, workerId: long }, /^hello\.worker_id: must be 1 to 128 printable/],
  "a worker_id with a space": [{ names, workerId: "a b" }, /^hello\.worker_id: must be/],
  "a long version": [{ names, version: long }, /^hello\.version: must be at most 128 characters/],
  "a label __proto__": [
    { names, labels: Object.fromEntries([["__proto__", "x"]]) },
    /^hello\.labels: must not have the key "__proto__"/,
  ],
  "10,001 jobs held": [
    { names, holding: Array.from({ length: 10_001 }, () => ({ jobId: "a", attempt: 1 })) },
    /^hello\.holding: must be at most 10000/,
  ],
  "a job held that has no id": [
    { names, holding: [{ attempt: 1 }] },
    /^hello\.holding\[0\]\.job_id: must be/,
  ],
};

describe("a hello is refused on Work and on Subscribe with", () => {
  for (const [what, [hello, words]] of Object.entries(badHellos)) {
    test(what, async () => {
      await assertRefused(work({ hello }), Code.InvalidArgument, words);
      await assertRefused(subscribe(hello), Code.InvalidArgument, words);
    });
  }
});

describe("Work refuses", () => {
  const hello: Hello = { names };
  const cases: Readonly<Record<string, readonly [MessageInitShape<typeof WorkRequestSchema>[], RegExp]>> = {
    "a first message without hello": [[{ capacity: 1 }], /^hello: is required in the first message/],
    "a second hello": [[{ hello }, { hello }], /^hello: must be in the first message only/],
    "capacity 10,001": [[{ hello }, { capacity: 10_001 }], /^capacity: must be 0 to 10000/],
    "1,001 reports": [
      [{ hello }, { reports: Array(1_001).fill({ jobId: "a", attempt: 1 }) }],
      /^reports: must be at most 1000/,
    ],
  };
  for (const [what, [requests, words]] of Object.entries(cases)) {
    test(what, () => assertRefused(work(...requests), Code.InvalidArgument, words));
  }

  test("a stream that ends before its hello", async () => {
    async function* nothing() {}
    const stream = async () => {
      for await (const _ of producer.worker.work(nothing())) assert.fail("something came");
    };
    await assertRefused(stream(), Code.InvalidArgument, /^hello: is required in the first message/);
  });
});

describe("Subscribe refuses", () => {
  const words = /^reservation_time: must be 1 s to 24 h/;
  test("a request without hello", () =>
    assertRefused(subscribe(undefined), Code.InvalidArgument, /^hello: is required/));
  for (const span of [seconds(0), seconds(-1), seconds(0, 999_000_000), seconds(86_401)]) {
    test(`a reservation of ${span.seconds} s and ${span.nanos} ns`, () =>
      assertRefused(subscribe({ names }, span), Code.InvalidArgument, words));
  }
});

describe("Reserve refuses", () => {
  const cases: Readonly<Record<string, readonly [MessageInitShape<typeof ReserveRequestSchema>, RegExp]>> = {
    "no names": [{}, /^names: must be 1 to 1000 names, is 0/],
    "1,001 names": [{ names: Array(1_001).fill("a") }, /^names: must be 1 to 1000 names, is 1001/],
    "a name that is none": [{ names: [""] }, /^names\[0\]: must be 1 to 128/],
    "101 jobs": [{ names, maxJobs: 101 }, /^max_jobs: must be 0 to 100/],
    "a long worker_id": [{ names, workerId: long }, /^worker_id: must be 1 to 128/],
    "a wait above 60 s": [{ names, wait: seconds(60, 1_000_000) }, /^wait: must be 0 to 60 s/],
    "a negative wait": [{ names, wait: seconds(0, -1) }, /^wait: must be 0 to 60 s/],
    "a wait that is none": [{ names, wait: seconds(1, -1) }, /^wait: must be a valid/],
    "a reservation below 1 s": [{ names, reservationTime: seconds(0, 1) }, /^reservation_time: must be 1 s/],
    "a reservation above 24 h": [
      { names, reservationTime: seconds(86_401) },
      /^reservation_time: must be 1 s/,
    ],
  };
  for (const [what, [request, words]] of Object.entries(cases)) {
    test(what, () => assertRefused(producer.worker.reserve(request), Code.InvalidArgument, words));
  }

  test("nothing at its bounds", async () => {
    const most = { maxJobs: 100, workerId: "a".repeat(128), reservationTime: seconds(86_400) };
    const { jobs, workerId } = await producer.worker.reserve({ names, ...most });
    assert.deepEqual([jobs, workerId], [[], most.workerId]);
  });
});

describe("Report", () => {
  const report = async (workerId: string, ...reports: Report[]) =>
    (await producer.worker.report({ workerId, reports })).outcomes;

  test("is refused whole without a worker_id, without reports and with 1,001", async () => {
    const one: Report = { jobId: "a", attempt: 1, report: { case: "succeed", value: {} } };
    await assertRefused(report("", one), Code.InvalidArgument, /^worker_id: is required/);
    await assertRefused(report("a b", one), Code.InvalidArgument, /^worker_id: must be 1 to 128/);
    await assertRefused(report("w"), Code.InvalidArgument, /^reports: must be 1 to 1000 reports, is 0/);
    const many = Array(1_001).fill(one);
    await assertRefused(
      report("w", ...many),
      Code.InvalidArgument,
      /^reports: must be 1 to 1000 reports, is 1001/,
    );
  });

  test("says of each report by itself what is wrong, and carries out the others", async () => {
    const [jobId = "", otherId = ""] = await producer.enqueue({ name: "mine" }, { name: "others" });
    await producer.worker.reserve({ names: ["mine"], workerId: "me" });
    await producer.worker.reserve({ names: ["others"], workerId: "other" });
    const fail = (value: object): Report => ({ jobId, attempt: 1, report: { case: "fail", value } });
    const extend = (value: object): Report => ({ jobId, attempt: 1, report: { case: "extend", value } });
    const succeed = (id: string, attempt = 1, result = {}): Report => ({
      jobId: id,
      attempt,
      report: { case: "succeed", value: result },
    });
    const bytes = (count: number) => ({ result: { value: { case: "data", value: new Uint8Array(count) } } });
    const { REFUSED, NOT_FOUND, IGNORED, ACCEPTED } = ReportResult;
    const cases: readonly (readonly [Report, ReportResult, RegExp])[] = [
      [succeed(""), REFUSED, /^job_id: must be 1 to 128/],
      [succeed("a b"), REFUSED, /^job_id: must be 1 to 128/],
      [succeed("nobody"), NOT_FOUND, /^There is no job with this id/],
      [succeed(otherId), REFUSED, /^The job is held by another worker/],
      [succeed(jobId, 0), REFUSED, /^attempt: is required, from 1/],
      [succeed(jobId, 2), REFUSED, /^This attempt was never delivered/],
      [succeed(jobId, 2 ** 32 - 1), REFUSED, /^This attempt was never delivered/],
      [{ jobId, attempt: 1 }, REFUSED, /^report: must be one of succeed, fail, extend, release/],
      [succeed(jobId, 1, bytes(65_537)), REFUSED, /^succeed\.result: must be at most 64 KiB \(65536 bytes\)/],
      [fail({ retryAfter: seconds(-1) }), REFUSED, /^fail\.retry_after: must be 0 to 100 years/],
      [fail({ retryAfter: seconds(3_153_600_001) }), REFUSED, /^fail\.retry_after: must be 0 to 100 years/],
      [extend({ reservationTime: seconds(0) }), REFUSED, /^extend\.reservation_time: must be 1 s to 24 h/],
      [extend({ reservationTime: seconds(86_401) }), REFUSED, /^extend\.reservation_time: must be 1 s/],
      [succeed(jobId, 1, bytes(65_536)), ACCEPTED, /^$/],
      [succeed(jobId), IGNORED, /^The job is finished already/],
      [fail({}), IGNORED, /^The job is finished already/],
    ];
    const outcomes = await report("me", ...cases.map(([one]) => one));
    for (const [i, [one, result, words]] of cases.entries()) {
      assertWords(outcomes[i]?.reason ?? "no outcome", words);
      assert.deepEqual([outcomes[i]?.jobId, outcomes[i]?.result], [one.jobId, result], `report ${i}`);
    }
    assert.equal((await producer.job(jobId)).state, JobState.SUCCEEDED);
    assert.equal((await producer.job(otherId)).state, JobState.RESERVED);
  });

  test("takes an error of any length, and keeps of it what fits", async () => {
    const [jobId = ""] = await producer.enqueue({ name: "long", retry: { maxRetries: 0 } });
    await producer.worker.reserve({ names: ["long"], workerId: "me" });
    const text = "ü".repeat(100_000);
    const error = { class: text, message: text, stack: text };
    const [outcome] = await report("me", { jobId, attempt: 1, report: { case: "fail", value: { error } } });
    assert.equal(outcome?.result, ReportResult.ACCEPTED);
    const kept = (await producer.job(jobId)).attempts[0]?.error;
    const sizes = [
      kept?.class.length,
      ...[kept?.message, kept?.stack].map((one) => Buffer.byteLength(one ?? "")),
    ];
    assert.deepEqual(sizes, [200, 4 << 10, 16 << 10]);
  });
});

describe("the original's API refuses", () => {
  const job = { id: "a", name: "add" };
  const cases: Readonly<Record<string, readonly [string | undefined, RegExp]>> = {
    "no job_names": [undefined, /^job_names: is required in the metadata/],
    "empty job_names": ["", /^job_names: must be 1 to 1000 names, is 0/],
    "job_names of separators": [";; ;", /^job_names: must be 1 to 1000 names, is 0/],
    "job_names with a space in one": ["add;s ub", /^job_names\[1\]: must be 1 to 128/],
    "job_names with a long one": [long, /^job_names\[0\]: must be 1 to 128/],
    "1,001 job_names": [Array(1_001).fill("a").join(";"), /^job_names: must be 1 to 1000 names, is 1001/],
  };
  for (const [what, [jobNames, words]] of Object.entries(cases)) {
    test(what, async () => {
      using original = new OriginalClient(server.url);
      await assertRefused(asConnectError(original.work(jobNames, [job])), Code.InvalidArgument, words);
      await assertRefused(asConnectError(original.join(jobNames).next()), Code.InvalidArgument, words);
    });
  }

  const jobs: Readonly<Record<string, readonly [object, RegExp]>> = {
    "an id with a space": [{ id: "a b" }, /id: must be 1 to 128 printable/],
    "a long id": [{ id: long }, /id: must be 1 to 128 printable/],
    "a negative delay": [
      { executionTime: { case: "delayed", value: seconds(-1) } },
      /delay(ed)?: must be 0 to/,
    ],
    "a delay that is none": [
      { executionTime: { case: "delayed", value: seconds(1, -1) } },
      /^delayed: must be a valid/,
    ],
    "a time after 9999": [
      { executionTime: { case: "scheduled", value: seconds(253_402_300_800) } },
      /(run_at|scheduled): must be from 1970/,
    ],
    "a time that is none": [
      { executionTime: { case: "scheduled", value: seconds(0, -1) } },
      /^scheduled: must be a valid/,
    ],
    "a negative reservation": [{ reservationTime: seconds(-1) }, /reservation_time: must be 0/],
    "a reservation above 24 h": [{ reservationTime: seconds(86_401) }, /reservation_time: must be 0/],
  };
  for (const [what, [fields, words]] of Object.entries(jobs)) {
    test(`a job with ${what}`, async () => {
      using original = new OriginalClient(server.url);
      const refusal = original.work("add", [{ ...job, ...fields }]);
      await assertRefused(asConnectError(refusal), Code.InvalidArgument, words);
    });
  }

  test("a job with args above 1 MiB", async () => {
    using original = new OriginalClient(server.url);
    const refusal = original.work("add", [{ ...job, args: ["x".repeat(1 << 20)] }]);
    await assertRefused(asConnectError(refusal), Code.ResourceExhausted, /must be at most 1 MiB/);
  });
});

/** grpc-js has errors of its own. */
async function asConnectError(call: Promise<unknown>): Promise<unknown> {
  return call.catch(({ code, details }: { code: Code; details: string }) => {
    throw new ConnectError(details, code);
  });
}
