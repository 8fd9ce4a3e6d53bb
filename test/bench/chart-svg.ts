// The chart of the README, drawn of a run: Lakh and its peers at three loads, one column for each, every bar to the scale
// of its column. Written by hand as SVG, since it is a few rectangles.
import type { MeasuredLine, Run } from "./run.ts";

type Compared = MeasuredLine & Required<Pick<MeasuredLine, "comparison">>;

export interface Palette {
  readonly ground: string;
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly lakh: string;
  readonly peer: string;
}

/** As in web/styles/tokens.css. */
export const PALETTES = {
  light: {
    ground: "#ffffff",
    ink: "#17191c",
    quiet: "#5c6167",
    line: "#e3e3df",
    lakh: "#1b5fc4",
    peer: "#b9bec4",
  },
  dark: {
    ground: "#0d0f11",
    ink: "#e9ebed",
    quiet: "#9ba2a9",
    line: "#2a2f34",
    lakh: "#7fb2ff",
    peer: "#4a525a",
  },
} as const satisfies Readonly<Record<string, Palette>>;

const WIDTH = 930;
const MARGIN = 24;
const NAMES_WIDTH = 286;
const GAP = 20;
const TOP = 104;
const ROW = 38;
const BAR = 16;
const FOOT = 58;
/** For the figure, which stands behind its bar. */
const FIGURE_WIDTH = 64;
const LOADS = [
  { load: "one by one", title: "Enqueue, one per call", under: "16 callers, jobs/s" },
  { load: "bulk", title: "Enqueue, many at once", under: "stream or bulk call, jobs/s" },
  { load: "drain", title: "Receive and acknowledge", under: "one worker, jobs/s" },
] as const;
const COLUMN = (WIDTH - 2 * MARGIN - NAMES_WIDTH - GAP * LOADS.length) / LOADS.length;

/** @throws when the run has no peers, or not all loads of one of them */
export function chartOf({ machine, lines }: Run, palette: Palette): string {
  const compared = lines.filter((line): line is Compared => line.comparison !== undefined);
  const rows = rowsOf(compared);
  if (rows.length < 2) throw new Error("the run has no peers: npm run bench -- --peers --save FILE");

  const height = TOP + rows.length * ROW + FOOT;
  const parts = [
    `<rect width="${WIDTH}" height="${height}" rx="10" fill="${palette.ground}"/>`,
    text(MARGIN, 38, "Jobs per second, side by side in one run", {
      size: 17,
      weight: 600,
      fill: palette.ink,
    }),
    text(WIDTH - MARGIN, 38, "longer is faster", { size: 12, fill: palette.quiet, anchor: "end" }),
    ...LOADS.map((_, column) => headOf(column, palette)),
    ...rows.map((row, i) => rowOf(row, i, { palette, longest: longestOf(rows) })),
    ...footOf(machine, height, palette),
  ];
  const face = "-apple-system, 'Segoe UI', Inter, system-ui, sans-serif";
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  return `${head} font-family="${face}" role="img">\n<title>${titleOf(rows)}</title>\n${parts.join("\n")}\n</svg>\n`;
}

interface Row {
  readonly name: string;
  readonly durability: string;
  readonly isLakh: boolean;
  readonly isDurable: boolean;
  /** In the order of the columns. */
  readonly figures: readonly number[];
}

/** Lakh first, then what is durable, then what is not; each by its drain. */
function rowsOf(lines: readonly Compared[]): Row[] {
  const groups = Map.groupBy(lines, ({ comparison, durability }) => `${comparison.peer}|${durability}`);
  const rows = [...groups.values()].map((group): Row => {
    const [{ comparison, durability }] = group as [Compared, ...Compared[]];
    const figures = LOADS.map(({ load }) => group.find((line) => line.comparison.load === load)?.figure);
    if (figures.some((figure) => figure === undefined))
      throw new Error(`${comparison.peer} was not measured whole`);

    const [name = "", engine] = comparison.peer.split(" on ");
    return {
      name,
      durability: engine ? `${engine}, ${durability}` : durability,
      isLakh: comparison.peer === "Lakh",
      isDurable: comparison.survives !== "nothing",
      figures: figures as number[],
    };
  });
  const rank = ({ isLakh, isDurable }: Row) => (isLakh ? 0 : isDurable ? 1 : 2);
  return rows.toSorted((a, b) => rank(a) - rank(b) || (b.figures[2] ?? 0) - (a.figures[2] ?? 0));
}

function longestOf(rows: readonly Row[]): number[] {
  return LOADS.map((_, column) => Math.max(...rows.map(({ figures }) => figures[column] ?? 0)));
}

function leftOf(column: number): number {
  return MARGIN + NAMES_WIDTH + GAP + column * (COLUMN + GAP);
}

function headOf(column: number, palette: Palette): string {
  const { title = "", under = "" } = LOADS[column] ?? {};
  return [
    text(leftOf(column), 72, title, { size: 13, weight: 600, fill: palette.ink }),
    text(leftOf(column), 88, under, { size: 11, fill: palette.quiet }),
  ].join("\n");
}

function rowOf(row: Row, nth: number, { palette, longest }: { palette: Palette; longest: number[] }): string {
  const top = TOP + nth * ROW;
  const weight = row.isLakh ? 600 : 400;
  const settings = row.isDurable ? row.durability : `${row.durability}: not durable`;
  return [
    `<line x1="${MARGIN}" y1="${top}" x2="${WIDTH - MARGIN}" y2="${top}" stroke="${palette.line}"/>`,
    text(MARGIN, top + 17, row.name, { size: 12.5, weight, fill: palette.ink }),
    text(MARGIN, top + 31, settings, { size: 10.5, fill: palette.quiet }),
    ...row.figures.map((figure, column) => {
      const width = Math.max(1.5, (figure / (longest[column] ?? 1)) * (COLUMN - FIGURE_WIDTH));
      const y = top + (ROW - BAR) / 2;
      const label = text(leftOf(column) + width + 7, y + 12, shortOf(figure), {
        size: 12,
        weight,
        fill: row.isLakh ? palette.ink : palette.quiet,
      });
      return `${barOf(row, { x: leftOf(column), y, width }, palette)}\n${label}`;
    }),
  ].join("\n");
}

/** What is not durable is only an outline: it is not the same thing. */
function barOf(row: Row, { x, y, width }: { x: number; y: number; width: number }, palette: Palette): string {
  const [left, wide] = [x.toFixed(1), width.toFixed(1)];
  if (row.isDurable)
    return `<rect x="${left}" y="${y}" width="${wide}" height="${BAR}" rx="2" fill="${row.isLakh ? palette.lakh : palette.peer}"/>`;

  return `<rect x="${left}" y="${y}" width="${wide}" height="${BAR}" rx="2" fill="none" stroke="${palette.peer}" stroke-dasharray="3 2"/>`;
}

function footOf(
  { processor, system, disk, node, sqlite, takenAt }: Run["machine"],
  height: number,
  palette: Palette,
) {
  const style = { size: 10.5, fill: palette.quiet };
  const on = `${processor}, server and client on the same; ${system}; ${disk}`;
  const made = `Jobs of about 100 bytes that do nothing. Node ${node.slice(1)}, SQLite ${sqlite}, ${takenAt.slice(0, 10)}: npm run bench -- --peers`;
  return [
    `<line x1="${MARGIN}" y1="${height - FOOT}" x2="${WIDTH - MARGIN}" y2="${height - FOOT}" stroke="${palette.line}"/>`,
    text(MARGIN, height - 34, made, style),
    text(MARGIN, height - 18, on, style),
  ];
}

/** For who does not see it. */
function titleOf(rows: readonly Row[]): string {
  const [lakh] = rows;
  const peers = rows.filter(({ isLakh, isDurable }) => isDurable && !isLakh);
  const best = longestOf(peers);
  const figures = LOADS.map(({ title }, column) => {
    return `${title}: ${shortOf(lakh?.figures[column] ?? 0)}, the best durable peer ${shortOf(best[column] ?? 0)}`;
  });
  return escaped(`Jobs per second of Lakh. ${figures.join(". ")}.`);
}

/** Three digits are what such a figure is good for: 123,000, 8,450, 512. */
function shortOf(figure: number): string {
  return Number(figure.toPrecision(3)).toLocaleString("en");
}

interface Style {
  readonly size: number;
  readonly fill: string;
  readonly weight?: number;
  readonly anchor?: "end";
}

function text(x: number, y: number, content: string, { size, fill, weight, anchor }: Style): string {
  const more = `${weight ? ` font-weight="${weight}"` : ""}${anchor ? ` text-anchor="${anchor}"` : ""}`;
  return `<text x="${Number(x.toFixed(1))}" y="${y}" font-size="${size}" fill="${fill}"${more}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
