// The head of `lakh top`: what flows, how long it takes, where it stands; three blocks side by side.
import type { Overview, Percentiles, Rates } from "../client/admin-views.ts";
import { ageText, countText, rateText, tookText } from "./ages.ts";
import { bar, sparkline } from "./bars.ts";
import { cell, type Line, piece } from "./screen-line.ts";
import type { Paint } from "./terminal.ts";
import type { TopState } from "./top-state.ts";

const timesWidth = 27;
const countsWidth = 21;
const gapMin = 3;
const threeBlocksMin = 74;
/** A longer line says no more, and would be a wall. */
const sparkMax = 32;
const labelWidth = 7;
const timeLabelWidth = 6;
const rateWidth = 7;

/** Five lines, the blocks as far apart as there is room. */
export function headBlocks(state: TopState, columns: number): readonly Line[] {
  if (columns < threeBlocksMin) return countLines(state).map((line, index) => narrowLine(state, index, line));

  const room = columns - timesWidth - countsWidth;
  const flowWidth = Math.min(room - 2 * gapMin, labelWidth + rateWidth + 2 + sparkMax);
  const before = Math.floor((room - flowWidth) / 2);
  const gaps = [before, room - flowWidth - before].map((width) => cell("", Math.max(1, width)));
  const [flow, times, counts] = [flowLines(state, flowWidth), timeLines(state), countLines(state)];
  return flow.map((line, index) => [
    ...line,
    ...gaps.slice(0, 1),
    ...(times[index] ?? []),
    ...gaps.slice(1),
    ...(counts[index] ?? []),
  ]);
}

/** Rates and counts alone. */
function narrowLine(state: TopState, index: number, counts: Line): Line {
  const flow = flowLines(state, labelWidth + rateWidth + 2)[index] ?? [];
  return [...flow, piece(" "), ...counts];
}

const flows: readonly (readonly [label: string, rate: keyof Rates, paint: Paint | undefined])[] = [
  ["in", "enqueued", "blue"],
  ["out", "delivered", "cyan"],
  ["done", "succeeded", "green"],
  ["failed", "failed", "yellow"],
  ["dead", "dead", "red"],
];

function flowLines({ overview, history }: TopState, width: number): readonly Line[] {
  return flows.map(([label, rate, paint]) => {
    const value = overview?.rates[rate] ?? 0;
    const lineWidth = Math.max(0, width - labelWidth - rateWidth - 2);
    const values = history.length < 2 ? [] : history.map((rates) => rates[rate]);
    const line = sparkline(values, lineWidth);
    return [
      cell(label, labelWidth, { paint: "dim" }),
      cell(`${rateText(value)}/s`, rateWidth, { right: true, ...(value === 0 && { paint: "dim" as const }) }),
      piece("  "),
      piece(line, value === 0 ? "dim" : paint),
    ];
  });
}

function timeLines({ overview }: TopState): readonly Line[] {
  const { held = 0, capacity = 0, oldestReadyAgeMs, oldestReadyName = "" } = overview ?? {};
  const heads = ["p50", "p95", "p99"].map((head) => cell(head, 7, { right: true, paint: "dim" }));
  const busy = ` ${countText(held)}/${countText(capacity)} `;
  const barWidth = Math.max(0, timesWidth - timeLabelWidth - busy.length);
  const oldest = oldestReadyAgeMs === undefined ? "·" : `${ageText(oldestReadyAgeMs)} ${oldestReadyName}`;
  return [
    [cell("", timeLabelWidth), ...heads],
    percentileLine("wait", overview?.wait),
    percentileLine("run", overview?.run),
    [
      cell("busy", timeLabelWidth, { paint: "dim" }),
      piece(busy),
      piece(bar(held, capacity, barWidth), held >= capacity ? "yellow" : "cyan"),
    ],
    [
      cell("oldest", timeLabelWidth, { paint: "dim" }),
      cell(` ${oldest}`, timesWidth - timeLabelWidth, oldestReadyAgeMs === undefined ? { paint: "dim" } : {}),
    ],
  ];
}

function percentileLine(label: string, percentiles: Percentiles | undefined): Line {
  const { p50Ms, p95Ms, p99Ms } = percentiles ?? {};
  return [
    cell(label, timeLabelWidth, { paint: "dim" }),
    ...[p50Ms, p95Ms, p99Ms].map((ms) =>
      cell(tookText(ms) || "·", 7, { right: true, ...(ms === undefined && { paint: "dim" as const }) }),
    ),
  ];
}

function countLines({ overview }: TopState): readonly Line[] {
  const jobs = overview?.jobs;
  const count = (state: keyof Overview["jobs"], paint: Paint): Line => {
    const value = jobs?.[state] ?? 0;
    return [
      cell(state, 10, { paint: "dim" }),
      cell(countText(value), 11, { right: true, paint: value === 0 ? "dim" : paint }),
    ];
  };
  return [
    count("ready", "blue"),
    count("reserved", "cyan"),
    count("scheduled", "magenta"),
    count("retrying", "yellow"),
    count("dead", "red"),
  ];
}
