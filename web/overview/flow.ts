// The life of a job drawn as an instrument: which places there are, which arrows lead from one to the other, and how
// thick an arrow is.
import type { Overview } from "../../src/gen/lakh/v1/overview_pb.ts";
import type { Standing } from "../parts/state.tsx";
import type { Flow } from "../queues/jobs-of.ts";

/** What can be drawn: everything, or one queue. */
export type Flowing = Pick<Overview, "jobs" | "rates">;

export interface FlowArrow {
  /** What passes along it. */
  readonly flow: Flow;
  /** Jobs per second. */
  readonly rate: number;
}

export interface FlowPlace {
  readonly standing: Standing;
  readonly count: bigint;
}

export interface FlowPicture {
  readonly places: readonly FlowPlace[];
  readonly arrows: readonly FlowArrow[];
}

const PLACES: readonly Standing[] = [
  "scheduled",
  "ready",
  "reserved",
  "succeeded",
  "retrying",
  "dead",
  "cancelled",
];
const ARROWS: readonly Flow[] = ["enqueued", "delivered", "succeeded", "failed", "dead", "cancelled"];

/** The contract counts those that retry among the scheduled; here each job is in one place. */
export function flowOf({ jobs, rates }: Flowing): FlowPicture {
  const counts = { ...jobs, scheduled: (jobs?.scheduled ?? 0n) - (jobs?.retrying ?? 0n) };
  return {
    places: PLACES.map((standing) => ({ standing, count: counts[standing] ?? 0n })),
    arrows: ARROWS.map((flow) => ({ flow, rate: rates?.[flow] ?? 0 })),
  };
}

const THICKNESS_MIN = 1;
const THICKNESS_MAX = 12;

/** In whole pixels, on a log scale: each tenfold of the rate adds two. Nothing is a hairline. */
export function thicknessOf(rate: number): number {
  if (!(rate > 0)) return THICKNESS_MIN;
  return Math.min(THICKNESS_MAX, Math.max(THICKNESS_MIN + 1, Math.round(3 + 2 * Math.log10(rate))));
}
