// The vocabulary of change: what can be asked of a job, as plain data, and what the rules may answer. An engine may
// run a move anywhere, a test may list them, a simulation may replay them.
import type { Retention } from "./deadline.ts";
import type { AttemptRecord, Job, JobError, JobId, Payload, Progress, WorkerId } from "./job.ts";
import type { Refusal } from "./refusal.ts";

/** A move as data. Attempts are counted from 1, spans are milliseconds. */
export type Move =
  | {
      readonly move: "reserve";
      readonly by: WorkerId;
      readonly stream: boolean;
      readonly reservationMs?: number;
    }
  | Deliver
  | { readonly move: "undeliver"; readonly by: WorkerId; readonly attempt: number }
  | Succeed
  | Fail
  | Extend
  | { readonly move: "release"; readonly by: WorkerId; readonly attempt: number }
  | {
      readonly move: "disconnect";
      readonly by?: WorkerId;
      readonly attempt?: number;
      readonly graceMs: number;
    }
  | { readonly move: "reattach"; readonly by: WorkerId; readonly attempt: number }
  | { readonly move: "lose"; readonly by: WorkerId; readonly attempt: number }
  | { readonly move: "wake" }
  | { readonly move: "condemn" }
  | { readonly move: "cancel"; readonly replacedBy?: JobId }
  | Retry
  | { readonly move: "run_now" }
  | { readonly move: "delete" };

/** A fire-and-forget delivery has left the server. */
export interface Deliver {
  readonly move: "deliver";
  readonly by: WorkerId;
  readonly attempt: number;
}

/** Without `attempt` and `by`: the original's API, whose reports carry neither. */
export interface Succeed {
  readonly move: "succeed";
  readonly by?: WorkerId;
  readonly attempt?: number;
  readonly result?: Payload;
}

export interface Fail {
  readonly move: "fail";
  readonly by: WorkerId;
  readonly attempt: number;
  readonly error?: JobError;
  readonly retryAfterMs?: number;
  readonly final?: boolean;
}

export interface Extend {
  readonly move: "extend";
  readonly by: WorkerId;
  readonly attempt: number;
  /** The reservation ends this long from now. Absent: the job's own reservation time. */
  readonly reservationMs?: number;
  readonly progress?: Progress;
}

/** An operator brings a finished job back. */
export interface Retry {
  readonly move: "retry";
  /** Scheduled for an instant within this time, drawn at random, so that many do not come at once. Absent: ready now. */
  readonly spreadMs?: number;
}

/** What a decision may depend on besides the job and the move. */
export interface Circumstances {
  readonly now: number;
  /** A number drawn from [0, 1). */
  readonly chance: number;
  readonly retention: Retention;
  /** An unfinished job of the same name that has this finished job's unique key. */
  readonly keyHeldBy?: JobId;
}

/** The job as it stands after the move. */
export interface Change {
  readonly job: Job;
  /** Nothing of the job is kept. */
  readonly forget?: true;
  /** To be appended to the job's history. */
  readonly record?: AttemptRecord;
}

/** No. A late failure is kept in the history all the same. */
export interface Refused {
  readonly refused: Refusal;
  readonly record?: AttemptRecord;
}

export type Decision = Change | Refused;

export function isRefused(decision: Decision): decision is Refused {
  return "refused" in decision;
}

/** The move of this name. */
export type MoveNamed<Name extends Move["move"]> = Extract<Move, { readonly move: Name }>;
