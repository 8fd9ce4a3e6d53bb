// The moves that people make, and the one that a damaged disk makes: from outside, whoever holds the job.
import { die, finish, ready, scheduled } from "./endings.ts";
import { isFinished, type Job, type JobState } from "./job.ts";
import type { Circumstances, Decision, MoveNamed, Retry } from "./move.ts";

/** The stored payload does not match its checksum: it must reach no worker, and a person must hear of it. */
export function condemn(job: Job, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };

  return die(job, "damaged", at);
}

/** By a person; or by a job that takes its place, which it can while this one waits. */
export function cancel(job: Job, { replacedBy }: MoveNamed<"cancel">, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  if (replacedBy !== undefined && job.state.is === "reserved") return { refused: "reserved" };

  return finish(job, { is: "cancelled", finishedAt: at.now, ...(replacedBy && { replacedBy }) }, at);
}

/** An operator brings a finished job back, its retry budget reset. Its start_by no longer counts. */
export function retry(job: Job, { spreadMs }: Retry, at: Circumstances): Decision {
  if (job.state.is !== "dead" && job.state.is !== "cancelled") return { refused: "not_dead_or_cancelled" };
  if (at.keyHeldBy !== undefined) return { refused: "unique_key_taken" };

  const { startBy: _, lastError: __, progress: ___, ...kept } = job;
  const state: JobState = spreadMs ? scheduled(at.now, Math.floor(at.chance * spreadMs)) : ready(at.now);
  return { job: { ...kept, state, failures: 0, losses: 0 } };
}

export function runNow(job: Job, at: Circumstances): Decision {
  if (job.state.is !== "scheduled") return { refused: "not_scheduled" };

  return { job: { ...job, state: ready(at.now) } };
}

/** A person wants it gone. Not from under a worker, who would report on a job that there is not. */
export function remove(job: Job): Decision {
  if (job.state.is === "reserved") return { refused: "reserved" };

  return { job, forget: true };
}
