// A job as the contract shows it.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Attempt,
  AttemptOutcome,
  AttemptSchema,
  DeathReason,
  JobSchema,
  JobState,
  type Job as JobView,
  type RetryPolicySchema,
} from "../gen/lakh/v1/job_pb.ts";
import { deadlineOf, type Retention } from "../job/deadline.ts";
import type { AttemptRecord, Backoff, Job, DeathReason as Reason, JobState as State } from "../job/job.ts";
import { isFinished } from "../job/job.ts";
import { sinceOf, troubleOf } from "../job/standing.ts";
import type { StoredJob } from "../store/search.ts";
import { writeContent } from "./payload.ts";
import { toDuration, toTimestamp } from "./times.ts";

export const STATES: Readonly<Record<State["is"], JobState>> = {
  scheduled: JobState.SCHEDULED,
  ready: JobState.READY,
  reserved: JobState.RESERVED,
  succeeded: JobState.SUCCEEDED,
  dead: JobState.DEAD,
  cancelled: JobState.CANCELLED,
};

const REASONS: Readonly<Record<Reason, DeathReason>> = {
  retries_used_up: DeathReason.RETRIES_USED_UP,
  final_failure: DeathReason.FINAL_FAILURE,
  workers_lost: DeathReason.WORKERS_LOST,
  not_started_in_time: DeathReason.NOT_STARTED_IN_TIME,
  damaged: DeathReason.DAMAGED,
};

const OUTCOMES: Readonly<Record<AttemptRecord["outcome"], AttemptOutcome>> = {
  failed: AttemptOutcome.FAILED,
  expired: AttemptOutcome.EXPIRED,
  lost: AttemptOutcome.LOST,
  released: AttemptOutcome.RELEASED,
  late_failure: AttemptOutcome.LATE_FAILURE,
};

/** All that is kept of the job. */
export function viewStored({ job, payload, history }: StoredJob, retention: Retention): JobView {
  const view = viewJob(job, retention);
  view.payload = writeContent(payload);
  view.attempts = history.map(viewAttempt);
  return view;
}

/** The job without its payload and history. */
export function viewJob(job: Job, retention: Retention): JobView {
  const { id, name, priority, labels, attempt, failures, losses, progress, lastError } = job;
  return create(JobSchema, {
    id,
    name,
    priority,
    labels: { ...labels },
    attempt,
    failures,
    losses,
    reservationTime: toDuration(job.reservationMs),
    retry: { maxRetries: job.retry.maxRetries, backoff: viewBackoff(job.retry.backoff) },
    traceparent: job.traceparent ?? "",
    uniqueKey: job.uniqueKey ?? "",
    enqueuedAt: toTimestamp(job.enqueuedAt),
    since: toTimestamp(sinceOf(job)),
    ...(job.startBy !== undefined && { startBy: toTimestamp(job.startBy) }),
    ...(job.keepResultMs !== undefined && { keepResult: toDuration(job.keepResultMs) }),
    ...(progress && { progress }),
    ...(lastError && { lastError: { class: lastError.class, message: lastError.line } }),
    ...(lastError && troubleOf(job) && { errorGroup: lastError.group }),
    ...viewState(job.state),
    ...viewKept(job, retention),
  });
}

/** The job without its result as well: for lists. */
export function viewBrief(job: Job, retention: Retention): JobView {
  const view = viewJob(job, retention);
  delete view.result;
  return view;
}

type JobFields = MessageInitShape<typeof JobSchema>;
type StateFields = Pick<
  JobFields,
  | "state"
  | "workerId"
  | "startedAt"
  | "dueAt"
  | "reservedUntil"
  | "finishedAt"
  | "deathReason"
  | "result"
  | "replacedBy"
>;

function viewState(state: State): StateFields {
  const startedAt = startOf(state);
  return {
    state: STATES[state.is],
    ...("by" in state && state.by && { workerId: state.by }),
    ...(startedAt !== undefined && { startedAt: toTimestamp(startedAt) }),
    ...(state.is === "scheduled" && { dueAt: toTimestamp(state.dueAt) }),
    ...(state.is === "reserved" && { reservedUntil: toTimestamp(state.until) }),
    ...(isFinished(state) && { finishedAt: toTimestamp(state.finishedAt) }),
    ...(state.is === "dead" && { deathReason: REASONS[state.reason] }),
    ...(state.is === "succeeded" && state.result && { result: { value: writeContent(state.result) } }),
    ...(state.is === "cancelled" && state.replacedBy && { replacedBy: state.replacedBy }),
  };
}

/** When the attempt began that is under way, or that succeeded. */
function startOf(state: State): number | undefined {
  if (state.is === "reserved") return state.since;
  return state.is === "succeeded" ? state.startedAt : undefined;
}

function viewKept(job: Job, retention: Retention): Pick<JobFields, "keptUntil"> {
  const keptUntil = isFinished(job.state) ? deadlineOf(job, retention) : undefined;
  return keptUntil === undefined ? {} : { keptUntil: toTimestamp(keptUntil) };
}

function viewBackoff(backoff: Backoff): NonNullable<MessageInitShape<typeof RetryPolicySchema>["backoff"]> {
  switch (backoff.by) {
    case "default":
      return { case: undefined };
    case "fixed":
      return { case: "fixed", value: { delay: toDuration(backoff.delayMs) } };
    case "delays":
      return { case: "delays", value: { delays: backoff.delaysMs.map(toDuration) } };
    case "exponential": {
      const { initialMs, factor, maxMs, jitter } = backoff;
      const value = { initial: toDuration(initialMs), factor, max: toDuration(maxMs), jitter };
      return { case: "exponential", value };
    }
  }
}

export function viewAttempt(record: AttemptRecord): Attempt {
  const { attempt, worker, outcome, endedAt, startedAt, error, progress } = record;
  return create(AttemptSchema, {
    attempt,
    workerId: worker ?? "",
    outcome: OUTCOMES[outcome],
    endedAt: toTimestamp(endedAt),
    ...(startedAt !== undefined && { startedAt: toTimestamp(startedAt) }),
    ...(error && { error }),
    ...(progress && { progress }),
  });
}
