// The checksum of a job is CRC-32 as zlib has it: what earlier versions wrote is read by later ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { checksum } from "../../src/store/sqlite/checksum.ts";

test("a checksum is the CRC-32 of id, name and payload, one after the other", () => {
  const text = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 128 });
  const property = fc.property(text, text, fc.uint8Array({ maxLength: 300 }), (id, name, payload) => {
    assert.equal(checksum(id, name, payload), crc32(Buffer.concat([Buffer.from(id + name), payload])));
  });
  fc.assert(property);
});
