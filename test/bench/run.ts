// A whole run, as it is kept in JSON: what it was measured on, and every line with its ratio and its verdict.
import { GOALS } from "./goals.ts";
import { holds, type Line, ratioOf } from "./line.ts";
import type { Machine } from "./machine.ts";

export interface MeasuredLine extends Line {
  readonly ratio?: number | undefined;
  /** The goal in words. */
  readonly goalSays?: string | undefined;
  /** Absent: there is no goal, or its anchor was not measured. */
  readonly holds?: boolean | undefined;
}

export interface Run {
  readonly machine: Machine;
  readonly lines: readonly MeasuredLine[];
}

export function runOf(machine: Machine, lines: readonly Line[]): Run {
  return {
    machine,
    lines: lines.map((line) => ({
      ...line,
      ratio: ratioOf(line),
      goalSays: line.goal && GOALS[line.goal].says,
      holds: holds(line),
    })),
  };
}
