// The filter language: what each word becomes, what is refused and where, and that nothing is lost in print.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { create, equals, type JsonValue, toJson } from "@bufbuild/protobuf";
import * as fc from "fast-check";
import { FILTER_WORD_NAMES, FilterError, parseFilter, printFilter } from "../../src/client/filter.ts";
import { type JobFilter, JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const parse = (text: string) => parseFilter(text, { now });
const asJson = (filter: JobFilter) => toJson(JobFilterSchema, filter);

describe("words become fields:", () => {
  const meanings: readonly [text: string, filter: JsonValue][] = [
    ["", {}],
    ["  \n", {}],
    ["state:dead,cancelled", { states: ["JOB_STATE_DEAD", "JOB_STATE_CANCELLED"] }],
    ["is:retrying", { retrying: true }],
    ["name:welcome,mail.*", { names: ["welcome"], namePrefixes: ["mail."] }],
    ["error:TimeoutError,Other", { errorClasses: ["TimeoutError", "Other"] }],
    ['error:"connection refused"', { errorText: "connection refused" }],
    ['error:="exit 1"', { errorClasses: ["exit 1"] }],
    ['error:E error:"no"', { errorClasses: ["E"], errorText: "no" }],
    ["group:9f2c00112233aabb", { errorGroup: "9f2c00112233aabb" }],
    ["label.tenant:42 label.region:*", { labels: { tenant: "42" }, labelKeys: ["region"] }],
    ['label.tenant:"*"', { labels: { tenant: "*" } }],
    ['label."a b:c":""', { labels: { "a b:c": "" } }],
    ["label.a.b:c:d", { labels: { "a.b": "c:d" } }],
    ['id:a,"b,c" worker:w key:-k', { ids: ["a", "b,c"], workerIds: ["w"], uniqueKeys: ["-k"] }],
    ["since:1h", { enqueued: { since: "2026-11-24T11:00:00Z" } }],
    ["since:2026-11-01T08:00:00.5+02:00", { enqueued: { since: "2026-11-01T06:00:00.500Z" } }],
    [
      "since:7d until:2026-11-23",
      { enqueued: { since: "2026-11-17T12:00:00Z", before: "2026-11-23T00:00:00Z" } },
    ],
    ["due:<1h", { due: { before: "2026-11-24T13:00:00Z" } }],
    ["due:>=90s", { due: { since: "2026-11-24T12:01:30Z" } }],
    ["due:>2026-11-25", { due: { since: "2026-11-25T00:00:00.001Z" } }],
    ["finished:>2d", { finished: { before: "2026-11-22T12:00:00Z" } }],
    ["finished:<30m", { finished: { since: "2026-11-24T11:30:00Z" } }],
    ["finished:1h..2h", { finished: { since: "2026-11-24T10:00:00Z", before: "2026-11-24T11:00:00Z" } }],
    [
      "finished:2026-11-01..2026-11-02",
      { finished: { since: "2026-11-01T00:00:00Z", before: "2026-11-02T00:00:00Z" } },
    ],
    ["since:100y", { enqueued: { since: "1970-01-01T00:00:00Z" } }],
    ["priority:>0", { priority: { least: 1 } }],
    ["priority:-3", { priority: { least: -3, most: -3 } }],
    ["attempt:>=3 failures:5..10", { attempt: { least: 3 }, failures: { least: 5, most: 10 } }],
    ["failures:<2", { failures: { most: 1 } }],
    ['payload:"ann@example.com"', { payloadText: "ann@example.com" }],
    ["-name:a,b -state:dead", { exclude: [{ names: ["a", "b"] }, { states: ["JOB_STATE_DEAD"] }] }],
    ["-(name:a state:dead)", { exclude: [{ names: ["a"], states: ["JOB_STATE_DEAD"] }] }],
    ['error:"say \\"no\\" \\u001b"', { errorText: 'say "no" \u001b' }],
    ['error:"two\nlines"', { errorText: "two\nlines" }],
  ];

  for (const [text, filter] of meanings) {
    test(text === "" ? "an empty text is every job" : text, () => {
      assert.deepEqual(asJson(parse(text)), filter);
    });
  }

  test("every word of the language is in this table", () => {
    const used = new Set(meanings.flatMap(([text]) => text.match(/[a-z]+(?=[:.])/g) ?? []));
    assert.deepEqual(
      FILTER_WORD_NAMES.filter((word) => !used.has(word)),
      [],
    );
  });
});

describe("errors name the word and its place:", () => {
  const errors: readonly [text: string, underlined: string, message: RegExp][] = [
    ["state:dead naem:a", "naem", /character 12: "naem" is no word of a filter\. Did you mean name\?/],
    ["zzzzzz:1", "zzzzzz", /The words are state, is, name/],
    ["stat:dead", "stat", /Did you mean state\?/],
    ["state:daed", "daed", /"daed" is no state\. Did you mean dead\?/],
    ["state:retrying", "retrying", /Write is:retrying/],
    ["is:dead", "dead", /Write is:retrying/],
    ["boom", "boom", /"boom" has no colon after it\. .*error:"boom"/],
    ["name:", "name", /name: has no value/],
    ["id:a,,b", "id", /id: has no value/],
    ["name:a*b", "a*b", /is no name/],
    ["name:*", "*", /every name matches/],
    ["state:dead state:ready", "state", /given twice\. Join values by a comma/],
    ["error:A error:B", "error", /given twice/],
    ["label.a:1 label.a:*", "label.a", /label\.a: is given twice/],
    ["label:a", "label", /the label has no key/],
    ["label.a:1,2", "2", /takes one value/],
    ['error:"a","b"', '"b"', /takes one value/],
    ["name.x:1", "name.x", /name takes no key/],
    ["group:xyz", "xyz", /16 hexadecimal digits/],
    ["due:1h", "1h", /"1h" is no range\. Write <1h/],
    ["due:<soon", "<soon", /"soon" is neither a span nor a time/],
    ["since:2026-13-01", "2026-13-01", /is neither a span nor a time/],
    ["since:5", "5", /is neither a span nor a time/],
    ["priority:high", "high", /no range of whole numbers/],
    ["priority:9..1", "9..1", /no range of whole numbers/],
    ["priority:>2147483647", ">2147483647", /no range of whole numbers/],
    ['error:"open', '"open', /the quote is not closed/],
    ['error:a"b', '"', /a quote stands inside of a value/],
    ['error:"a"b', "b", /something follows the closing quote/],
    ['error:"\\d"', '"\\d"', /Write \\\\ for a backslash/],
    ['error:""', '""', /the text is empty/],
    ["(name:a)", "(", /brackets are for what is excluded/],
    ["-(name:a", "(", /the bracket is not closed/],
    ["-(name:a -id:b)", "-", /holds no exclusions/],
    ["-()", "(", /nothing between the brackets/],
    ["name:a)", ")", /a word is missing/],
    ["- name:a", " ", /a word is missing/],
    [Array.from({ length: 33 }, (_, n) => `-id:${n}`).join(" "), "i", /more than 32/],
  ];

  for (const [text, underlined, message] of errors) {
    test(text.slice(0, 60), () => {
      assert.throws(
        () => parse(text),
        (error) => {
          assert.ok(error instanceof FilterError);
          assert.match(error.message, message);
          assert.equal(text.slice(error.at, error.end), underlined);
          return true;
        },
      );
    });
  }
});

/** Every filter that the language can say: what a server may show of anybody's operation. */
function anyFilter(depth = 0): fc.Arbitrary<JobFilter> {
  const text = fc.oneof(
    fc.string({ minLength: 1, maxLength: 12, unit: "binary" }),
    fc.constantFrom("*", "=x", "a,b", "(", '"'),
  );
  const name = fc.stringMatching(/^[A-Za-z0-9._:-]{1,8}$/);
  const instant = fc.record({
    seconds: fc.bigInt({ min: 0n, max: 253_402_300_799n }),
    nanos: fc.nat({ max: 999_999_999 }),
  });
  const number = fc.integer({ min: -1_000, max: 1_000 });
  const times = fc.record({ since: instant, before: instant }, { requiredKeys: [] });
  const numbers = fc
    .record({ least: number, span: fc.nat(9) })
    .chain(({ least, span }) => fc.constantFrom({ least }, { most: least }, { least, most: least + span }));
  return fc
    .record(
      {
        states: fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
        retrying: fc.boolean(),
        names: fc.array(name, { maxLength: 3 }),
        namePrefixes: fc.array(name, { maxLength: 2 }),
        ids: fc.array(text, { maxLength: 3 }),
        workerIds: fc.array(text, { maxLength: 2 }),
        uniqueKeys: fc.array(text, { maxLength: 2 }),
        labels: fc.dictionary(text, fc.oneof(text, fc.constant("")), { maxKeys: 2 }),
        errorClasses: fc.array(text, { maxLength: 2 }),
        errorText: text,
        errorGroup: fc.stringMatching(/^[0-9a-f]{16}$/),
        payloadText: text,
        enqueued: times,
        due: times.filter(({ since, before }) => since !== undefined || before !== undefined),
        finished: times.filter(({ since, before }) => since !== undefined || before !== undefined),
        priority: numbers,
        attempt: numbers,
        failures: numbers,
      },
      { requiredKeys: [] },
    )
    .chain((fields) => {
      const filter = create(JobFilterSchema, fields as never);
      // An empty range says nothing and is not printed.
      if (filter.enqueued && !filter.enqueued.since && !filter.enqueued.before) delete filter.enqueued;
      if (depth > 0) return fc.constant(filter);

      const exclude = fc.array(
        anyFilter(1).filter((one) => printFilter(one) !== ""),
        { maxLength: 2 },
      );
      return exclude.map((excluded) => ({ ...filter, exclude: excluded }));
    });
}

/** How many terms it takes to say it. */
const sayable = (filter: JobFilter) => {
  try {
    parse(printFilter(filter));
    return true;
  } catch (error) {
    if (error instanceof FilterError && /more than 32/.test(error.message)) return false;
    throw error;
  }
};

test("what is printed is read as the same filter, to the nanosecond", () => {
  fc.assert(
    fc.property(anyFilter().filter(sayable), (filter) => {
      const again = parseFilter(printFilter(filter), { now: 0 });

      assert.ok(
        equals(JobFilterSchema, again, filter),
        `${printFilter(filter)} for ${JSON.stringify(asJson(filter))}`,
      );
    }),
    { numRuns: 500 },
  );
});

test("print after parse is stable, whatever somebody typed", () => {
  const typed = fc.array(
    fc.constantFrom(
      ...[
        "state:dead,ready",
        "-name:a,b.*",
        "since:1h",
        "due:<3d",
        "finished:>2d",
        "priority:5..7",
        "-(id:a key:b)",
      ],
      ...[
        "label.x:*",
        'error:"x y"',
        "error:E",
        "is:retrying",
        "until:2026-01-01",
        "attempt:<3",
        "payload:x",
      ],
    ),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(typed, (terms) => {
      let printed: string;
      try {
        printed = printFilter(parse(terms.join("  ")));
      } catch (error) {
        assert.ok(error instanceof FilterError && /twice/.test(error.message), String(error));
        return;
      }
      assert.equal(printFilter(parseFilter(printed, { now: 12 })), printed);
    }),
  );
});

test("whatever is typed is read or refused in its own words, never otherwise", () => {
  const scraps = fc.constantFrom(
    "state:",
    "dead",
    ",",
    "-",
    "(",
    ")",
    '"',
    ".",
    ":",
    " ",
    "label",
    "=",
    "..",
    "<",
    "\\",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(scraps, fc.string({ maxLength: 3, unit: "binary" }))), (parts) => {
      const text = parts.join("");
      try {
        parse(text);
      } catch (error) {
        assert.ok(error instanceof FilterError, String(error));
        assert.ok(
          error.at >= 0 && error.at < error.end,
          `${error.at} to ${error.end} in ${JSON.stringify(text)}`,
        );
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a printer that forgets to quote would be caught", () => {
  const filter = create(JobFilterSchema, { labels: { a: "b,c" } });
  const careless = printFilter(filter).replaceAll('"', "");

  assert.throws(() => parse(careless), FilterError);
});
