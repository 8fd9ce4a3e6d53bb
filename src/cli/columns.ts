// Tables for people: columns that line up, numbers to the right, cut to the terminal's width where there is one, and every
// text made harmless.
import { escapeControls, type Output, type Paint } from "./terminal.ts";
import { fitted, padded, widthOf } from "./text-width.ts";

/** One column of a table of such rows. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  /** Numbers go to the right. Default: left. */
  readonly align?: "right";
  /** May be cut where the terminal is too narrow. Ids may not: they are there to be copied. */
  readonly shrinks?: true;
  readonly paint?: (row: Row) => Paint | undefined;
}

const gap = "  ";
const shrunkMin = 8;

/** The table, with its heads dim. */
export function tableOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], output: Output): string {
  const cells = rows.map((row) => columns.map(({ cell }) => escapeControls(cell(row))));
  const natural = columns.map(({ head }, index) =>
    Math.max(head.length, ...cells.map((line) => widthOf(line[index] ?? ""))),
  );
  const widths = shrunk(natural, columns, output.size?.columns);
  const line = (texts: readonly string[], paintOf: (index: number) => Paint | undefined) => {
    const parts = texts.map((text, index) => {
      const width = widths[index] ?? 0;
      const shown = padded(fitted(text, width), width, columns[index]?.align);
      const paint = paintOf(index);
      return { shown, painted: paint ? output.paint(paint, shown) : shown };
    });
    return `${trimmed(parts)}\n`;
  };
  const heads = columns.map(({ head }) => head);
  return [
    line(heads, () => "dim"),
    ...rows.map((row, at) => line(cells[at] ?? [], (index) => columns[index]?.paint?.(row))),
  ].join("");
}

// Spaces at the end of a line would wrap in a terminal that is just wide enough.
function trimmed(parts: readonly { shown: string; painted: string }[]): string {
  const last = parts.findLastIndex(({ shown }) => shown.trim() !== "");
  return parts
    .slice(0, last + 1)
    .map(({ shown, painted }, index) => (index === last ? painted.replace(shown, shown.trimEnd()) : painted))
    .join(gap);
}

/** Takes from the widest of those that may be cut, until all fit. */
function shrunk<Row>(
  natural: readonly number[],
  columns: readonly Column<Row>[],
  room: number | undefined,
): readonly number[] {
  const widths = [...natural];
  if (room === undefined) return widths;

  let excess = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - room;
  while (excess > 0) {
    const widest = widths
      .map((width, index) => (columns[index]?.shrinks && width > shrunkMin ? width : 0))
      .reduce((best, width, index, all) => (width > (all[best] ?? 0) ? index : best), 0);
    const width = widths[widest] ?? 0;
    if (!columns[widest]?.shrinks || width <= shrunkMin) break;
    widths[widest] = width - 1;
    excess -= 1;
  }
  return widths;
}

/** Labels and values under one another; those without a value are left out. */
export function detailsOf(
  pairs: readonly (readonly [label: string, value: string | undefined, paint?: Paint | undefined])[],
  output: Output,
): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown
    .map(([label, value = "", paint]) => {
      const text = escapeControls(value);
      return `${output.paint("dim", label.padEnd(width))}  ${paint ? output.paint(paint, text) : text}\n`;
    })
    .join("");
}
