// Which names have rings of their own: the busiest. What was done long ago weighs less, so that a name that was busy once
// makes room, and one that is a little busier than another does not push it out at once.
import type { JobName } from "../job/job.ts";
import type { OwnerNumber } from "../store/history.ts";

/** Names with rings of their own. */
export const OWNERS_MAX = 200;
/** Names without rings of which is known how busy they are. */
export const CANDIDATES_MAX = 10_000;
/** After this many minutes, what was done weighs half. */
const HALF_LIFE_MINUTES = 360;
const DECAY = 2 ** (-1 / HALF_LIFE_MINUTES);
/** By how much busier a name must be to push another out. */
const LEAD = 1.5;
/** Names that change in one minute: the rings of each are emptied. */
export const CHANGES_MAX = 2;
/** A name that weighs less is not remembered. */
const WEIGHT_MIN = 0.01;

/** A name that would have rings if it were among the busiest. */
export interface Weighed {
  readonly name: JobName;
  weight: number;
}

export interface Change {
  readonly owner: OwnerNumber;
  readonly out: JobName;
  readonly in: JobName;
}

/** What a name weighs at the end of a minute in which so much was counted. */
export function weightAfter(weight: number, counted: number): number {
  return weight * DECAY + counted;
}

/** Who takes whose place now: the heaviest candidates that of the lightest owners. */
export function changes(
  owners: readonly (Readonly<Weighed> & { readonly owner: OwnerNumber })[],
  candidates: readonly Readonly<Weighed>[],
): Change[] {
  const lightest = [...owners].sort((a, b) => a.weight - b.weight).slice(0, CHANGES_MAX);
  const heaviest = [...candidates].sort((a, b) => b.weight - a.weight).slice(0, CHANGES_MAX);
  return lightest.flatMap(({ owner, name, weight }, i) => {
    const rival = heaviest[i];
    return rival && rival.weight > weight * LEAD ? [{ owner, out: name, in: rival.name }] : [];
  });
}

/** Candidates that are worth remembering: the lightest half is forgotten when there are too many. */
export function remembered<One extends Readonly<Weighed>>(candidates: readonly One[]): One[] {
  const worth = candidates.filter(({ weight }) => weight >= WEIGHT_MIN);
  if (worth.length < CANDIDATES_MAX / 2) return worth;

  return worth.sort((a, b) => b.weight - a.weight).slice(0, CANDIDATES_MAX / 4);
}
