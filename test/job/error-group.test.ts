// Which errors are of one kind, and that finding out takes a bounded time whatever a worker says.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { errorPattern, lastError } from "../../src/job/error-group.ts";
import { HOSTILE, KINDS, type Kind } from "./error-samples.ts";

type Grouping = (error: { readonly class: string; readonly message: string }) => string;

const grouping: Grouping = (error) => lastError("mail", error).group;

/** Groups of the messages of one kind: one, if they are told to be the same. */
function groupsOf(group: Grouping, kind: Kind): string[] {
  return [...new Set(kind.messages.map((message) => group({ class: kind.class, message })))];
}

/** Every kind that is divided, or is taken for another. */
function mistakesOf(group: Grouping): string[] {
  const seen = new Set<string>();
  return KINDS.filter((kind) => {
    const groups = groupsOf(group, kind);
    const isWrong = groups.length !== 1 || groups.some((one) => seen.has(one));
    for (const one of groups) seen.add(one);
    return isWrong;
  }).map(({ messages }) => messages[0] ?? "");
}

describe("errors of one kind are one group", () => {
  for (const kind of KINDS.filter(({ messages }) => messages.length > 1)) {
    test(`${kind.class}: ${kind.messages[0]?.slice(0, 60)}`, () => {
      const patterns = kind.messages.map((message) =>
        errorPattern(lastError("mail", { class: "", message }).line),
      );
      assert.equal(groupsOf(grouping, kind).length, 1, patterns.join("\n"));
    });
  }
});

describe("errors of two kinds are two groups", () => {
  test("in the words of others", () => assert.deepEqual(mistakesOf(grouping), []));

  test("when their class or the job's name differ", () => {
    const groups = [
      lastError("mail", { class: "A", message: "x" }),
      lastError("mail", { class: "B", message: "x" }),
      lastError("pdf", { class: "A", message: "x" }),
      lastError("mailA", { class: "", message: "x" }),
      lastError("mail", { class: "", message: "Ax" }),
    ].map(({ group }) => group);
    assert.equal(new Set(groups).size, groups.length);
  });

  const mutants: Readonly<Record<string, Grouping>> = {
    "numbers alone are taken out": ({ class: name, message }) => name + message.replaceAll(/\d+/g, "<n>"),
    "the class does not count": ({ message }) => grouping({ class: "", message }),
    "the message does not count": ({ class: name }) => name,
    "the line is cut before it is read": ({ class: name, message }) =>
      grouping({ class: name, message: message.trimStart().slice(0, 170) }),
    "every number is taken out": ({ class: name, message }) =>
      grouping({ class: name, message: message.replaceAll(/\d+/g, "7") }),
    "an apostrophe is a quote": ({ class: name, message }) =>
      grouping({ class: name, message: message.replaceAll(/'[^']*'/g, "<str>") }),
  };
  for (const [mistake, group] of Object.entries(mutants))
    test(`and it is seen when ${mistake}`, () => assert.notDeepEqual(mistakesOf(group), []));
});

describe("the pattern shows what differs as holes", () => {
  const HOLES: readonly (readonly [line: string, pattern: string])[] = [
    ["order 42 of 1,000 (-3.5 %)", "order <n> of <n> (<n> %)"],
    ["user42 x2y", "user<n> x<n>y"],
    ["user 550e8400-e29b-41d4-a716-446655440000", "user <uuid>"],
    ["job_550e8400-e29b-41d4-a716-446655440000_x", "job_<uuid>_x"],
    ["at 2026-01-01T00:00:00Z, 12:34:56.789, 2 Jan 2026", "at <time>, <time>, <time>"],
    [`a "b c" 'd' \`e\` “f” «g»`, "a <str> <str> <str> <str> <str>"],
    ["can't, won't, 'can't'", "can't, won't, <str>"],
    ["an 'unclosed one", "an 'unclosed one"],
    ["ann@example.com, 10.0.0.1, 10.0.0.1:80", "<email>, <ip>, <ip>"],
    ["fe80::1, ::1, [::1]:80, [12:34:56], [1]", "<ip>, <ip>, <ip>, [<time>], [<n>]"],
    ["version 1.2.3, a::b, 10:15", "version <n>, a::b, <n>:<n>"],
    ["/a/b.c:12 C:\\x\\y /a and/or", "<path>:<n> <path> /a and/or"],
    ["https://example.com:80/a?b=c#d, next", "https://example.com:<n><path> next"],
    ["https://10.0.0.1, http://db-7/", "https://<ip>, http://db-<n><path>"],
    ["0xFF deadbeef01 Pool@7f31245a", "<hex> <hex> Pool@<hex>"],
    ["01ARZ3NDEKTSV4RRFFQ69G5FAV Base64DecoderStream", "<id> Base<n>DecoderStream"],
    ["status 404, status: 12, HTTP 500, exit code 1", "status 404, status: <n>, HTTP 500, exit code 1"],
    ["signal 9, errno 111, SQLSTATE 23505", "signal 9, errno 111, SQLSTATE 23505"],
    ["nothing differs here", "nothing differs here"],
    ["<n> <str> $& $1", "<n> <str> $& $<n>"],
    ["", ""],
  ];
  for (const [line, pattern] of HOLES) test(line, () => assert.equal(errorPattern(line), pattern));
});

describe("the line that is kept", () => {
  const lineOf = (message: string) => lastError("mail", { class: "", message }).line;

  test("is the first that says something, without space around it", () => {
    for (const message of ["it broke", " it broke ", "\n\r\n\tit broke\nhere", "it broke\r\nhere"])
      assert.equal(lineOf(message), "it broke");
  });

  test("has 200 characters at most, and never half a character", () => {
    for (const [message, length] of [
      ["x".repeat(199), 199],
      ["x".repeat(200), 200],
      ["x".repeat(201), 200],
      [`${"x".repeat(199)}😀`, 199],
      ["x".repeat(1 << 20), 200],
    ] as const) {
      assert.equal(lineOf(message).length, length);
    }
    for (const message of ["\ud800 lone", `${"x".repeat(199)}\udc00`, "\udc00".repeat(300)])
      assert.ok(lineOf(message).isWellFormed());
  });

  test("has a pattern of 200 characters at most, of whole characters", () => {
    for (const line of ["'' ".repeat(333), "1 ".repeat(500), "😀1".repeat(200)]) {
      const pattern = errorPattern(line);
      assert.ok(pattern.length <= 200 && pattern.isWellFormed(), `${pattern.length}`);
    }
  });
});

/** How many of the lines are done with in this time of the processor: others may be busy on it. */
function doneWithin(spanMs: number, lines: readonly string[], pattern: (line: string) => unknown): number {
  const begin = process.cpuUsage();
  let done = 0;
  for (const line of lines) {
    if (process.cpuUsage(begin).user > spanMs * 1_000) break;
    pattern(line);
    done++;
  }
  return done;
}

describe("a hostile line takes no longer than others:", () => {
  const lines = Array.from({ length: 10_000 }, (_, i) => {
    const unit = HOSTILE[i % HOSTILE.length] ?? "";
    return unit.repeat(Math.ceil(200 / unit.length)).slice(0, 194) + i;
  });

  test("10,000 lines of 200 characters within a second", () => {
    assert.equal(doneWithin(1_000, lines, errorPattern), lines.length);
  });

  for (const unit of HOSTILE) {
    test(`messages of 4 KiB of ${JSON.stringify(unit)}: 200 within a second`, () => {
      const message = unit.repeat(Math.ceil(4_096 / unit.length)).slice(0, 4_096);
      const messages = Array.from({ length: 200 }, (_, i) => i + message);
      const group = (text: string) => lastError("mail", { class: "", message: text });
      assert.equal(doneWithin(1_000, messages, group), messages.length);
    });
  }

  test("a message of 1 MiB is read as far as it is kept", () => {
    const messages = new Array<string>(100).fill(Buffer.alloc(1 << 20, "1:").toString());
    assert.equal(
      doneWithin(1_000, messages, (message) => lastError("mail", { class: "", message })),
      100,
    );
  });

  test("and it is seen when a pattern looks ahead without a bound", () => {
    const unbounded = (line: string) => line.slice(0, 26).replace(/(?:\w+-?)+@/g, "<email>");
    assert.ok(doneWithin(300, lines, unbounded) < lines.length);
  });
});

describe("a million different errors", () => {
  const letters = (i: number) =>
    i.toString(26).replaceAll(/\d/g, (digit) => "qrstuvwxyz"[Number(digit)] ?? "");
  const groups: string[] = [];
  for (let i = 0; i < 250_000; i++) {
    const word = letters(i);
    groups.push(lastError("mail", { class: "", message: word }).group);
    groups.push(lastError("mail", { class: `${word}Error`, message: "timeout" }).group);
    groups.push(lastError(word, { class: "Error", message: "timeout" }).group);
    groups.push(lastError("mail", { class: "Error", message: `cannot open ${word} for reading` }).group);
  }

  test("have a million groups", () => {
    assert.equal(new Set(groups).size, 1_000_000);
    for (const group of groups.slice(0, 100)) assert.match(group, /^[0-9a-f]{16}$/);
  });

  test("and it is seen when half of the group's digits are lost", () => {
    assert.ok(new Set(groups.map((group) => group.slice(8))).size < 1_000_000);
  });
});
