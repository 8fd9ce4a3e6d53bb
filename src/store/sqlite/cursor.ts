// Where a search goes on, as text: a JSON list of numbers and strings.
import type { Cursor } from "../search.ts";

type Part = string | number;

export function writeCursor(parts: readonly Part[]): Cursor {
  return JSON.stringify(parts) as Cursor;
}

/** The parts of a cursor of this shape. Throws a RangeError when it is none: callers check what strangers hand them. */
export function readCursor(cursor: Cursor, shape: readonly ("string" | "number")[]): Part[] {
  const parts = parse(cursor);
  const fits =
    Array.isArray(parts) &&
    parts.length === shape.length &&
    parts.every((part, i) => (shape[i] === "number" ? Number.isSafeInteger(part) : typeof part === "string"));
  if (!fits) throw new RangeError(`no cursor of this search: ${cursor}`);

  return parts;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
