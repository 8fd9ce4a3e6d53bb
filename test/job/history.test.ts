// A report's words are cut to their bounds, never refused, and stay valid Unicode.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { boundError, boundProgress } from "../../src/job/history.ts";

const WIDE = "€"; // 3 bytes of UTF-8
const PAIR = "😀"; // 2 UTF-16 units, 4 bytes

describe("an error", () => {
  const bounds = [
    ["message", 4_096],
    ["stack", 16_384],
  ] as const;
  for (const [field, bytesMax] of bounds) {
    const cut = (text: string) => boundError({ class: "", message: "", stack: "", [field]: text })[field];

    test(`keeps a ${field} of ${bytesMax} bytes and cuts one more`, () => {
      const fits = "x".repeat(bytesMax);
      assert.equal(cut(fits.slice(1)), fits.slice(1));
      assert.equal(cut(fits), fits);
      assert.equal(cut(`${fits}x`), fits);
    });

    test(`counts bytes of its ${field}, not characters, and cuts no character in two`, () => {
      for (const char of [WIDE, PAIR]) {
        const kept = cut(char.repeat(bytesMax));
        assert.equal(kept, char.repeat(Math.floor(bytesMax / Buffer.byteLength(char))));
      }
      assert.equal(cut("x".repeat(bytesMax - 1) + WIDE), "x".repeat(bytesMax - 1));
    });
  }

  test("keeps a class of 200 characters and cuts one more, never inside a pair", () => {
    const cut = (text: string) => boundError({ class: text, message: "", stack: "" }).class;
    assert.equal(cut("x".repeat(199)).length, 199);
    assert.equal(cut("x".repeat(200)).length, 200);
    assert.equal(cut("x".repeat(201)).length, 200);
    assert.equal(cut("x".repeat(199) + PAIR), "x".repeat(199));
  });

  test("is not changed where it fits", () => {
    const error = { class: "E", message: `m ${WIDE}`, stack: `s ${PAIR}` };
    assert.deepEqual(boundError(error), error);
  });
});

describe("progress", () => {
  const cases: [said: number, kept: number][] = [
    [-0.1, 0],
    [0, 0],
    [0.5, 0.5],
    [1, 1],
    [1.1, 1],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
  ];
  for (const [said, kept] of cases) {
    test(`${said} is kept as ${kept}`, () => {
      assert.equal(boundProgress({ fraction: said, text: "" }).fraction, kept);
    });
  }

  test("keeps a text of 200 characters and cuts one more", () => {
    for (const [length, kept] of [
      [199, 199],
      [200, 200],
      [201, 200],
    ]) {
      assert.equal(boundProgress({ fraction: 0, text: "x".repeat(length ?? 0) }).text.length, kept);
    }
  });
});
