// A line of a full-screen view: pieces of text, each with its colour, that know how wide they are.
import { escapeControls, type Output, type Paint } from "./terminal.ts";
import { fitted, padded, widthOf } from "./text-width.ts";

/** Text of one colour. Control characters must be escaped already. */
export interface Piece {
  readonly text: string;
  readonly paint?: Paint | undefined;
}

/** Pieces one after the other. */
export type Line = readonly Piece[];

/** One piece, its text made harmless. */
export function piece(text: string, paint?: Paint): Piece {
  return { text: escapeControls(text), paint };
}

/** A piece of exactly so many columns. */
export function cell(
  text: string,
  columns: number,
  more: { readonly right?: boolean; readonly paint?: Paint | undefined } = {},
): Piece {
  const fitting = fitted(escapeControls(text), columns);
  return { text: padded(fitting, columns, more.right ? "right" : "left"), paint: more.paint };
}

/** How many columns the line takes. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** The line filled up with spaces, or cut. */
export function lineOf(line: Line, columns: number): Line {
  const pieces: Piece[] = [];
  let left = columns;
  for (const { text, paint } of line) {
    const part = widthOf(text) <= left ? text : fitted(text, left);
    pieces.push({ text: part, paint });
    left -= widthOf(part);
  }
  return left > 0 ? [...pieces, { text: " ".repeat(left) }] : pieces;
}

/** Two halves, one to the left and one to the right; the right one gives way. */
export function spread(left: Line, right: Line, columns: number): Line {
  const gap = columns - lineWidth(left) - lineWidth(right);
  return gap < 1 ? lineOf(left, columns) : [...left, { text: " ".repeat(gap) }, ...right];
}

/** As it goes to the terminal. */
export function painted(line: Line, output: Pick<Output, "paint">): string {
  return line.map(({ text, paint }) => (paint ? output.paint(paint, text) : text)).join("");
}
