// Every colour that text has can be read on every ground that it stands on, computed from the tokens themselves by the
// formula of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const CSS = readFileSync(new URL("../../web/styles/tokens.css", import.meta.url), "utf8");
const GROUNDS = ["ground", "surface", "raised"];
const TEXTS = ["ink", "quiet", "ready", "reserved", "succeeded", "retrying", "dead", "scheduled"];
/** Text, https://www.w3.org/TR/WCAG22/#contrast-minimum. */
const TEXT_MIN = 4.5;
/** What must be seen to be used, https://www.w3.org/TR/WCAG22/#non-text-contrast. */
const EDGE_MIN = 3;

const light = tokensOf(/:root \{([^}]*)\}/);
const dark = new Map([...light, ...tokensOf(/:root\[data-theme="dark"\] \{([^}]*)\}/)]);

for (const [theme, tokens] of Object.entries({ light, dark })) {
  test(`${theme}: text is readable on every ground, and what is pressed has an edge`, () => {
    const colour = (name: string) => {
      const found = tokens.get(name);
      assert.ok(found, `there is no token ${name}`);
      return found;
    };
    for (const ground of GROUNDS) {
      for (const text of TEXTS) {
        const ratio = contrast(colour(text), colour(ground));
        assert.ok(ratio >= TEXT_MIN, `${text} on ${ground} has ${ratio.toFixed(2)}`);
      }
      const edge = contrast(colour("edge"), colour(ground));
      assert.ok(edge >= EDGE_MIN, `edge on ${ground} has ${edge.toFixed(2)}`);
    }
    // A primary button is surface on ink, or on red.
    assert.ok(contrast(colour("surface"), colour("ink")) >= TEXT_MIN);
    assert.ok(contrast(colour("surface"), colour("dead")) >= TEXT_MIN);
  });
}

test("the formula is the standard's: black on white is 21, and a pair that is known to fail fails", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(contrast("#777777", "#ffffff") < TEXT_MIN);
});

function tokensOf(block: RegExp): ReadonlyMap<string, string> {
  const [, text = ""] = block.exec(CSS) ?? [];
  return new Map(
    [...text.matchAll(/--([a-z]+): (#[0-9a-f]{6});/gi)].map(([, name = "", value = ""]) => [name, value]),
  );
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
