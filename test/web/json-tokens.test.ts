// JSON exactly as it was sent: what the platform's own parser takes and refuses is taken and refused, nothing is
// changed on the way, and neither depth nor size breaks anything.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { indent } from "../../web/payload/indented.ts";
import { survivesAsValue } from "../../web/payload/json-doubles.ts";
import { DEPTH_MAX, JsonFault, parseJson } from "../../web/payload/json-tokens.ts";
import type { JsonTree } from "../../web/payload/json-tree.ts";
import { drawSeed } from "../seed.ts";

const MIB = 1_048_576;
const anyJson = fc
  .tuple(fc.jsonValue({ maxDepth: 4, stringUnit: "binary" }), fc.constantFrom(undefined, 1, "\t", "\r\n "))
  .map(([value, space]) => JSON.stringify(value, null, space));
/** JSON with a character taken out, put in or changed: mostly no JSON. */
const almostJson = fc
  .tuple(
    anyJson,
    fc.nat(),
    fc.constantFrom("", ",", '"', "\\", "]", "}", "0", "-", ".", "e", "\u0001", " ", "t"),
  )
  .map(([json, place, char]) => {
    const at = place % (json.length + 1);
    return json.slice(0, at) + char + json.slice(at + (place % 2));
  });

/** As JSON.parse would have it. */
function meaningOf(tree: JsonTree, node = 0): unknown {
  const kind = tree.kindOf(node);
  if (kind === "string") return tree.stringOf(node);
  if (kind === "array") return tree.children(node).map((child) => meaningOf(tree, child));
  if (kind !== "object") return JSON.parse(tree.sourceOf(node));
  return Object.fromEntries(tree.children(node).map((child) => [tree.keyOf(child), meaningOf(tree, child)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

test("it says of every text what JSON.parse says of it", () => {
  fc.assert(
    fc.property(fc.oneof(anyJson, almostJson), (text) => {
      const expected = parsed(text);
      if (expected === undefined) assert.throws(() => parseJson(text), JsonFault);
      else assert.deepEqual(meaningOf(parseJson(text)), expected);
    }),
    { seed: drawSeed(), numRuns: 2_000 },
  );
});

test("texts that other parsers take, and JSON does not have, are refused where they go wrong", () => {
  const cases: readonly (readonly [text: string, at: number])[] = [
    ["", 0],
    [" ", 1],
    ["[1,]", 3],
    ['{"a":1,}', 7],
    ["{a:1}", 1],
    ["{'a':1}", 1],
    ["01", 1],
    ["1.", 1],
    [".5", 0],
    ["+1", 0],
    ["-", 0],
    ["1e", 1],
    ["NaN", 0],
    ["nulll", 4],
    ['"a', 0],
    ['"\\x"', 1],
    ['"\\u12"', 1],
    ['"a\nb"', 2],
    ["[1 2]", 3],
    ["[1}", 2],
    ['{"a" 1}', 5],
    ["// no", 0],
    ["\ufeff1", 0],
    ["1\u00a0", 1],
    ["{} {}", 3],
    ["[", 1],
  ];
  for (const [text, at] of cases) {
    assert.equal(parsed(text), undefined);
    assert.throws(
      () => parseJson(text),
      (fault) => fault instanceof JsonFault && fault.at === at && fault.message !== "",
      text,
    );
  }
});

test("numbers, repeated keys, their order and escapes are kept as they are written", () => {
  const text = '{"b":9007199254740993,"a":1.0,"b":1e400,"\\u0061":-0,"__proto__":{"x":"\\u00e9\\/"}}';
  const tree = parseJson(text);
  const members = tree.children(0);
  assert.deepEqual(
    members.map((node) => tree.keyOf(node)),
    ["b", "a", "b", "a", "__proto__"],
  );
  assert.equal(tree.keySourceOf(members[3] ?? 0), '"\\u0061"');
  assert.deepEqual(
    members.slice(0, 4).map((node) => tree.sourceOf(node)),
    ["9007199254740993", "1.0", "1e400", "-0"],
  );
  const inner = tree.children(members[4] ?? 0)[0] ?? 0;
  assert.equal(tree.stringOf(inner), "é/");
  assert.equal(tree.sourceOf(inner), '"\\u00e9\\/"');
});

/** Without the space between values; strings are left alone. */
function squeezed(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/gs, (_, string: string | undefined) => string ?? "");
}

test("indented JSON is the same text but for the space between its values", () => {
  fc.assert(
    fc.property(anyJson, (text) => {
      assert.equal(squeezed(indent(parseJson(text))), squeezed(text));
    }),
    { seed: drawSeed() },
  );
  const text = '{"\\u0061":1.0,"a":9007199254740993,"b":[],"c":[1e400,{}]}';
  const lines = [
    "{",
    '  "\\u0061": 1.0,',
    '  "a": 9007199254740993,',
    '  "b": [],',
    '  "c": [',
    "    1e400,",
    "    {}",
  ];
  assert.equal(indent(parseJson(text)), [...lines, "  ]", "}"].join("\n"));
});

test("indented JSON ends soon after the length that is asked for, and grows little by depth", () => {
  const wide = parseJson(`[${"1,".repeat(100_000)}1]`);
  assert.equal(indent(wide, 1_000).length < 1_100, true);
  assert.equal(indent(wide).startsWith(indent(wide, 1_000)), true);
  const [open, close] = ["[".repeat(900), "]".repeat(900)];
  const deep = `${open}${"1,".repeat(50_000)}1${close}`;
  assert.equal(indent(parseJson(deep)).length < deep.length * 70, true);
});

test("a megabyte of brackets is a fault and no crash; a thousand are a tree", () => {
  for (const text of ["[".repeat(MIB), '{"a":'.repeat(MIB / 5), "[".repeat(MIB / 2) + "]".repeat(MIB / 2)])
    assert.throws(() => parseJson(text), { name: "JsonFault", message: /nested deeper than 1000/ });
  const deepest = parseJson("[".repeat(DEPTH_MAX) + "]".repeat(DEPTH_MAX));
  assert.equal(deepest.count, DEPTH_MAX);
  assert.equal(indent(deepest).length > 2 * DEPTH_MAX, true);
});

test("half a million values of a megabyte are each found, and a part of them without the rest", () => {
  const count = MIB / 2 - 1;
  const tree = parseJson(`[${"1,".repeat(count - 1)}2]`);
  assert.equal(tree.count, count + 1);
  assert.equal(tree.childCount(0), count);
  assert.deepEqual(tree.children(0, 3), [1, 2, 3]);
  assert.equal(tree.sourceOf(count), "2");
  assert.equal(tree.after(0), count + 1);
  assert.throws(() => tree.kindOf(count + 1), RangeError);
});

test("a value that changes as google.protobuf.Value is told from one that does not", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  for (const json of ["1", "1.0", "1.50", "15e-1", "0", "0.0", "1E2", "100000000000000000000", nested(32)])
    assert.equal(survivesAsValue(json), true, json);
  for (const json of [
    "9007199254740993",
    "1e400",
    "-0",
    "0.1000000000000000055511151231257827",
    '{"a":1,"a":1}',
    nested(33),
    "no",
  ])
    assert.equal(survivesAsValue(json), false, json);
});
