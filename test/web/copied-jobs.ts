// Jobs that are hard to copy, and whether what is stored is what was copied.
import assert from "node:assert/strict";
import { create, equals, fromJson, type MessageInitShape, toJson } from "@bufbuild/protobuf";
import { timestampFromMs, ValueSchema } from "@bufbuild/protobuf/wkt";
import {
  type Job,
  type JobSpec,
  type JobSpecSchema,
  RetryPolicySchema,
  UniqueConflict,
} from "../../src/gen/lakh/v1/job_pb.ts";

export type Spec = MessageInitShape<typeof JobSpecSchema>;

export const utf8 = (text: string) => ({ case: "data", value: new TextEncoder().encode(text) }) as const;

/** Means something to shells, terminals, Python, Go, JavaScript or readers. */
export const HOSTILE = `'"\\ $(touch x) \`id\` !! %s <b>&amp;\u202e\u200b\u2028\ufeff \u001b[31m\t\u007f é 漢 😀 """ \${x} {{ LAKH`;

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/** By what is hard about them. */
export const SPECS: Readonly<Record<string, Spec>> = {
  plain: { name: "welcome", payload: utf8('{"user":42}') },
  "no payload": { name: "welcome" },
  unicode: { name: "welcome", payload: utf8('{"größe":"漢字 😀","":""}'), labels: { größe: "漢 字" } },
  everything: {
    name: "mail.send",
    payload: utf8('{"to":"ada@example.org","n":[1,2.5,1e21,null,true,{}]}'),
    start: { case: "delay", value: { seconds: 90n, nanos: 500_000_000 } },
    reservationTime: { seconds: 300n },
    retry: { maxRetries: 4, backoff: { case: "fixed", value: { delay: { seconds: 9n } } } },
    priority: -7,
    labels: { tenant: "42", "a b": "c=d, 'e'" },
    startBy: timestampFromMs(4_000_000_000_000),
    uniqueKey: "ada's",
    onConflict: UniqueConflict.REPLACE,
    traceparent,
    keepResult: { seconds: 60n },
  },
  "flags suffice": {
    name: "report",
    payload: utf8('"a text"'),
    start: { case: "runAt", value: timestampFromMs(4_000_000_000_123) },
    startBy: timestampFromMs(4_000_000_000_999),
    reservationTime: {},
    keepResult: { nanos: 1_000_000 },
    retry: { maxRetries: 0 },
    priority: -100,
    labels: { tenant: "--all", "-x": "=ls", "~": "" },
    uniqueKey: "--key 'of' `mine`!",
    onConflict: UniqueConflict.REPLACE,
  },
  "names that look like flags": { name: "--help", payload: utf8("-1"), labels: { "=": "=", "a=b": "c" } },
  "a wait": { name: "-1", payload: utf8("-1"), start: { case: "delay", value: { seconds: 172_800n } } },
  "less than a millisecond": {
    name: "welcome",
    reservationTime: { seconds: 1n, nanos: 1 },
    keepResult: { nanos: 1 },
    startBy: { seconds: 4_000_000_000n, nanos: 999_999_999 },
  },
  "numbers that are no doubles": { name: "welcome", payload: utf8('{"id":9007199254740993,"far":1e400}') },
  "keys that come twice": { name: "welcome", payload: utf8('{"a":1,"a":2}') },
  "a zero below zero": { name: "welcome", payload: utf8("[-0,1.0]") },
  "half a surrogate pair": { name: "welcome", payload: utf8('{"\\udc00":"\\ud83d"}') },
  "too deep for json": { name: "welcome", payload: utf8(`${"[".repeat(40)}${"]".repeat(40)}`) },
  "a prototype": { name: "welcome", payload: utf8('{"__proto__":{"a":1}}') },
  "JSON as the page would not write it": {
    name: "welcome",
    payload: utf8(' {\t"b" :\r\n [1.50, 15e-1] }\n'),
  },
  bytes: { name: "welcome", payload: { case: "data", value: Uint8Array.of(0, 255, 10, 13, 39) } },
  "a text that is no JSON": { name: "welcome", payload: utf8(`\ufeff${HOSTILE}\n\0two`) },
  "strings that bite": {
    name: "welcome",
    payload: utf8(JSON.stringify({ [HOSTILE]: HOSTILE, quotes: '"""', end: "\\" })),
    labels: { k: HOSTILE },
    uniqueKey: "' \" \\ $x `y` !z \u202e",
  },
  json: {
    name: "welcome",
    payload: { case: "json", value: fromJson(ValueSchema, { [HOSTILE]: [HOSTILE, 0.1, null, true, {}] }) },
  },
  "an exponential backoff": {
    name: "welcome",
    retry: {
      backoff: {
        case: "exponential",
        value: { initial: { seconds: 1n }, factor: 3, max: { seconds: 60n }, jitter: 0.5 },
      },
    },
  },
  "a list of delays": {
    name: "welcome",
    retry: { backoff: { case: "delays", value: { delays: [{ seconds: 1n }, { nanos: 250_000_000 }] } } },
  },
};

/** Of these every byte counts: as `json` they would be another payload. */
export const KEPT_AS_BYTES: ReadonlySet<string> = new Set([
  "numbers that are no doubles",
  "keys that come twice",
  "a zero below zero",
  "half a surrogate pair",
  "too deep for json",
  "a prototype",
  "bytes",
  "a text that is no JSON",
]);

/** @throws {AssertionError} when it is another job. JSON may be there as json or as data, if it says the same. */
export function assertSame(job: Job, spec: JobSpec): void {
  assert.deepEqual(
    [job.name, job.priority, { ...job.labels }, job.uniqueKey, job.traceparent],
    [spec.name, spec.priority, { ...spec.labels }, spec.uniqueKey, spec.traceparent],
  );
  assertSamePayload(job, spec);
  assertSameTimes(job, spec);
  if (spec.retry) {
    const wanted = create(RetryPolicySchema, { maxRetries: 30, ...spec.retry });
    assert.ok(job.retry && equals(RetryPolicySchema, job.retry, wanted), "the retry policy");
  }
}

function assertSamePayload({ payload }: Job, spec: JobSpec): void {
  if (payload.case !== "json") {
    const bytes = (one: JobSpec["payload"]) => Buffer.from(one.case === "data" ? one.value : []);
    assert.ok(bytes(payload).equals(bytes(spec.payload)), `other bytes: ${bytes(payload).toString()}`);
    return;
  }
  const wanted =
    spec.payload.case === "json"
      ? toJson(ValueSchema, spec.payload.value)
      : JSON.parse(new TextDecoder().decode(spec.payload.value));
  assert.deepEqual(JSON.parse(JSON.stringify(toJson(ValueSchema, payload.value))), wanted);
}

function assertSameTimes(job: Job, { start, reservationTime, startBy, keepResult }: JobSpec): void {
  const span = (one: { seconds: bigint; nanos: number } | undefined) =>
    one && Number(one.seconds) * 1_000 + Math.ceil(one.nanos / 1_000_000);
  const instant = (one: { seconds: bigint; nanos: number } | undefined) =>
    one && Number(one.seconds) * 1_000 + Math.floor(one.nanos / 1_000_000);
  if (reservationTime) assert.equal(span(job.reservationTime), span(reservationTime), "reservation");
  assert.equal(instant(job.startBy), instant(startBy), "start by");
  assert.equal(span(job.keepResult), span(keepResult), "keep result");
  if (start.case === "runAt") assert.equal(instant(job.dueAt), instant(start.value), "run at");
  if (start.case === "delay") {
    const waits = (instant(job.dueAt) ?? 0) - (instant(job.enqueuedAt) ?? 0);
    assert.equal(waits, span(start.value), "delay");
  }
}
