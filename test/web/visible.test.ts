// A stranger's text: nothing in it is hidden, nothing is lost that is not, and it is cut where people would cut it.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cutText, sliceText, visibleParts, visibleText } from "../../web/text/visible.ts";
import { drawSeed } from "../seed.ts";
import { HOSTILE_STRINGS } from "./hostile-strings.ts";

/** By code point, and told otherwise than the page tells it. */
function isUnseen(char: string): boolean {
  return /^[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]$/u.test(char);
}

/** Honest where it follows what it joins or selects. */
const HONEST = new Set(["\u200d", "\ufe0e", "\ufe0f"]);

const unseen = [
  ..."\0\x1b\x07\n\t\r\x7f\x9b\u00ad\u061c\u115f\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2028",
].concat([..."\u2060\u2066\u2069\u3164\ufe0f\ufeff\ufff9\u{e0001}\u{e0041}\u{e0100}"]);
const pieces = fc.oneof(
  fc.constantFrom(...unseen, "\ud800", "\udfff", "\x1b[31m", "\x1b]8;;", "👩", "🏽", "❤", "葛", "1"),
  fc.string({ unit: "grapheme", maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const anyText = fc.oneof(
  fc.constantFrom(...HOSTILE_STRINGS),
  fc.array(pieces, { maxLength: 12 }).map((some) => some.join("")),
);

test("there are a hundred hostile strings, and no two are the same", () => {
  assert.ok(HOSTILE_STRINGS.length >= 100);
  assert.equal(new Set(HOSTILE_STRINGS).size, HOSTILE_STRINGS.length);
});

test("nothing stays that is not seen, but for what joins or selects an emoji or ideograph", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = [...visibleText(text)];
      const hidden = shown.filter((char, i) => isUnseen(char) && !isHonest(shown, i));
      assert.deepEqual(hidden, []);
    }),
    { seed: drawSeed() },
  );
});

function isHonest(chars: readonly string[], at: number): boolean {
  const [before = "", char = "", after = ""] = [chars[at - 1], chars[at], chars[at + 1]];
  if (char === "\u200d") return (before === "\ufe0f" || isPicture(before)) && isPicture(after);
  if (HONEST.has(char)) return /\p{Emoji}/u.test(before);
  return /\p{Unified_Ideograph}/u.test(before);
}

function isPicture(char: string): boolean {
  return /\p{Extended_Pictographic}|\p{Emoji_Modifier}/u.test(char);
}

test("what is plain is there as it was, in its order, and an escape stands for each thing that is not", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let at = 0;
      for (const part of visibleParts(text)) {
        assert.notEqual(part.text, "");
        if (part.isEscape) {
          assert.ok(part.title);
          continue;
        }
        const found = text.indexOf(part.text, at);
        assert.ok(found >= at);
        at = found + part.text.length;
      }
    }),
    { seed: drawSeed() },
  );
});

test("text without anything hidden in it is one part, the text itself", () => {
  for (const text of [
    "a",
    "naïve",
    "日本語",
    "שלום",
    "👩🏽‍💻",
    "👨‍👩‍👧",
    "❤️",
    "1️⃣",
    "葛󠄀城",
    "<b>&amp;</b>",
    "␛[31m",
  ])
    assert.deepEqual(visibleParts(text), [{ text, isEscape: false }]);
  assert.deepEqual(visibleParts(""), []);
});

test("each kind of deceit has its stand-in", () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ["\x1b[31mred\x1b[0m", "␛[31mred␛[0m"],
    ["\x1b]8;;http://x\x07y", "␛]8;;http://x␇y"],
    ["\x1b]8;\u202e\x07", "␛]8;⟨U+202E⟩␇"],
    ["a\0b\x7f", "a␀b␡"],
    ["\x9b", "⟨U+009B⟩"],
    ["safe\u202egpj.exe", "safe⟨U+202E⟩gpj.exe"],
    ["a\u200db", "a⟨U+200D⟩b"],
    ["👩\u200d", "👩⟨U+200D⟩"],
    ["\ud800", "⟨U+D800⟩"],
    ["\u{e0041}", "⟨U+E0041⟩"],
    [`e${"\u0301".repeat(10)}`, `e${"\u0301".repeat(8)}⟨U+0301⟩⟨U+0301⟩`],
    ["one\ntwo\tthree", "one⏎two⇥three"],
  ];
  for (const [text, shown] of cases) assert.equal(visibleText(text), shown);
  assert.deepEqual(visibleParts("\x1b[31m"), [{ text: "␛[31m", isEscape: true, title: "terminal escape" }]);
});

test("where lines are lines, line feeds and tabs are what they are, and carriage returns still show", () => {
  assert.equal(visibleText("one\r\n\ttwo\0", { lines: "many" }), "one␍\n\ttwo␀");
});

test("a cut text has at most so many characters as people count them, and ends in an ellipsis", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, max) => {
      const cut = cutText(text, max);
      if (cut === text) return;
      assert.ok(cut.endsWith("…"));
      const kept = cut.slice(0, -1);
      assert.ok(text.startsWith(kept));
      assert.ok([...segmenter.segment(kept)].length <= max);
      assert.equal(kept.isWellFormed() || !text.isWellFormed(), true);
    }),
    { seed: drawSeed() },
  );
  assert.equal(cutText("👩🏽‍💻👩🏽‍💻👩🏽‍💻", 2), "👩🏽‍💻👩🏽‍💻…");
  assert.equal(cutText("👩🏽‍💻👩🏽‍💻", 2), "👩🏽‍💻👩🏽‍💻");
});

test("a slice ends before a pair that it would halve", () => {
  assert.equal(sliceText("a👩b", 2), "a");
  assert.equal(sliceText("a👩b", 3), "a👩");
  assert.equal(sliceText("abc", 9), "abc");
});
