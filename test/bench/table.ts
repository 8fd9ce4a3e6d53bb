// A run as a table for people: each figure, what it stands beside, and whether its goal holds.
import { GOALS } from "./goals.ts";
import { holds, type Line, ratioOf } from "./line.ts";

const HEAD = ["", "Lakh", "beside", "", "ratio", "by cpu", "goal", "", "server", "client"];
const LEFT = new Set([0, 2, 6]);

/** A head, and a line of text for each line. "By cpu" is the ratio of the servers' processor time, which no disk delays. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(cellsOf);
  const widths = HEAD.map((_, i) => Math.max(...[HEAD, ...rows].map((row) => row[i]?.length ?? 0)));
  const show = (row: readonly string[], durability: string) =>
    [...row.map((cell, i) => padded(cell, widths[i] ?? 0, LEFT.has(i))), durability].join("  ").trimEnd();
  const shown = rows.map((row, i) => show(row, lines[i]?.durability ?? ""));
  return `${[show(HEAD, "acknowledged when"), ...shown].join("\n")}\n`;
}

function cellsOf(line: Line): string[] {
  const { what, figure, unit, anchor, goal, processor } = line;
  const ratio = ratioOf(line);
  const held = holds(line);
  return [
    what,
    `${shown(figure)} ${unit}`,
    anchor?.name ?? (goal && held === undefined ? "not measured: --peers" : ""),
    anchor ? shown(anchor.figure) : "",
    ratio === undefined ? "" : ratio.toFixed(2),
    anchor?.serverUs && processor ? (anchor.serverUs / processor.serverUs).toFixed(2) : "",
    goal ? GOALS[goal].says : "",
    held === undefined ? "" : held ? "holds" : "FAILS",
    processor ? `${processor.serverUs.toFixed(1)} us` : "",
    processor ? `${processor.clientUs.toFixed(1)} us` : "",
  ];
}

function padded(cell: string, width: number, toLeft: boolean): string {
  return toLeft ? cell.padEnd(width) : cell.padStart(width);
}

/** Two decimals where they matter. */
export function shown(figure: number): string {
  return figure < 100 ? figure.toFixed(2) : Math.round(figure).toLocaleString("en");
}
