// The three shapes in which data leaves a command: a table for people, one JSON document, or one JSON text a line.
import type { JsonValue } from "../client/client.ts";
import { oneOf } from "../server/setting-kinds.ts";
import { escapeControls, type Output } from "./terminal.ts";

/** A shape of output. */
export type Shape = "table" | "json" | "ndjson";

const shapes = oneOf(["table", "json", "ndjson"]);

/** Reads the value of `-o`. @throws {Complaint} */
export function readShape(text = "table"): Shape {
  return shapes.read([text]);
}

/** One line of JSON, safe to show. */
export function jsonLine(value: JsonValue): string {
  return `${escapeControls(JSON.stringify(value))}\n`;
}

/** A table with its heads dim and its columns two spaces apart. Cells must be escaped already. */
export function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  output: Output,
): string {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [output.paint("dim", line(heads)), ...rows.map(line)].map((text) => `${text}\n`).join("");
}

/** A span for people: `12 ms`, `3.4 s`, `2 min`. */
export function spanForPeople(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
