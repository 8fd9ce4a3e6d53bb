// `npm run bench:chart`: makes of the figures of a run, which lie in the repository, the chart of the README and the table
// of docs/performance.md.
//
//   npm run bench -- --peers --save docs/performance/figures.json
//   npm run bench:chart
import { readFileSync, writeFileSync } from "node:fs";
import { chartOf, PALETTES } from "./chart-svg.ts";
import { withFigures } from "./figures-page.ts";
import type { Run } from "./run.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const PAGE = new URL("performance.md", DOCS);

const run = JSON.parse(readFileSync(new URL("performance/figures.json", DOCS), "utf8")) as Run;
for (const [name, palette] of Object.entries(PALETTES))
  writeFileSync(new URL(`pictures/performance-${name}.svg`, DOCS), chartOf(run, palette));
writeFileSync(PAGE, withFigures(readFileSync(PAGE, "utf8"), run));
