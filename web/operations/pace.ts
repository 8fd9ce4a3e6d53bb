// How fast an operation goes and how long it will take, from what was seen of it in the last seconds.

export interface Sighting {
  /** Epoch ms. */
  readonly at: number;
  readonly searched: bigint;
}

export interface Pace {
  /** Candidates a second. */
  readonly perSecond: number;
  /** Milliseconds. Undefined when it does not move, or nothing is known yet. */
  readonly leftMs: number | undefined;
}

/** A pace over less time than this jumps with every batch. */
const SPAN_MS_MIN = 1_000;
const SIGHTINGS_MAX = 10;

/** One more sighting. Those that tell nothing new are left out, and of the old ones the oldest. */
export function sighted(before: readonly Sighting[], now: Sighting): readonly Sighting[] {
  if (before.at(-1)?.at === now.at) return before;
  return [...before, now].slice(-SIGHTINGS_MAX);
}

export function paceOf(sightings: readonly Sighting[], candidates: bigint): Pace | undefined {
  const [first, last] = [sightings[0], sightings.at(-1)];
  if (!first || !last || last.at - first.at < SPAN_MS_MIN) return undefined;

  const perSecond = Number(last.searched - first.searched) / ((last.at - first.at) / 1_000);
  const left = Math.max(Number(candidates - last.searched), 0);
  return { perSecond, leftMs: perSecond > 0 ? (left / perSecond) * 1_000 : undefined };
}
