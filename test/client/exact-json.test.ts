// Which JSON texts survive as numbers, and which must travel as bytes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { payloadFromText, textOfPayload } from "../../src/client/client.ts";

const survive = [
  "0",
  "-0",
  "42",
  "-1.50",
  "9007199254740992",
  "1e21",
  "100000000000000000000000",
  "15e-1",
  "0.1",
  "0.000001",
  "1E+2",
  "0e5",
  '"9007199254740993"',
  '{"a":[1,{"b":null}],"c":true}',
];

for (const text of survive) {
  test(`${text} is sent as json`, () => {
    assert.deepEqual(payloadFromText(text), { json: JSON.parse(text) });
  });
}

const rounded = [
  "9007199254740993",
  "-9007199254740993",
  '{"id":[12345678901234567890]}',
  "3.141592653589793238462643",
  "1e400",
  "1e-400",
  "9007199254740993.0",
];

for (const text of rounded) {
  test(`${text} would be rounded, so its very text is sent as data`, () => {
    const payload = payloadFromText(text);

    assert.equal(payload.json, undefined);
    assert.equal(textOfPayload(payload), text);
    assert.notEqual(JSON.stringify(JSON.parse(text)), text);
  });
}

test("what is no JSON is a SyntaxError", () => {
  assert.throws(() => payloadFromText("{"), SyntaxError);
});
