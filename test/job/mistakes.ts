// How a mutant is made: the rules, with another answer to some moves.
import type { Job } from "../../src/job/job.ts";
import type { Change, Decision, Move } from "../../src/job/move.ts";
import { isRefused } from "../../src/job/move.ts";
import { decide } from "../../src/job/moves.ts";
import type { Rules } from "./life.ts";
import type { Promised } from "./promises.ts";

/** The mistake, the promise that it breaks, and the rules that make it. */
export interface Mutant {
  readonly mistake: string;
  readonly breaks: Promised;
  readonly rules: Rules;
}

/** The rules, with another answer to some moves; undefined leaves the answer as it is. */
export function mistaken(
  answer: (job: Job, move: Move, right: Decision, now: number) => Decision | undefined,
): Rules {
  return (job, move, at) => {
    const right = decide(job, move, at);
    return answer(job, move, right, at.now) ?? right;
  };
}

/** The same for what was changed alone. */
export function miscarried(
  answer: (before: Job, move: Move, change: Change) => Partial<Job> | undefined,
): Rules {
  return mistaken((job, move, right) => {
    if (isRefused(right)) return undefined;
    const wrong = answer(job, move, right);
    return wrong && { ...right, job: { ...right.job, ...wrong } };
  });
}

/** The same, with a fact left out of the job after such moves. */
export function without(fact: "progress" | "lastError", when: (move: Move) => boolean): Rules {
  return mistaken((_, move, right) => {
    if (isRefused(right) || !when(move)) return undefined;
    const { [fact]: _left, ...job } = right.job;
    return { ...right, job };
  });
}
