// What is drawn and written of a run: it is that of the figures in the repository, and says what is not durable.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { chartOf, PALETTES } from "./chart-svg.ts";
import { withFigures } from "./figures-page.ts";
import type { MeasuredLine, Run } from "./run.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, DOCS), "utf8");
const published = JSON.parse(read("performance/figures.json")) as Run;

describe("what is published:", () => {
  for (const [name, palette] of Object.entries(PALETTES))
    test(`the ${name} chart is that of the figures: else npm run bench:chart`, () => {
      assert.equal(read(`pictures/performance-${name}.svg`), chartOf(published, palette));
    });

  test("the table of docs/performance.md is that of the figures: else npm run bench:chart", () => {
    assert.equal(read("performance.md"), withFigures(read("performance.md"), published));
  });
});

describe("a chart", () => {
  const line = (peer: string, perSecond: number, survives: "a power cut" | "nothing"): MeasuredLine[] =>
    (["one by one", "bulk", "drain"] as const).map((load) => ({
      what: peer,
      figure: perSecond,
      unit: "jobs/s",
      durability: survives === "nothing" ? "memory" : "fsync <on>",
      comparison: { peer, load, survives },
    }));
  const run = (lines: MeasuredLine[]): Run => ({ ...published, lines });
  const drawn = (lines: MeasuredLine[]) => chartOf(run(lines), PALETTES.light);

  test("has Lakh first, what is durable next, and what is not last, as an outline that says so", () => {
    const svg = drawn([
      ...line("quick", 900, "nothing"),
      ...line("slow", 5, "a power cut"),
      ...line("Lakh", 100, "a power cut"),
    ]);
    const places = ["Lakh</text>", "slow</text>", "quick</text>"].map((name) => svg.indexOf(name));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
    assert.equal(svg.match(/stroke-dasharray/g)?.length, 3);
    assert.match(svg, /memory: not durable/);
    assert.match(svg, /fsync &lt;on&gt;/);
  });

  test("draws each bar to the scale of its column", () => {
    const svg = drawn([...line("Lakh", 1_000, "a power cut"), ...line("half", 500, "a power cut")]);
    const widths = [...svg.matchAll(/<rect x="[^"]+" y="[^"]+" width="([^"]+)"/g)].map(([, width]) =>
      Number(width),
    );
    assert.equal(widths.length, 6);
    for (const [i, width] of widths.slice(0, 3).entries())
      assert.ok(Math.abs(width - 2 * (widths[i + 3] ?? 0)) < 0.2, `${widths}`);
  });

  test("is refused of a run without peers, or with half of one", () => {
    assert.throws(() => drawn(line("Lakh", 1, "a power cut")), /no peers/);
    assert.throws(
      () => drawn([...line("Lakh", 1, "a power cut"), ...line("x", 1, "nothing").slice(1)]),
      /not measured whole/,
    );
  });
});
