// One line of a run: a figure, what it stands beside, what it must reach, and what was on disk when it was counted.
import { GOALS, type GoalId, isReached } from "./goals.ts";
import type { PeerFigure } from "./peer-figures.ts";

/** Which lines belong together: what `--only` takes. */
export const GROUPS = [
  "unary",
  "streams",
  "latency",
  "waiting",
  "workers",
  "due",
  "idle",
  "watched",
] as const;
export type Group = (typeof GROUPS)[number];

export type Unit = "calls/s" | "jobs/s" | "us" | "ms" | "s" | "MiB" | "% of a core";

/** What another program, or Lakh under another load, did in the same run. */
export interface Anchor {
  readonly name: string;
  readonly figure: number;
  /** Microseconds of its processor for one call or job. */
  readonly serverUs?: number;
}

/** Microseconds of processor for one call or job, user and system. */
export interface Processor {
  readonly serverUs: number;
  /** Must be below the server's, or the client is what was measured. */
  readonly clientUs: number;
}

export interface Line {
  readonly what: string;
  readonly figure: number;
  readonly unit: Unit;
  /** What is on disk when it is counted, in the words of the program measured. */
  readonly durability: string;
  /** Absent: the figure stands for itself, or its anchor was not measured in this run. */
  readonly anchor?: Anchor | undefined;
  readonly goal?: GoalId;
  readonly processor?: Processor;
  /** What it is in the chart that has Lakh and its peers side by side; absent where it is not in it. */
  readonly comparison?: Pick<PeerFigure, "peer" | "load" | "survives">;
  /** Of a latency: how many took how long. */
  readonly histogram?: readonly { readonly ms: number; readonly count: number }[];
}

/** Lakh in that chart, at one of its loads. */
export function lakhAt(load: PeerFigure["load"]): Pick<PeerFigure, "peer" | "load" | "survives"> {
  return { peer: "Lakh", load, survives: "a power cut" };
}

/** How every line of Lakh is measured. */
export const DURABLE = "SQLite, WAL, synchronous=FULL";

/** Lakh's figure over the anchor's. Undefined where there is none. */
export function ratioOf({ figure, anchor }: Pick<Line, "figure" | "anchor">): number | undefined {
  return anchor && figure / anchor.figure;
}

/** Whether the goal holds; undefined when there is none, or when its anchor was not measured. */
export function holds(line: Pick<Line, "figure" | "anchor" | "goal">): boolean | undefined {
  return line.goal && isReached(GOALS[line.goal], line.figure, ratioOf(line));
}

/** The middle one; of an even number the upper of the two. NaN of none. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}
