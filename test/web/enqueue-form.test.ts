// From what is written in the drawer to the spec that is sent, and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, equals } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { type JobSpec, JobSpecSchema, UniqueConflict } from "../../src/gen/lakh/v1/job_pb.ts";
import { bytesOfText, textOfContent } from "../../web/enqueue/content-text.ts";
import { EMPTY_FORM, formOfSpec } from "../../web/enqueue/form.ts";
import { readForm } from "../../web/enqueue/form-reading.ts";
import { printInstant, readInstant } from "../../web/enqueue/instant-text.ts";
import { refusedField } from "../../web/enqueue/refused-field.ts";
import { printSpan, readSpan } from "../../web/enqueue/span-text.ts";
import { retentionWords } from "../../web/job/retention-words.ts";
import { retryWords } from "../../web/job/retry-words.ts";
import { drawSeed } from "../seed.ts";

const encoder = new TextEncoder();
const BITING = [
  "9007199254740993",
  "1e400",
  "1.0",
  '{"a":1,"a":2}',
  '{"a":9007199254740993,\r\n "b":[1e400]}',
];

const anySpan = fc.integer({ min: 1, max: 10 ** 12 }).map(durationFromMs);
const anyInstant = fc.integer({ min: 0, max: 253_402_300_799_999 }).map(timestampFromMs);
const name = fc.stringMatching(/^[A-Za-z0-9._:-]{1,40}$/);
const text = fc.string({ maxLength: 60, unit: "grapheme" });
const anyBackoff = fc.oneof(
  fc.constant({ case: undefined }),
  anySpan.map((delay) => ({ case: "fixed" as const, value: { delay } })),
  fc
    .array(anySpan, { minLength: 1, maxLength: 5 })
    .map((delays) => ({ case: "delays" as const, value: { delays } })),
  fc
    .record({
      initial: anySpan,
      factor: fc.constantFrom(0, 1.5, 3),
      max: anySpan,
      jitter: fc.constantFrom(0, 0.25),
    })
    .map((value) => ({ case: "exponential" as const, value })),
);
const anySpec: fc.Arbitrary<JobSpec> = fc
  .record(
    {
      id: fc.stringMatching(/^[!-~]{1,40}$/),
      name,
      payload: fc.oneof(
        fc.uint8Array({ minLength: 1 }).map((value) => ({ case: "data" as const, value })),
        fc.constantFrom(...BITING).map((json) => ({ case: "data" as const, value: encoder.encode(json) })),
      ),
      start: fc.oneof(
        anySpan.map((value) => ({ case: "delay" as const, value })),
        anyInstant.map((value) => ({ case: "runAt" as const, value })),
      ),
      reservationTime: fc.constantFrom(0, 1_000, 86_400_000, 1_234).map(durationFromMs),
      retry: fc.record({ maxRetries: fc.nat(1_000), backoff: anyBackoff }),
      priority: fc.integer({ min: -100, max: 100 }),
      labels: fc.dictionary(
        fc.string({ minLength: 1, maxLength: 20 }).filter((key) => key !== "__proto__"),
        text,
        { maxKeys: 5 },
      ),
      startBy: anyInstant,
      uniqueKey: fc.stringMatching(/^[!-~]{1,40}$/),
      traceparent: fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/),
      keepResult: anySpan,
    },
    { requiredKeys: ["name"] },
  )
  .map((init) =>
    create(JobSpecSchema, { ...init, ...(init.uniqueKey && { onConflict: UniqueConflict.REPLACE }) }),
  );

test("a form that is filled in from a spec reads as that spec, byte for byte, in either zone", () => {
  fc.assert(
    fc.property(anySpec, fc.constantFrom("local" as const, "UTC" as const), (spec, zone) => {
      const { spec: read, wrong } = readForm(formOfSpec(spec, zone));
      assert.deepEqual(wrong, {});
      assert.ok(equals(JobSpecSchema, read, spec));
    }),
    { seed: drawSeed() },
  );
});

test("any bytes have a text that stands for them", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (value) => {
      assert.deepEqual(bytesOfText(textOfContent({ case: "data", value })), value);
    }),
    { seed: drawSeed() },
  );
  assert.equal(textOfContent({ case: "data", value: encoder.encode("a\r\nb") }).mode, "base64");
});

test("what a JSON value of the contract would change cannot be sent as one", () => {
  const deep = `${"[".repeat(40)}${"]".repeat(40)}`;
  const formOf = (payload: string, jsonAs: "data" | "json") => ({
    ...EMPTY_FORM,
    name: "n",
    payload,
    jsonAs,
  });
  for (const json of ["1", "1.0", '{"a":[1,"x:y",{"b":null}]}'])
    assert.deepEqual(readForm(formOf(json, "json")).wrong, {});
  for (const json of ["9007199254740993", "1e400", "[-0]", '{"a":1,"a":1}', deep]) {
    assert.match(readForm(formOf(json, "json")).wrong.payload ?? "", /exact text/);
    assert.deepEqual(readForm(formOf(json, "data")).wrong, {});
  }
});

const REFUSED = [
  ["name", { name: "" }],
  ["name", { name: "a b" }],
  ["payload", { payload: '{"a":' }],
  ["payload", { payload: "x".repeat(1_048_577), mode: "text" }],
  ["payload", { payload: "abc", mode: "hex" }],
  ["payload", { payload: "%%", mode: "base64" }],
  ["delay", { start: "delay", delay: "" }],
  ["delay", { start: "delay", delay: "soon" }],
  ["delay", { start: "delay", delay: "101y" }],
  ["run_at", { start: "at", runAt: "yesterday" }],
  ["retry.max_retries", { maxRetries: "1001" }],
  ["retry.max_retries", { maxRetries: "1.5" }],
  ["retry.exponential.initial", { backoff: "exponential" }],
  ["retry.exponential.factor", { backoff: "exponential", initial: "1s", factor: "0.5" }],
  ["retry.exponential.jitter", { backoff: "exponential", initial: "1s", jitter: "2" }],
  ["retry.fixed.delay", { backoff: "fixed" }],
  ["retry.delays.delays", { backoff: "delays", delays: "" }],
  ["reservation_time", { reservation: "500ms" }],
  ["reservation_time", { reservation: "25h" }],
  ["priority", { priority: "101" }],
  ["priority", { priority: "high" }],
  ["labels", { labels: [{ row: 0, key: "", value: "x" }] }],
  ["labels", { labels: [{ row: 0, key: "__proto__", value: "x" }] }],
  [
    "labels",
    {
      labels: [
        { row: 0, key: "a", value: "1" },
        { row: 1, key: "a", value: "2" },
      ],
    },
  ],
  ["labels", { labels: [{ row: 0, key: "a", value: "x".repeat(129) }] }],
  ["id", { id: "a b" }],
  ["unique_key", { uniqueKey: "a\u0000" }],
  ["on_conflict", { onConflict: "replace" }],
  ["keep_result", { keepResult: "-1s" }],
  ["traceparent", { traceparent: "00-xyz" }],
] as const;

test("what breaks a bound of the contract is told at its field, and at no other", () => {
  for (const [field, change] of REFUSED) {
    const { wrong } = readForm({ ...EMPTY_FORM, name: "n", ...change });
    assert.deepEqual(Object.keys(wrong), [field], JSON.stringify(change).slice(0, 80));
  }
});

test("a refusal of the server finds its field", () => {
  assert.deepEqual(refusedField("jobs[0].name: must be x"), { field: "name", bound: "must be x" });
  assert.deepEqual(refusedField("jobs[0].data: must be at most 1 MiB"), {
    field: "payload",
    bound: "must be at most 1 MiB",
  });
  assert.deepEqual(refusedField('jobs[0].labels["a: b"]: must be y'), {
    field: "labels",
    bound: '"a: b" must be y',
  });
  assert.equal(refusedField("the server is stopping. Try again"), undefined);
});

test("spans and instants that are printed are read again", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 0, max: 4_102_444_800_000 }), (span, instant) => {
      assert.equal(readSpan(printSpan(span)), span);
      assert.equal(readInstant(printInstant(instant, "UTC"), "UTC"), instant);
    }),
    { seed: drawSeed() },
  );
  assert.deepEqual(["90", "1.5 h", "1h 30m", "250ms", "2 weeks", ""].map(readSpan), [
    90_000,
    5_400_000,
    5_400_000,
    250,
    undefined,
    undefined,
  ]);
});

test("a retry policy in words", () => {
  const words = (retry: NonNullable<Parameters<typeof create<typeof JobSpecSchema>>[1]>["retry"]) =>
    retryWords(create(JobSpecSchema, { retry }).retry);
  assert.equal(words({ maxRetries: 30 }), "30 retries, Faktory's backoff");
  const exponential = {
    initial: durationFromMs(2_000),
    factor: 2,
    max: durationFromMs(3_600_000),
    jitter: 0,
  };
  assert.equal(
    words({ maxRetries: 1, backoff: { case: "exponential", value: exponential } }),
    "1 retry, exponential from 2.0 s by 2, at most 1 h",
  );
  assert.equal(words({ maxRetries: 0 }), "none: the first failure is the last");
});

test("the retention is that of the server", () => {
  const settings = [
    { key: "retention_succeeded", value: "24h" },
    { key: "retention_dead", value: "180d" },
  ];
  assert.equal(retentionWords(settings), "Succeeded jobs are kept 24 h, dead ones 180 days.");
  assert.match(retentionWords([]), /for a while/);
});
