// The moves: every change that a job can undergo, as a pure function of plain data. docs/lifecycle.md is the
// specification; no other room decides where a job goes.
import { backoffMs } from "./backoff.ts";
import { deadlineOf, startLimit } from "./deadline.ts";
import { attemptRecord, die, finish, forgotten, ready, scheduled } from "./endings.ts";
import { lastError } from "./error-group.ts";
import { cancel, condemn, remove, retry, runNow } from "./interventions.ts";
import {
  type AttemptRecord,
  isFinished,
  isFireAndForget,
  type Job,
  type Reserved,
  type WorkerId,
} from "./job.ts";
import { LIMITS } from "./limits.ts";
import type {
  Circumstances,
  Decision,
  Deliver,
  Extend,
  Fail,
  Move,
  MoveNamed,
  Refused,
  Succeed,
} from "./move.ts";

/** What becomes of the job. */
export function decide(job: Job, move: Move, at: Circumstances): Decision {
  switch (move.move) {
    case "reserve":
      return reserve(job, move, at);
    case "deliver":
      return deliver(job, move, at);
    case "undeliver":
      return undeliver(job, move, at);
    case "succeed":
      return succeed(job, move, at);
    case "fail":
      return fail(job, move, at);
    case "extend":
      return extend(job, move, at);
    case "release":
      return release(job, move, at);
    case "disconnect":
      return disconnect(job, move, at);
    case "reattach":
      return reattach(job, move);
    case "lose":
      return lose(job, move, at);
    case "wake":
      return wake(job, at);
    case "condemn":
      return condemn(job, at);
    case "cancel":
      return cancel(job, move, at);
    case "retry":
      return retry(job, move, at);
    case "run_now":
      return runNow(job, at);
    case "delete":
      return remove(job);
  }
}

function reserve(job: Job, move: MoveNamed<"reserve">, at: Circumstances): Decision {
  if (job.state.is !== "ready") return { refused: "not_ready" };
  if ((startLimit(job) ?? Number.POSITIVE_INFINITY) <= at.now) return die(job, "not_started_in_time", at);

  const own = job.reservationMs || LIMITS.reservationMsDefault;
  const until = at.now + Math.min(own, move.reservationMs ?? own);
  const state: Reserved = { is: "reserved", by: move.by, since: at.now, until, stream: move.stream };
  const reserved = { ...job, state, attempt: job.attempt + 1 };
  return { job: job.progress ? withoutProgress(reserved) : reserved };
}

/** Of an attempt that is over. Few jobs have any. */
function withoutProgress({ progress: _, ...job }: Job): Job {
  return job;
}

// A fire-and-forget job is reserved only while it is on its way. Whatever happens to it then, it must never be
// handed out a second time, so every end of that state but `undeliver` is a success.
function deliver(job: Job, move: Deliver, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  if (!isFireAndForget(job)) return { refused: "not_due" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  return forgotten(job, held, at);
}

/** The delivery never left the server, so it is as if it had not been made, but for its number. */
function undeliver(job: Job, move: MoveNamed<"undeliver">, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  return { job: { ...job, state: ready(at.now) } };
}

// The first report wins, whoever sends it. A worker whose reservation ran out may still finish the work, and
// running a finished job again helps nobody.
function succeed(job: Job, move: Succeed, at: Circumstances): Decision {
  const { state } = job;
  if (isFireAndForget(job)) return { refused: "fire_and_forget" };
  if (isFinished(state)) return { refused: "already_finished" };
  if (job.attempt === 0 || (move.attempt ?? 1) > job.attempt) return { refused: "never_delivered" };
  const current = move.attempt === job.attempt && state.is === "reserved";
  if (current && move.by !== undefined && move.by !== state.by) return { refused: "not_holder" };

  const { by, result } = move;
  const facts = {
    ...(current && { startedAt: state.since }),
    ...(by && { by }),
    ...(result && { result }),
  };
  return finish(job, { is: "succeeded", finishedAt: at.now, ...facts }, at);
}

// Only the current attempt can fail: an older one was counted when its reservation ended.
function fail(job: Job, move: Fail, at: Circumstances): Decision {
  if (isFireAndForget(job)) return { refused: "fire_and_forget" };
  const held = holding(job, move);
  if ("refused" in held) return held.refused === "stale_attempt" ? late(job, move, at) : held;

  const record = attemptRecord(job, held, { outcome: "failed", endedAt: at.now, error: move.error });
  const next = countFailure(job, move.error ?? NO_ERROR);
  if (move.final) return die(next, "final_failure", at, record);
  return failed(next, { record, delayMs: move.retryAfterMs }, at);
}

function late(job: Job, move: Fail, at: Circumstances): Refused {
  const { attempt, by: worker, error } = move;
  return {
    refused: isFinished(job.state) ? "already_finished" : "stale_attempt",
    record: { attempt, worker, outcome: "late_failure", endedAt: at.now, ...(error && { error }) },
  };
}

/** After one failure more: back to scheduled by backoff, or dead when the retries are used up. */
function failed(
  job: Job,
  how: { record: AttemptRecord; delayMs?: number | undefined },
  at: Circumstances,
): Decision {
  if (job.failures > job.retry.maxRetries) return die(job, "retries_used_up", at, how.record);

  const delayMs = how.delayMs ?? backoffMs(job.retry.backoff, job.failures - 1, at.chance);
  return { job: { ...job, state: scheduled(at.now, delayMs) }, record: how.record };
}

function countFailure(job: Job, error: { readonly class: string; readonly message: string }): Job {
  return { ...job, failures: job.failures + 1, lastError: lastError(job.name, error) };
}

function extend(job: Job, move: Extend, at: Circumstances): Decision {
  if (isFireAndForget(job)) return { refused: "fire_and_forget" };
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  // A worker that extends while its stream is broken lives, but from now on by its reservation alone.
  const { goneUntil, ...state } = held;
  const until = at.now + (move.reservationMs ?? job.reservationMs);
  const stream = state.stream && goneUntil === undefined;
  return {
    job: { ...job, state: { ...state, until, stream }, ...(move.progress && { progress: move.progress }) },
  };
}

function release(job: Job, move: MoveNamed<"release">, at: Circumstances): Decision {
  if (isFireAndForget(job)) return { refused: "fire_and_forget" };
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  const record = attemptRecord(job, held, { outcome: "released", endedAt: at.now });
  return { job: { ...job, state: ready(at.now) }, record };
}

/** The worker's stream broke; the worker has a grace to come back in. Without `by`: whoever holds it. */
function disconnect(job: Job, move: MoveNamed<"disconnect">, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;
  if (isFireAndForget(job)) return forgotten(job, held, at);
  if (!held.stream) return { refused: "not_holder" };

  return { job: { ...job, state: { ...held, goneUntil: at.now + move.graceMs } } };
}

function reattach(job: Job, move: MoveNamed<"reattach">): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  const { goneUntil: _, ...state } = held;
  return { job: { ...job, state: { ...state, stream: true } } };
}

/** The worker is gone, or came back without this job. Not a failure, but a job that kills workers must end. */
function lose(job: Job, move: MoveNamed<"lose">, at: Circumstances): Decision {
  if (isFinished(job.state)) return { refused: "already_finished" };
  const held = holding(job, move);
  if ("refused" in held) return held;

  return lost(job, held, at);
}

function lost(job: Job, held: Reserved, at: Circumstances): Decision {
  if (isFireAndForget(job)) return forgotten(job, held, at);

  const record = attemptRecord(job, held, { outcome: "lost", endedAt: at.now });
  const next = { ...job, losses: job.losses + 1 };
  if (next.losses >= LIMITS.lossesMax) return die(next, "workers_lost", at, record);

  return { job: { ...next, state: scheduled(at.now, LIMITS.lossDelayMs * next.losses) }, record };
}

/** The job's deadline has come; its state says what that means. */
function wake(job: Job, at: Circumstances): Decision {
  const deadline = deadlineOf(job, at.retention);
  if (deadline === undefined || deadline > at.now) return { refused: "not_due" };
  if ((startLimit(job) ?? Number.POSITIVE_INFINITY) <= at.now && !isFinished(job.state)) {
    return die(job, "not_started_in_time", at);
  }

  const { state } = job;
  switch (state.is) {
    case "scheduled":
      return { job: { ...job, state: ready(at.now) } };
    case "reserved":
      return state.goneUntil === undefined ? expire(job, state, at) : lost(job, state, at);
    default:
      return { job, forget: true };
  }
}

function expire(job: Job, held: Reserved, at: Circumstances): Decision {
  if (isFireAndForget(job)) return forgotten(job, held, at);

  const record = attemptRecord(job, held, { outcome: "expired", endedAt: at.now });
  return failed(countFailure(job, EXPIRED), { record }, at);
}

/** The reservation that the move speaks of, or why it speaks of none. */
function holding(job: Job, of: { readonly by?: WorkerId; readonly attempt?: number }): Reserved | Refused {
  const attempt = of.attempt ?? job.attempt;
  if (attempt > job.attempt || attempt < 1) return { refused: "never_delivered" };
  if (job.state.is !== "reserved" || attempt < job.attempt) return { refused: "stale_attempt" };
  if (of.by !== undefined && of.by !== job.state.by) return { refused: "not_holder" };

  return job.state;
}

/** What went wrong where no worker said so. */
const NO_ERROR = { class: "", message: "" };
const EXPIRED = { class: "", message: "reservation expired" };
