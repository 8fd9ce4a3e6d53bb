// Where the three ticks of a chart are: at nothing, at a round figure, and at twice as much, the top.

/** What is round: of counts 1, 2, 3, 5 and their tenfolds; of spans what a clock has. */
export type Roundness = "count" | "rate" | "seconds";

const STEPS = [1, 2, 3, 5, 10] as const;
/** In seconds, from one on: halves of an hour, of a day, of a week. */
const CLOCK_STEPS = [
  1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 18_000, 43_200, 86_400,
];

/** The middle tick, at least half of the largest value. Above nothing. */
export function middleTick(max: number, roundness: Roundness): number {
  const half = max / 2;
  if (!(half > 0)) return roundness === "count" ? 1 : 0.5;
  if (roundness === "count") return Math.max(1, roundUp(half));
  if (roundness === "seconds" && half > 0.5)
    return CLOCK_STEPS.find((step) => step >= half) ?? roundUp(half / 86_400) * 86_400;

  return roundUp(half);
}

function roundUp(value: number): number {
  const decade = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((one) => one * decade >= value * (1 - 1e-9)) ?? 10;
  // 3 * 0.1 is not 0.3: a division by a whole number is as near as a double can be.
  return decade < 1 ? step / Math.round(1 / decade) : step * decade;
}
