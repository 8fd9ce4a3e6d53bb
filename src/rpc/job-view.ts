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
import type { AttemptRecord, Backoff, Job, DeathReason as Reason, JobState as State } from "../job/job.ts";
import { isFinished } from "../job/job.ts";
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
export function viewStored({ job, payload, history }: StoredJob): JobView {
  const view = viewJob(job);
  view.payload = writeContent(payload);
  view.attempts = history.map(viewAttempt);
  return view;
}

/** The job without its payload and history. */
export function viewJob(job: Job): JobView {
  const { id, name, priority, labels, attempt, failures, losses, progress, startBy } = job;
  const view: MessageInitShape<typeof JobSchema> = {
    id,
    name,
    priority,
    labels: { ...labels },
    attempt,
    failures,
    losses,
    reservationTime: toDuration(job.reservationMs),
    retry: { maxRetries: job.retry.maxRetries, backoff: viewBackoff(job.retry.backoff) },
    ...(startBy !== undefined && { startBy: toTimestamp(startBy) }),
    traceparent: job.traceparent ?? "",
    enqueuedAt: toTimestamp(job.enqueuedAt),
    ...(progress && { progress }),
  };
  return create(JobSchema, { ...view, ...viewState(job.state) });
}

type StateView = Pick<
  MessageInitShape<typeof JobSchema>,
  "state" | "workerId" | "dueAt" | "reservedUntil" | "finishedAt" | "deathReason" | "result"
>;

function viewState(state: State): StateView {
  const workerId = "by" in state && state.by ? { workerId: state.by } : {};
  return {
    state: STATES[state.is],
    ...workerId,
    ...(state.is === "scheduled" && { dueAt: toTimestamp(state.dueAt) }),
    ...(state.is === "reserved" && { reservedUntil: toTimestamp(state.until) }),
    ...(isFinished(state) && { finishedAt: toTimestamp(state.finishedAt) }),
    ...(state.is === "dead" && { deathReason: REASONS[state.reason] }),
    ...(state.is === "succeeded" && state.result && { result: { value: writeContent(state.result) } }),
  };
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

function viewAttempt({ attempt, worker, outcome, endedAt, startedAt, error }: AttemptRecord): Attempt {
  return create(AttemptSchema, {
    attempt,
    workerId: worker ?? "",
    outcome: OUTCOMES[outcome],
    endedAt: toTimestamp(endedAt),
    ...(startedAt !== undefined && { startedAt: toTimestamp(startedAt) }),
    ...(error && { error }),
  });
}
