// `npm run bench:chart`: draws the chart of the README of the figures of a run, which lie beside it in the repository.
//
//   npm run bench -- --peers --save docs/performance/figures.json
//   npm run bench:chart
import { readFileSync, writeFileSync } from "node:fs";
import { chartOf, PALETTES } from "./chart-svg.ts";
import type { Run } from "./run.ts";

const FIGURES = new URL("../../docs/performance/figures.json", import.meta.url);

const run = JSON.parse(readFileSync(FIGURES, "utf8")) as Run;
for (const [name, palette] of Object.entries(PALETTES))
  writeFileSync(
    new URL(`../../docs/pictures/performance-${name}.svg`, import.meta.url),
    chartOf(run, palette),
  );
