// What an operation would touch, for people: the count, how it divides, and some of the jobs.
import type { Preview } from "../client/operation-views.ts";
import { countText, roundCountText, statePaints } from "./ages.ts";
import { type Column, tableOf } from "./columns.ts";
import { jobColumns } from "./job-table.ts";
import type { Output } from "./terminal.ts";

const divisionsMax = 10;

const countColumns: readonly Column<Preview["counts"][number]>[] = [
  { head: "JOBS", cell: ({ jobs }) => countText(jobs), align: "right" },
  { head: "NAME", cell: ({ name }) => name, shrinks: true },
  { head: "STATE", cell: ({ state }) => state, paint: ({ state }) => statePaints[state] },
];

/** `48,211 jobs`, or `at least 48,211 jobs (searched 2.1M of 10M)`. */
export function countSentence({ matching, isComplete, searched, candidates }: Preview): string {
  const jobs = `${countText(matching)} ${matching === 1 ? "job" : "jobs"}`;
  if (isComplete) return jobs;
  return `at least ${jobs} (searched ${roundCountText(searched)} of ${roundCountText(candidates)})`;
}

/** How they divide, the largest first. */
export function divisionText({ counts }: Preview, output: Output): string {
  const rest = counts.slice(divisionsMax).reduce((sum, { jobs }) => sum + jobs, 0);
  const more = rest === 0 ? "" : `and ${countText(rest)} of other names\n`;
  return counts.length === 0 ? "" : tableOf(countColumns, counts.slice(0, divisionsMax), output) + more;
}

/** Everything about it. */
export function previewText(preview: Preview, by: { verb: string; now: number; output: Output }): string {
  const { verb, now, output } = by;
  const { samples } = preview;
  const head = `${output.paint("bold", `Would ${verb} ${countSentence(preview)}.`)}\n`;
  if (samples.length === 0) return head;
  const some = `\n${samples.length < preview.matching ? "Some of them:" : "They are:"}\n`;
  return `${head}\n${divisionText(preview, output)}${some}${tableOf(jobColumns(now), samples, output)}`;
}
