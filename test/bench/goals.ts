// What is fast enough, in one table: ratios to an anchor that is measured in the same run, and a few bounds that are the
// same on any machine. A run says of each of these whether it holds.

/** One goal. Exactly one of the bounds is there; those of ratios are about Lakh's figure over the anchor's. */
export interface Goal {
  readonly says: string;
  readonly ratioAtLeast?: number;
  readonly ratioAtMost?: number;
  readonly atMost?: number;
}

const TABLE = {
  "unary-raw": { says: ">= 0.5 x the raw echo", ratioAtLeast: 0.5 },
  "unary-grpc-js": { says: ">= 1 x the echo of grpc-js", ratioAtLeast: 1 },
  "enqueue-peer": { says: ">= 4 x the best durable peer", ratioAtLeast: 4 },
  "drain-peer": { says: ">= 4 x the best durable peer", ratioAtLeast: 4 },
  "drain-memory": { says: ">= 0.8 x beanstalkd in memory", ratioAtLeast: 0.8 },
  "latency-p50": { says: "<= 2 ms", atMost: 2 },
  "latency-p99": { says: "<= 10 ms", atMost: 10 },
  "waiting-memory": { says: "<= 512 MiB", atMost: 512 },
  "waiting-start": { says: "<= 5 s", atMost: 5 },
  "waiting-latency": { says: "<= 2 x that at 10,000", ratioAtMost: 2 },
  "waiting-throughput": { says: ">= 0.8 x that at 10,000", ratioAtLeast: 0.8 },
  "many-workers": { says: ">= 0.8 x that of 1 and 1", ratioAtLeast: 0.8 },
  "idle-memory": { says: "<= 1 GiB", atMost: 1_024 },
  "idle-processor": { says: "<= 10 % of a core", atMost: 10 },
  "page-rpc": { says: "<= 100 ms", atMost: 100 },
} as const;

export type GoalId = keyof typeof TABLE;
export const GOALS: Readonly<Record<GoalId, Goal>> = TABLE;
export const GOAL_IDS = Object.keys(TABLE) as readonly GoalId[];

/** Whether the goal is reached; undefined when it is a ratio and its anchor was not measured. */
export function isReached(goal: Goal, figure: number, ratio: number | undefined): boolean | undefined {
  if (goal.atMost !== undefined) return figure <= goal.atMost;
  if (ratio === undefined) return undefined;

  return ratio >= (goal.ratioAtLeast ?? 0) && ratio <= (goal.ratioAtMost ?? Number.POSITIVE_INFINITY);
}
