// The three shapes in which data leaves a command: a table for people, one JSON document, or one JSON text a line.
import type { JsonValue } from "../client/client.ts";
import { oneOf } from "../server/setting-kinds.ts";
import { escapeControls } from "./terminal.ts";

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

/** A span for people: `12 ms`, `3.4 s`, `2 min`. */
export function spanForPeople(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}
