// The figures of a run as tables in Markdown, for docs/performance.md.
import type { MeasuredLine, Run } from "./run.ts";
import { shown } from "./table.ts";

const BEGIN = "<!-- figures: npm run bench:chart -->\n";
const END = "<!-- end of figures -->\n";

/** The page with these figures in the place of those that it had. @throws when it has no such place */
export function withFigures(page: string, run: Run): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`the page has no ${BEGIN.trim()}`);

  return `${page.slice(0, from + BEGIN.length)}\n${tablesOf(run)}\n${page.slice(to)}`;
}

function tablesOf({ machine, lines }: Run): string {
  const { processor, memory, system, disk, node, sqlite, takenAt } = machine;
  const own = lines.filter(({ comparison }) => !comparison || comparison.peer === "Lakh");
  const peers = lines.filter(({ comparison }) => comparison && comparison.peer !== "Lakh");
  return [
    `${takenAt.slice(0, 10)}, ${processor}, ${memory}, ${system}, Node ${node.slice(1)}, SQLite ${sqlite}; ${disk}. All of`,
    "Lakh's lines are with SQLite in WAL mode and `synchronous=FULL`; `us` is the server's processor for each call or job.",
    "",
    ...rowsOf(["what", "Lakh", "us", "beside", "", "ratio", "goal", ""], own.map(ownCells)),
    ...(peers.length > 0
      ? ["", "Peers, in the same run:", "", ...rowsOf(["what", "jobs/s", "settings"], peers.map(peerCells))]
      : []),
    "",
  ].join("\n");
}

function ownCells({ what, figure, unit, anchor, ratio, goalSays, holds, processor }: MeasuredLine): string[] {
  return [
    what,
    `${shown(figure)} ${unit}`,
    processor ? processor.serverUs.toFixed(1) : "",
    anchor?.name ?? "",
    anchor ? shown(anchor.figure) : "",
    ratio === undefined ? "" : ratio.toFixed(2),
    goalSays ?? "",
    holds === undefined ? (goalSays ? "not measured" : "") : holds ? "holds" : "**fails**",
  ];
}

function peerCells({ what, figure, durability }: MeasuredLine): string[] {
  return [what, shown(figure), durability];
}

function rowsOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
