// How much a reader's browser must fetch before the page is there, measured on the built files as they are sent.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { test } from "node:test";

const BUILT = new URL("../../dist/web/", import.meta.url);
const PAGE = readFileSync(new URL("index.html", BUILT), "utf8");
const KB = 1_000;

/** What the page itself names: its scripts, those that these begin with, its styles. */
function named(ending: string): readonly string[] {
  return [...PAGE.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)]
    .map(([, path = ""]) => path)
    .filter((path) => path.endsWith(ending));
}

function sent(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + statSync(new URL(`${path}.br`, BUILT)).size, 0);
}

test("the first load has at most 150 kB of scripts, 12 kB of styles and 90 kB of fonts", (t) => {
  const scripts = sent(named(".js"));
  const styles = sent(named(".css"));
  const fonts = readdirSync(new URL("assets/", BUILT)).filter((name) => name.endsWith(".woff2"));
  const fontBytes = fonts.reduce((sum, name) => sum + statSync(new URL(`assets/${name}`, BUILT)).size, 0);
  t.diagnostic(`scripts ${scripts} B, styles ${styles} B, fonts ${fontBytes} B`);
  assert.ok(named(".js").length > 0 && named(".css").length > 0 && fonts.length === 2);
  assert.ok(scripts <= 150 * KB, `scripts have ${scripts} bytes`);
  assert.ok(styles <= 12 * KB, `styles have ${styles} bytes`);
  assert.ok(fontBytes <= 90 * KB, `fonts have ${fontBytes} bytes`);
});

test("what draws charts is a file of its own, and writes no HTML from strings", () => {
  const [plot, ...others] = readdirSync(new URL("assets/", BUILT)).filter((name) =>
    /^plot-.*\.js$/.test(name),
  );
  assert.ok(plot && others.length === 0);
  assert.ok(!named(".js").some((path) => path.includes(plot)), "it is not part of the first load");
  const text = readFileSync(new URL(`assets/${plot}`, BUILT), "utf8");
  assert.match(text, /canvas/);
  assert.doesNotMatch(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
});

test("the page has no script, style or handler in its HTML, and asks nobody else", () => {
  assert.doesNotMatch(PAGE, /<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)/);
  assert.doesNotMatch(PAGE, /(?:src|href)="(?:https?:)?\/\//);
});
