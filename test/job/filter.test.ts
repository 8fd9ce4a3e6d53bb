// What a filter means: each condition alone, together, and left out. This is the meaning that every engine is compared with.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type JobFilter, matches, matchesName } from "../../src/job/filter.ts";
import type { Job, JobId, JobName } from "../../src/job/job.ts";
import { DAY, HOLDER, LAST_ERROR, NOW, SAMPLES, SECOND, STANDINGS } from "./samples.ts";

const JOB: Job = {
  ...SAMPLES.backedOff,
  id: "one" as JobId,
  name: "mail.welcome" as JobName,
  priority: 5,
  labels: { tenant: "42", none: "" },
  uniqueKey: "user 42",
  attempt: 3,
  failures: 2,
  lastError: { class: "TimeoutError", line: "Connection Refused", group: "00000000000000aa" },
};
const SUCCEEDED: Job = { ...JOB, state: SAMPLES.succeeded.state };
const RESERVED: Job = { ...JOB, state: SAMPLES.reserved.state };
const NEVER_FAILED: Job = SAMPLES.fresh;
const PAYLOAD = '{"to":"ann@example.com","€":"ü","n":9007199254740993}';

const { dueAt } = SAMPLES.backedOff.state as { dueAt: number };
const finishedAt = NOW - SECOND;
const names = (...all: string[]) => all as JobName[];
const ids = (...all: string[]) => all as JobId[];

/** Conditions that the job meets, and that it does not. */
interface Alone {
  readonly meets: readonly (readonly [JobFilter, Job?])[];
  readonly misses: readonly (readonly [JobFilter, Job?])[];
}

/** A range of the value's own field: met at its ends, missed one beyond. */
function range(
  field: "enqueued" | "due" | "finished" | "priority" | "attempt" | "failures",
  value: number,
  job = JOB,
): Alone {
  const of = (least?: number, most?: number): readonly [JobFilter, Job] => [
    { [field]: { ...(least !== undefined && { least }), ...(most !== undefined && { most }) } },
    job,
  ];
  return {
    meets: [of(value, value), of(value), of(undefined, value), of(), of(value - 1, value + 1)],
    misses: [of(value + 1), of(undefined, value - 1), of(value + 1, value - 1)],
  };
}

// Typed so that a new condition does not compile without its rows.
const ALONE: Readonly<Record<keyof JobFilter, Alone>> = {
  states: {
    meets: [
      [{ states: ["scheduled"] }],
      [{ states: ["dead", "scheduled"] }],
      [{ states: ["reserved"] }, RESERVED],
    ],
    misses: [[{ states: ["ready"] }], [{ states: ["succeeded", "dead"] }]],
  },
  retrying: {
    meets: [[{ retrying: true }]],
    misses: [
      [{ retrying: true }, SAMPLES.delayed],
      [{ retrying: true }, RESERVED],
      [{ retrying: true }, SAMPLES.dead],
    ],
  },
  names: {
    meets: [[{ names: names("mail.welcome") }], [{ names: names("pdf", "mail.welcome") }]],
    misses: [[{ names: names("mail") }], [{ names: names("Mail.welcome", "mail.welcomes") }]],
  },
  namePrefixes: {
    meets: [
      [{ namePrefixes: ["mail."] }],
      [{ namePrefixes: ["pdf", ""] }],
      [{ names: names("x"), namePrefixes: ["m"] }],
    ],
    misses: [
      [{ namePrefixes: ["mail_"] }],
      [{ namePrefixes: ["welcome"] }],
      [{ names: names("x"), namePrefixes: ["M"] }],
    ],
  },
  ids: { meets: [[{ ids: ids("two", "one") }]], misses: [[{ ids: ids("on", "ones") }]] },
  workerIds: {
    meets: [
      [{ workerIds: [HOLDER] }, RESERVED],
      [{ workerIds: ["x", HOLDER] }, SUCCEEDED],
    ],
    misses: [
      [{ workerIds: [HOLDER] }],
      [{ workerIds: ["x"] }, RESERVED],
      [{ workerIds: [HOLDER] }, SAMPLES.cancelled],
    ],
  },
  uniqueKeys: {
    meets: [[{ uniqueKeys: ["user 42"] }], [{ uniqueKeys: ["x", "user 42"] }]],
    misses: [[{ uniqueKeys: ["user 4"] }], [{ uniqueKeys: ["user 42"] }, SAMPLES.fresh]],
  },
  labels: {
    meets: [[{ labels: { tenant: "42" } }], [{ labels: { tenant: "42", none: "" } }]],
    misses: [
      [{ labels: { tenant: "4" } }],
      [{ labels: { tenant: "42", none: "x" } }],
      [{ labels: { absent: "" } }],
      [{ labels: { constructor: "" } }],
    ],
  },
  labelKeys: {
    meets: [[{ labelKeys: ["tenant"] }], [{ labelKeys: ["none", "tenant"] }]],
    misses: [
      [{ labelKeys: ["tenant", "absent"] }],
      [{ labelKeys: ["constructor"] }],
      [{ labelKeys: ["Tenant"] }],
    ],
  },
  errorClasses: {
    meets: [[{ errorClasses: ["TimeoutError"] }], [{ errorClasses: ["x", "TimeoutError"] }]],
    misses: [
      [{ errorClasses: ["timeouterror"] }],
      [{ errorClasses: ["Timeout"] }],
      [{ errorClasses: [""] }, NEVER_FAILED],
    ],
  },
  errorText: {
    meets: [
      [{ errorText: "REFUSED" }],
      [{ errorText: "outerr" }],
      [{ errorText: "connection refused" }],
      [{ errorText: "" }],
    ],
    misses: [
      [{ errorText: "refuses" }],
      [{ errorText: "TimeoutError: Connection" }],
      [{ errorText: "" }, NEVER_FAILED],
    ],
  },
  errorGroup: {
    meets: [[{ errorGroup: "00000000000000aa" }], [{ errorGroup: LAST_ERROR.group }, SAMPLES.dead]],
    misses: [
      [{ errorGroup: "00000000000000ab" }],
      [{ errorGroup: "00000000000000aa" }, SUCCEEDED],
      [{ errorGroup: "00000000000000aa" }, RESERVED],
    ],
  },
  payloadText: {
    meets: [
      [{ payloadText: "ann@example.com" }],
      [{ payloadText: "€" }],
      [{ payloadText: 'ü","n":9007199254740993' }],
      [{ payloadText: PAYLOAD }],
    ],
    misses: [[{ payloadText: "Ann@example.com" }], [{ payloadText: "u" }], [{ payloadText: `${PAYLOAD} ` }]],
  },
  enqueued: range("enqueued", NOW - DAY),
  due: {
    meets: range("due", dueAt).meets,
    misses: [...range("due", dueAt).misses, [{ due: {} }, SAMPLES.fresh], [{ due: {} }, SUCCEEDED]],
  },
  finished: {
    meets: [
      ...range("finished", finishedAt, SUCCEEDED).meets,
      ...range("finished", finishedAt, SAMPLES.dead).meets,
    ],
    misses: [
      ...range("finished", finishedAt, SUCCEEDED).misses,
      [{ finished: {} }],
      [{ finished: {} }, RESERVED],
    ],
  },
  priority: range("priority", 5),
  attempt: range("attempt", 3),
  failures: range("failures", 2),
  asOf: {
    meets: [[{ asOf: NOW - SECOND }], [{ asOf: NOW }], [{ asOf: finishedAt }, SUCCEEDED]],
    misses: [[{ asOf: NOW - SECOND - 1 }], [{ asOf: finishedAt - 1 }, SUCCEEDED]],
  },
  exclude: {
    meets: [[{ exclude: [{ states: ["dead"] }, { names: names("x") }] }]],
    misses: [
      [{ exclude: [{ states: ["dead"] }, { names: names("mail.welcome") }] }],
      [{ exclude: [{ labelKeys: ["tenant"], errorText: "refused" }] }],
      [{ exclude: [{}] }],
    ],
  },
};

const bytes = new TextEncoder().encode(PAYLOAD);
const payload = () => bytes;

function show(filter: JobFilter): string {
  return JSON.stringify(filter).slice(0, 80);
}

describe("alone,", () => {
  for (const [condition, { meets, misses }] of Object.entries(ALONE)) {
    describe(condition, () => {
      for (const [filter, job = JOB] of meets)
        test(`is met by ${job.state.is}: ${show(filter)}`, () => assert.ok(matches(filter, job, payload)));
      for (const [filter, job = JOB] of misses)
        test(`is missed by ${job.state.is}: ${show(filter)}`, () =>
          assert.ok(!matches(filter, job, payload)));
    });
  }
});

describe("together,", () => {
  const met = Object.entries(ALONE).flatMap(([condition, { meets }]) => {
    const [filter] = meets.find(([, job = JOB]) => job === JOB) ?? [];
    return filter && condition !== "exclude" ? [filter] : [];
  });
  const all: JobFilter = Object.assign({}, ...met);
  // Of names and prefixes one is enough.
  const { names: _, namePrefixes: __, ...others } = all;

  test("conditions that are all met match", () => {
    assert.ok(Object.keys(all).length >= 16, Object.keys(all).join(" "));
    assert.ok(matches(all, JOB, payload));
  });

  for (const [condition, { misses }] of Object.entries(ALONE)) {
    const [miss] = misses.find(([, job = JOB]) => job === JOB) ?? [];
    if (!miss) continue;
    test(`one that is missed is enough: ${condition}`, () => {
      assert.ok(!matches({ ...others, ...miss }, JOB, payload));
    });
  }

  test("conditions that exclude are met all at once, or the job stays", () => {
    assert.ok(!matches({ exclude: [all] }, JOB, payload));
    assert.ok(matches({ exclude: [{ ...all, priority: { least: 6 } }] }, JOB, payload));
    assert.ok(!matches({ ...all, exclude: [{ retrying: true }] }, JOB, payload));
  });
});

test("an empty filter matches every job", () => {
  for (const standing of STANDINGS) assert.ok(matches({}, SAMPLES[standing], payload));
});

describe("the payload", () => {
  const unread = () => assert.fail("the payload was read");

  test("is read only when the filter speaks of it, and everything else is met", () => {
    assert.ok(matches({ retrying: true, exclude: [{ states: ["dead"] }] }, JOB, unread));
    assert.ok(!matches({ states: ["dead"], payloadText: "x" }, JOB, unread));
    assert.ok(matches({ exclude: [{ states: ["dead"], payloadText: "x" }] }, JOB, unread));
    assert.throws(() => matches({ payloadText: "x" }, JOB, unread), /was read/);
  });

  test("is sought in as bytes, whatever they are", () => {
    const every = () => Uint8Array.from({ length: 256 }, (_, i) => i);
    assert.ok(matches({ payloadText: "\u0000\u0001" }, JOB, every));
    assert.ok(!matches({ payloadText: "\ufffd" }, JOB, every));
    // Bytes 0x80 to 0x9f, as they come in the UTF-8 of many letters.
    for (let code = 0x80; code < 0x800; code += 7) {
      const text = String.fromCharCode(code);
      const other = String.fromCharCode(code + 1);
      assert.ok(
        matches({ payloadText: text }, JOB, () => new TextEncoder().encode(`x${text}x`)),
        text,
      );
      assert.ok(!matches({ payloadText: other }, JOB, () => new TextEncoder().encode(`x${text}x`)), text);
    }
  });

  test("that is empty contains nothing", () => {
    assert.ok(!matches({ payloadText: "x" }, JOB, () => new Uint8Array()));
  });
});

test("a name fits when it is listed or begins as one should, and any name when none is asked for", () => {
  assert.ok(matchesName({}, "mail"));
  assert.ok(matchesName({ names: names("mail") }, "mail"));
  assert.ok(matchesName({ names: names("pdf"), namePrefixes: ["ma"] }, "mail"));
  assert.ok(!matchesName({ names: names("pdf"), namePrefixes: ["ail"] }, "mail"));
});
