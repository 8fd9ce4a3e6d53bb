// What is read and written by hand, held against protobuf-es: the same bytes, the same messages, the same refusals.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, fromBinary, fromJson, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import type { Delivery } from "../../src/broker/session.ts";
import type { JobSpec, JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import { EnqueueStreamRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import {
  type CancellationSchema,
  ReportSchema,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../src/gen/lakh/v1/worker_pb.ts";
import type { Job, JobState, Payload } from "../../src/job/job.ts";
import { viewDelivery } from "../../src/rpc/delivery.ts";
import { parseEnqueueStreamRequest } from "../../src/rpc/enqueue-codec.ts";
import { readContent } from "../../src/rpc/payload.ts";
import { bringJobs, parseWorkRequest, serializeWorkResponse } from "../../src/rpc/work-codec.ts";
import { drawSeed } from "../seed.ts";
import { idOf, nameOf, newJob, WORKER } from "../store/new-jobs.ts";

const seed = drawSeed();
const PROPERTY = { seed, numRuns: 500 };
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("", "__proto__", "a", "ä€😀"),
);
const bytes = fc.uint8Array({ maxLength: 40 });
const uint32 = fc.oneof(fc.constantFrom(0, 1, 127, 128, 2 ** 32 - 1), fc.nat());
const json = fc.json({ stringUnit: "binary", maxDepth: 4 });

function hex(message: Uint8Array | undefined): string | undefined {
  return message && Buffer.from(message).toString("hex");
}

describe("responses of Work", () => {
  const state: fc.Arbitrary<JobState> = fc.oneof(
    fc.record({ since: fc.integer({ min: 0, max: 2 ** 45 }), lasts: fc.nat() }).map(({ since, lasts }) => {
      return { is: "reserved" as const, by: WORKER, since, until: since + lasts, stream: true };
    }),
    fc.constant({ is: "ready" as const, since: 1 }),
  );
  const payload: fc.Arbitrary<Payload> = fc.oneof(
    bytes.map((data) => ({ kind: "data" as const, bytes: data })),
    json.map((said) => ({ kind: "json" as const, bytes: Buffer.from(said) })),
  );
  const delivery: fc.Arbitrary<Delivery> = fc
    .record({
      id: text,
      name: text,
      attempt: uint32,
      failures: uint32,
      state,
      payload,
      forgets: fc.boolean(),
    })
    .chain((facts) =>
      fc.record({ facts: fc.constant(facts), labels: fc.dictionary(text, text), trace: text }),
    )
    .map(({ facts, labels, trace }) => {
      const { forgets, payload: said, ...rest } = facts;
      const job: Job = {
        ...newJob("j").job,
        ...rest,
        ...{ id: idOf(rest.id), name: nameOf(rest.name), labels, reservationMs: forgets ? 0 : 1_000 },
        ...(trace !== "" && { traceparent: trace }),
      };
      return { job, payload: said, payloadBytes: said.bytes.length };
    });
  const rest = fc.record(
    {
      cancelled: fc.array(fc.record({ jobId: text, attempt: uint32 }) as fc.Arbitrary<Cancelled>),
      ping: fc.record({ nonce: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) }),
      drain: fc.boolean(),
      reportsThrough: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      outcomes: fc.array(fc.record({ jobId: text, reason: text })),
    },
    { requiredKeys: [] },
  );
  type Cancelled = MessageInitShape<typeof CancellationSchema>;

  test("are the bytes that protobuf-es writes", (t) => {
    t.diagnostic(`seed ${seed}`);
    fc.assert(
      fc.property(fc.array(delivery, { minLength: 1, maxLength: 5 }), rest, (deliveries, said) => {
        const response = bringJobs(deliveries, said);
        const written = serializeWorkResponse(response);
        const expected = create(WorkResponseSchema, { ...said, jobs: deliveries.map(viewDelivery) });
        assert.equal(hex(written), hex(toBinary(WorkResponseSchema, expected)));
        assert.equal(
          hex(toBinary(WorkResponseSchema, response)),
          hex(written),
          "the response is a message too",
        );
      }),
      PROPERTY,
    );
  });

  test("are left to protobuf-es when they bring no jobs", () => {
    const response = bringJobs([], { reportsThrough: 7n });
    assert.equal(serializeWorkResponse(response), undefined);
    assert.deepEqual(response, create(WorkResponseSchema, { reportsThrough: 7n }));
  });

  test("are whole after one that could not be written", () => {
    const good = { ...newJob("j"), payloadBytes: 0 };
    const bad = { ...good, payload: { kind: "json" as const, bytes: Buffer.from("{") } };
    const expected = hex(serializeWorkResponse(bringJobs([good], {})));
    assert.throws(() => serializeWorkResponse(bringJobs([good, bad], {})), SyntaxError);
    assert.equal(hex(serializeWorkResponse(bringJobs([good], {}))), expected);
  });
});

/** Both read the same, or both refuse. Answers whether it was read by hand. */
function readAlike(
  schema: typeof WorkRequestSchema | typeof EnqueueStreamRequestSchema,
  parse: (bytes: Uint8Array) => unknown,
  message: Uint8Array,
): boolean {
  let expected: unknown;
  try {
    expected = fromBinary(schema, message);
  } catch {
    assert.equal(parse(message), undefined, "what protobuf-es refuses is not read by hand");
    return false;
  }
  const read = parse(message);
  if (read === undefined) return false;
  assert.deepEqual(plain(read), plain(expected));
  return true;
}

/** Values that came over the wire are looked at, so that they can be compared. */
function plain(message: unknown): unknown {
  const jobs = (message as { jobs?: JobSpec[] }).jobs;
  if (!jobs) return message;

  const seen = (payload: JobSpec["payload"]) =>
    payload.case === "json"
      ? { json: toBinary(ValueSchema, payload.value), text: readContent("", payload) }
      : payload;
  return jobs.map(({ payload, ...rest }) => ({ ...rest, payload: seen(payload) }));
}

describe("requests of Work", () => {
  const report = fc.record({
    jobId: text,
    attempt: uint32,
    report: fc.oneof(
      { weight: 5, arbitrary: fc.constant({ case: "succeed" as const, value: {} }) },
      { weight: 1, arbitrary: fc.constant({ case: "release" as const, value: {} }) },
      {
        weight: 1,
        arbitrary: text.map((message) => ({ case: "fail" as const, value: { error: { message } } })),
      },
      { weight: 1, arbitrary: bytes.map((value) => succeedWith(value)) },
      { weight: 1, arbitrary: fc.constant({ case: undefined }) },
    ),
  });
  const succeedWith = (value: Uint8Array) => {
    return { case: "succeed" as const, value: { result: { value: { case: "data" as const, value } } } };
  };

  test("are the messages that protobuf-es reads", () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 5 }), (reports) => {
        const message = toBinary(WorkRequestSchema, create(WorkRequestSchema, { reports }));
        assert.ok(readAlike(WorkRequestSchema, parseWorkRequest, message), "reports are read by hand");
      }),
      PROPERTY,
    );
  });

  test("are left to protobuf-es when they say anything else", () => {
    const said = { hello: { workerId: "w" }, reports: [{ jobId: "a" }] };
    assert.equal(parseWorkRequest(toBinary(WorkRequestSchema, create(WorkRequestSchema, said))), undefined);
  });

  test("that are damaged are read alike, or refused alike", () => {
    const whole = fc
      .array(report, { minLength: 1, maxLength: 3 })
      .map((reports) => toBinary(WorkRequestSchema, create(WorkRequestSchema, { reports })));
    damaged(whole, (message) => readAlike(WorkRequestSchema, parseWorkRequest, message));
  });

  test("do not share what somebody could change", () => {
    const reports = [1, 2].map((attempt) => ({ attempt, report: { case: "succeed" as const, value: {} } }));
    const read = parseWorkRequest(toBinary(WorkRequestSchema, create(WorkRequestSchema, { reports })));
    assert.deepEqual(
      read?.reports.map((one) => toBinary(ReportSchema, one)),
      reports.map((one) => toBinary(ReportSchema, create(ReportSchema, one))),
    );
  });
});

describe("requests of EnqueueStream", () => {
  const payload = fc.oneof(
    bytes.map((value) => ({ case: "data" as const, value })),
    json.map((said) => ({ case: "json" as const, value: fromJson(ValueSchema, JSON.parse(said)) })),
    fc.constant({ case: undefined }),
  );
  const plainSpec = fc.record({ id: text, name: text, payload });
  const richSpec = fc.record({
    id: text,
    name: text,
    payload,
    priority: fc.nat(100),
    labels: fc.dictionary(text, text),
  });
  const spec = fc.oneof(
    { weight: 4, arbitrary: plainSpec as fc.Arbitrary<MessageInitShape<typeof JobSpecSchema>> },
    { weight: 1, arbitrary: richSpec as fc.Arbitrary<MessageInitShape<typeof JobSpecSchema>> },
  );
  const written = (jobs: MessageInitShape<typeof JobSpecSchema>[]) =>
    toBinary(EnqueueStreamRequestSchema, create(EnqueueStreamRequestSchema, { jobs }));

  test("are the messages that protobuf-es reads, and their JSON is the same text", () => {
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 5 }), (jobs) => {
        const isByHand = readAlike(EnqueueStreamRequestSchema, parseEnqueueStreamRequest, written(jobs));
        assert.ok(isByHand, "jobs are read by hand");
      }),
      PROPERTY,
    );
  });

  test("that are damaged are read alike, or refused alike", () => {
    const whole = fc.array(spec, { minLength: 1, maxLength: 3 }).map(written);
    const read = (message: Uint8Array) =>
      readAlike(EnqueueStreamRequestSchema, parseEnqueueStreamRequest, message);
    damaged(whole, (message) => {
      try {
        read(message);
      } catch (error) {
        // A Value that is no JSON: its text is refused, by whoever reads it.
        if (!(error as Error).message.includes("must be a JSON value")) throw error;
      }
    });
  });

  test("control: a message that is read otherwise would be seen", () => {
    const wrong = (message: Uint8Array) => {
      const request = parseEnqueueStreamRequest(message);
      return request && { ...request, jobs: request.jobs.map((job) => ({ ...job, priority: 1 })) };
    };
    assert.throws(
      () => readAlike(EnqueueStreamRequestSchema, wrong, written([{ name: "a" }])),
      assert.AssertionError,
    );
  });
});

/** Some bytes are changed, taken away or put in. */
function damaged(whole: fc.Arbitrary<Uint8Array>, read: (message: Uint8Array) => void): void {
  const damage = fc.record({ at: fc.nat(), cut: fc.nat(3), put: fc.uint8Array({ maxLength: 3 }) });
  fc.assert(
    fc.property(whole, damage, (message, { at, cut, put }) => {
      const place = at % (message.length + 1);
      read(Buffer.concat([message.subarray(0, place), put, message.subarray(place + cut)]));
    }),
    { ...PROPERTY, numRuns: 3_000 },
  );
}
