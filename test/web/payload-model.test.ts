// What a payload is to its reader, and what of it is copied: always all of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { create, fromJsonString, toJson } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import fc from "fast-check";
import { hexLineCount, hexLines } from "../../web/payload/hex.ts";
import { copyOf, readPayload } from "../../web/payload/payload-model.ts";
import { BLOCK_MAX, textBlocks } from "../../web/payload/text-blocks.ts";
import { valueText } from "../../web/payload/value-text.ts";
import { drawSeed } from "../seed.ts";

const encoder = new TextEncoder();

function ofData(value: Uint8Array) {
  return readPayload({ case: "data", value });
}

function ofNumber(value: number) {
  return readPayload({ case: "json", value: create(ValueSchema, { kind: { case: "numberValue", value } }) });
}

test("bytes are JSON, text, bytes or nothing", () => {
  assert.equal(ofData(encoder.encode(' {"a":1} ')).kind, "json");
  assert.equal(ofData(encoder.encode("{a:1}")).kind, "text");
  assert.equal(ofData(encoder.encode("[".repeat(2_000) + "]".repeat(2_000))).kind, "text");
  assert.equal(ofData(Uint8Array.of(0xff, 0x00)).kind, "binary");
  assert.equal(ofData(Uint8Array.of(0xed, 0xa0, 0x80)).kind, "binary"); // half a pair, which UTF-8 does not have
  assert.equal(ofData(new Uint8Array()).kind, "empty");
  assert.equal(readPayload({ case: undefined }).kind, "empty");
});

test("what is copied is every byte: as text, or in base64", () => {
  const some = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.string({ unit: "binary" }).map((text) => encoder.encode(text)),
    fc.constantFrom("\ufeff{}", "a\r\nb", "\0").map((text) => encoder.encode(text)),
  );
  fc.assert(
    fc.property(some, (bytes) => {
      const model = ofData(bytes);
      const copied = copyOf(model);
      const back = model.kind === "binary" ? Buffer.from(copied, "base64") : Buffer.from(copied);
      assert.ok(back.equals(bytes));
    }),
    { seed: drawSeed() },
  );
  const many = new Uint8Array(100_000).fill(0xff);
  assert.ok(Buffer.from(copyOf(ofData(many)), "base64").equals(many));
});

test("a JSON value is written as protobuf writes it", () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (json) => {
      fc.pre(!/__proto__|-0/.test(json));
      const value = fromJsonString(ValueSchema, json);
      assert.equal(valueText(value), JSON.stringify(toJson(ValueSchema, value)));
    }),
    { seed: drawSeed() },
  );
});

test("a JSON value that protobuf would not write is shown all the same", () => {
  assert.equal(ofNumber(-0).text, "-0");
  assert.equal(ofNumber(1e21).text, "1e+21");
  assert.deepEqual([ofNumber(Number.NaN).kind, ofNumber(Number.NaN).text], ["text", "NaN"]);
  assert.equal(ofNumber(Number.NEGATIVE_INFINITY).text, "-Infinity");
  assert.equal(valueText(create(ValueSchema)), "null");
});

test("bytes stand in lines of sixteen, with their place and what of them is ASCII", () => {
  const bytes = Uint8Array.from({ length: 20 }, (_, i) => i + 0x3c);
  assert.deepEqual(hexLines(bytes, 9), [
    { place: "00000000", hex: "3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b", ascii: "<=>?@ABCDEFGHIJK" },
    { place: "00000010", hex: "4c 4d 4e 4f", ascii: "LMNO" },
  ]);
  assert.equal(hexLines(new Uint8Array(1_048_576), 3).length, 3);
  assert.equal(hexLineCount(bytes), 2);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (some) => {
      const lines = hexLines(some, Number.POSITIVE_INFINITY);
      assert.deepEqual(
        Buffer.from(lines.map(({ hex }) => hex.replaceAll(" ", "")).join(""), "hex"),
        Buffer.from(some),
      );
      assert.match(lines.map(({ ascii }) => ascii).join(""), /^[ -~]*$/);
    }),
    { seed: drawSeed() },
  );
});

test("the blocks of a long text are the text, end with lines where they can, and halve no pair", () => {
  const line = fc.string({ unit: "grapheme", maxLength: 100 });
  const lines = fc.array(fc.tuple(line, fc.integer({ min: 0, max: 300 })), { maxLength: 20 });
  fc.assert(
    fc.property(lines, (some) => {
      const text = some.map(([one, times]) => one.repeat(times)).join("\n");
      const blocks = textBlocks(text);
      assert.equal(blocks.join(""), text);
      for (const [i, block] of blocks.entries()) {
        assert.ok(block !== "" && block.length <= BLOCK_MAX && block.isWellFormed());
        if (i < blocks.length - 1 && block.includes("\n")) assert.ok(block.endsWith("\n"));
      }
    }),
    { seed: drawSeed() },
  );
});
