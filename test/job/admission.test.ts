// What may become a job: every bound one below, at it, and one above. The numbers are written out here, so that a
// bound cannot change without a test that says so.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  admit,
  checkId,
  checkName,
  type Draft,
  isViolation,
  isWorkerId,
  type NewJob,
} from "../../src/job/admission.ts";
import type { Backoff, JobId, Payload } from "../../src/job/job.ts";
import { DAY, NOW, SECOND } from "./samples.ts";

const CENTURY = 100 * 365 * DAY;
const DEFAULTS = { reservationMs: 11 * SECOND, maxRetries: 7 };

function payload(size: number, kind: Payload["kind"] = "json"): Payload {
  return { kind, bytes: new Uint8Array(size) };
}

function admitDraft(draft: Partial<Draft>) {
  const newId = () => "made" as JobId;
  return admit({ name: "mail", payload: payload(2), ...draft }, DEFAULTS, { now: NOW, newId });
}

function admitted(draft: Partial<Draft>): NewJob {
  const job = admitDraft(draft);
  assert.ok(!isViolation(job), JSON.stringify(job));
  return job;
}

function labels(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, ""]));
}

function retried(backoff: Backoff): Partial<Draft> {
  return { backoff };
}

function exponential(facts: Partial<Extract<Backoff, { by: "exponential" }>>): Partial<Draft> {
  return retried({ by: "exponential", initialMs: 1, factor: 2, maxMs: 9, jitter: 0, ...facts });
}

function delays(count: number, delayMs = 1): Partial<Draft> {
  return retried({ by: "delays", delaysMs: new Array<number>(count).fill(delayMs) });
}

/** A bound: the field as it is called, drafts that keep it, and drafts that break it. */
type Bound = readonly [field: string, keep: readonly Partial<Draft>[], breaks: readonly Partial<Draft>[]];

const x = (length: number) => "x".repeat(length);

const BOUNDS: readonly Bound[] = [
  ["id", [{ id: "!" }, { id: "~" }, { id: x(127) }, { id: x(128) }], [{ id: "" }, { id: x(129) }]],
  ["id", [{ id: 'a"/\\' }], [{ id: "a b" }, { id: "a\n" }, { id: "\x7f" }, { id: "é" }, { id: "a\0" }]],
  ["name", [{ name: "a" }, { name: x(127) }, { name: x(128) }], [{ name: "" }, { name: x(129) }]],
  ["name", [{ name: "aZ0._:-" }], [{ name: "a b" }, { name: "a/b" }, { name: "a\n" }, { name: "é" }]],
  ["json", [{ payload: payload(0) }, { payload: payload(1_048_576) }], [{ payload: payload(1_048_577) }]],
  ["data", [{ payload: payload(1_048_575, "data") }], [{ payload: payload(1_048_577, "data") }]],
  ["json", [{ payloadBytes: 1_048_576 }], [{ payloadBytes: 1_048_577 }]],
  [
    "delay",
    [{ delayMs: 0 }, { delayMs: CENTURY - 1 }, { delayMs: CENTURY }],
    [{ delayMs: -1 }, { delayMs: CENTURY + 1 }],
  ],
  [
    "run_at",
    [{ runAt: 0 }, { runAt: 1 }, { runAt: 253_402_300_799_999 }],
    [{ runAt: -1 }, { runAt: 253_402_300_800_000 }],
  ],
  [
    "start_by",
    [{ startBy: 0 }, { startBy: 253_402_300_799_999 }],
    [{ startBy: -1 }, { startBy: 253_402_300_800_000 }],
  ],
  [
    "reservation_time",
    [{ reservationMs: 0 }],
    [{ reservationMs: -1 }, { reservationMs: 1 }, { reservationMs: 999 }],
  ],
  ["reservation_time", [{ reservationMs: 1_000 }, { reservationMs: DAY }], [{ reservationMs: DAY + 1 }]],
  [
    "retry.max_retries",
    [{ maxRetries: 0 }, { maxRetries: 1_000 }],
    [{ maxRetries: -1 }, { maxRetries: 1_001 }],
  ],
  ["priority", [{ priority: -100 }, { priority: -99 }], [{ priority: -101 }]],
  ["priority", [{ priority: 99 }, { priority: 100 }], [{ priority: 101 }, { priority: Number.NaN }]],
  ["labels", [{ labels: labels(31) }, { labels: labels(32) }], [{ labels: labels(33) }]],
  ["labels", [{ labels: { [x(127)]: "" } }, { labels: { [x(128)]: "" } }], [{ labels: { [x(129)]: "" } }]],
  [
    "labels",
    [{ labels: { constructor: "" } }],
    [{ labels: { "": "" } }, { labels: JSON.parse('{"__proto__":"x"}') }],
  ],
  ['labels["k"]', [{ labels: { k: x(127) } }, { labels: { k: x(128) } }], [{ labels: { k: x(129) } }]],
  ["retry.fixed.delay", [retried({ by: "fixed", delayMs: 0 })], [retried({ by: "fixed", delayMs: -1 })]],
  [
    "retry.fixed.delay",
    [retried({ by: "fixed", delayMs: CENTURY })],
    [retried({ by: "fixed", delayMs: CENTURY + 1 })],
  ],
  [
    "retry.exponential.initial",
    [exponential({ initialMs: 0 }), exponential({ initialMs: CENTURY })],
    [exponential({ initialMs: -1 }), exponential({ initialMs: CENTURY + 1 })],
  ],
  [
    "retry.exponential.max",
    [exponential({ maxMs: 0 }), exponential({ maxMs: CENTURY })],
    [exponential({ maxMs: -1 }), exponential({ maxMs: CENTURY + 1 })],
  ],
  [
    "retry.exponential.factor",
    [exponential({ factor: 1 }), exponential({ factor: 1.5 }), exponential({ factor: 100 })],
    [exponential({ factor: 0.999 }), exponential({ factor: 100.001 }), exponential({ factor: Number.NaN })],
  ],
  [
    "retry.exponential.jitter",
    [exponential({ jitter: 0 }), exponential({ jitter: 1 })],
    [exponential({ jitter: -0.001 }), exponential({ jitter: 1.001 })],
  ],
  ["retry.delays.delays", [delays(1), delays(99), delays(100)], [delays(0), delays(101)]],
  ["retry.delays.delays[0]", [delays(1, 0), delays(1, CENTURY)], [delays(1, -1), delays(1, CENTURY + 1)]],
  [
    "traceparent",
    [{ traceparent: "" }, { traceparent: traceparent() }],
    [{ traceparent: traceparent().toUpperCase() }],
  ],
  ["traceparent", [], [{ traceparent: `${traceparent()}-x` }, { traceparent: traceparent().slice(1) }]],
  [
    "unique_key",
    [{ uniqueKey: "k" }, { uniqueKey: x(255) }, { uniqueKey: x(256) }, { uniqueKey: "😀".repeat(256) }],
    [{ uniqueKey: "" }, { uniqueKey: x(257) }, { uniqueKey: "😀".repeat(257) }],
  ],
  [
    "unique_key",
    [{ uniqueKey: "user 42, é" }, { uniqueKey: "\u2028" }],
    [{ uniqueKey: "a\n" }, { uniqueKey: "\0" }, { uniqueKey: "\x7f" }, { uniqueKey: "\x9f" }],
  ],
  ["unique_key", [], [{ uniqueKey: "half a pair: \ud83d" }]],
  [
    "on_conflict",
    [
      { onConflict: "keep" },
      { onConflict: "keep", uniqueKey: "k" },
      { onConflict: "replace", uniqueKey: "k" },
    ],
    [{ onConflict: "replace" }],
  ],
  [
    "keep_result",
    [{ keepResultMs: 0 }, { keepResultMs: 1 }, { keepResultMs: CENTURY - 1 }, { keepResultMs: CENTURY }],
    [{ keepResultMs: -1 }, { keepResultMs: CENTURY + 1 }, { keepResultMs: 0.5 }],
  ],
];

function traceparent(): string {
  return `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
}

function show(draft: Partial<Draft>): string {
  const text = JSON.stringify(draft, (_, value) =>
    value instanceof Uint8Array ? `${value.length} bytes` : value,
  );
  return text.length <= 60 ? text : `${text.slice(0, 40)}... (${text.length} characters)`;
}

describe("every bound", () => {
  for (const [field, keep, breaks] of BOUNDS) {
    for (const draft of keep) test(`${field}: ${show(draft)} is admitted`, () => void admitted(draft));
    for (const draft of breaks) {
      test(`${field}: ${show(draft)} is refused by that name`, () => {
        const violation = admitDraft(draft);
        assert.ok(isViolation(violation));
        assert.equal(violation.violates, field);
        assert.equal(violation.kind, field === "json" || field === "data" ? "too_large" : "invalid");
        assert.match(violation.bound, /^must /);
      });
    }
  }

  test("a delay that is no number is refused", () => {
    for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY])
      assert.ok(isViolation(admitDraft({ delayMs })));
  });
});

describe("a draft that says little", () => {
  test("becomes a ready job with the server's defaults", () => {
    assert.deepEqual(admitted({}).job, {
      ...{ id: "made", name: "mail", priority: 0, reservationMs: 11 * SECOND, labels: {}, enqueuedAt: NOW },
      retry: { maxRetries: 7, backoff: { by: "default" } },
      ...{ state: { is: "ready", since: NOW }, attempt: 0, failures: 0, losses: 0 },
    });
  });

  test("is ready when it is due now or was in the past, and scheduled one millisecond later", () => {
    for (const due of [{ delayMs: 0 }, { runAt: NOW - DAY }, { runAt: NOW }]) {
      assert.deepEqual(admitted(due).job.state, { is: "ready", since: NOW });
    }
    for (const due of [{ delayMs: 1 }, { runAt: NOW + 1 }]) {
      assert.deepEqual(admitted(due).job.state, { is: "scheduled", since: NOW, dueAt: NOW + 1 });
    }
  });

  test("that says zero means zero, not the default", () => {
    const { job } = admitted({ reservationMs: 0, maxRetries: 0, priority: 0 });
    assert.equal(job.reservationMs, 0);
    assert.equal(job.retry.maxRetries, 0);
  });

  test("counts its payload at the larger of its bytes and its size on the wire", () => {
    assert.equal(admitted({ payload: payload(9), payloadBytes: 4 }).payloadBytes, 9);
    assert.equal(admitted({ payload: payload(9), payloadBytes: 14 }).payloadBytes, 14);
  });
});

test("everything a draft says is kept", () => {
  const backoff: Backoff = { by: "delays", delaysMs: [1, 2] };
  const said = {
    ...{ priority: 5, labels: { k: "v" }, startBy: NOW + DAY, traceparent: traceparent() },
    ...{ uniqueKey: "user 42", keepResultMs: 9 },
  };

  const { job, onConflict } = admitted({
    ...said,
    ...{ id: "mine", reservationMs: 2_000, maxRetries: 3, backoff, onConflict: "replace" },
  });

  const { id, reservationMs, retry, priority, labels, startBy, uniqueKey, keepResultMs } = job;
  assert.deepEqual(
    { id, reservationMs, retry },
    { id: "mine", reservationMs: 2_000, retry: { maxRetries: 3, backoff } },
  );
  const kept = { priority, labels, startBy, traceparent: job.traceparent, uniqueKey, keepResultMs };
  assert.deepEqual(kept, said);
  assert.equal(onConflict, "replace");
});

test("ids of workers have the bounds of ids of jobs", () => {
  for (const [id, fits] of [
    ["w", true],
    [x(128), true],
    [x(129), false],
    ["", false],
    ["a b", false],
  ] as const) {
    assert.equal(isWorkerId(id), fits);
    assert.equal(checkId("worker_id", id) === undefined, fits);
  }
  assert.equal(checkName("names[2]", "")?.violates, "names[2]");
});
