// A job as a row: the translation between the rules' words and SQLite's columns, in both directions.
import { crc32 } from "node:zlib";
import type { NewJob } from "../../job/admission.ts";
import { deadlineOf, type Retention } from "../../job/deadline.ts";
import {
  type Backoff,
  type DeathReason,
  isFinished,
  type Job,
  type JobId,
  type JobName,
  type JobState,
  type WorkerId,
} from "../../job/job.ts";

export type Column = string | number | Uint8Array | null;

/** The number of each state in the column `state`; the same as in the contract's enum JobState. */
export const STATE_NUMBERS: Readonly<Record<JobState["is"], number>> = {
  scheduled: 1,
  ready: 2,
  reserved: 3,
  succeeded: 4,
  dead: 5,
  cancelled: 6,
};

const STATES = ["ready", "scheduled", "ready", "reserved", "succeeded", "dead", "cancelled"] as const;

export function stateOfNumber(number: number): JobState["is"] {
  return STATES[number] ?? "ready";
}

/** The columns of a job without its payload, as `readJob` wants them, in this order. */
export const JOB_COLUMNS = `seq, id, name, rank, enqueued_at, reservation_ms, max_retries, content, state, start_by,
  attempt, failures, losses, worker, at, until, gone_until, stream, reason, progress, payload_kind, payload_bytes`;

/** A row of JOB_COLUMNS, read as an array: half the cost of an object. */
export type JobRow = readonly [
  seq: number,
  id: string,
  name: string,
  rank: number,
  enqueuedAt: number,
  reservationMs: number,
  maxRetries: number,
  content: string | null,
  state: number,
  startBy: number | null,
  attempt: number,
  failures: number,
  losses: number,
  worker: string | null,
  at: number | null,
  until: number | null,
  goneUntil: number | null,
  stream: number | null,
  reason: string | null,
  progress: string | null,
  payloadKind: number,
  payloadBytes: number,
];

export const SEQ = 0;
export const RANK = 3;
export const PAYLOAD_KIND = 20;
export const PAYLOAD_BYTES = 21;

/** What is rare in a job's content, as JSON. */
interface RareContent {
  readonly backoff?: Backoff;
  readonly labels?: Readonly<Record<string, string>>;
  readonly traceparent?: string;
}

const DEFAULT_BACKOFF: Backoff = { by: "default" };
const NO_LABELS: Readonly<Record<string, string>> = {};
const NOTHING_RARE: RareContent = {};

export function readJob(row: JobRow): Job {
  const rare: RareContent = row[7] === null ? NOTHING_RARE : JSON.parse(row[7]);
  return {
    id: row[1] as JobId,
    name: row[2] as JobName,
    priority: 0 - row[3],
    reservationMs: row[5],
    retry: { maxRetries: row[6], backoff: rare.backoff ?? DEFAULT_BACKOFF },
    labels: rare.labels ?? NO_LABELS,
    ...(row[9] !== null && { startBy: row[9] }),
    ...(rare.traceparent !== undefined && { traceparent: rare.traceparent }),
    enqueuedAt: row[4],
    state: readState(row),
    attempt: row[10],
    failures: row[11],
    losses: row[12],
    ...(row[19] !== null && { progress: JSON.parse(row[19]) }),
  };
}

function readState(row: JobRow): JobState {
  const is = stateOfNumber(row[8]);
  const at = row[14] ?? 0;
  switch (is) {
    case "scheduled":
      return { is, dueAt: at };
    case "ready":
      return { is };
    case "reserved": {
      const held = {
        is,
        by: row[13] as WorkerId,
        since: at,
        until: row[15] ?? 0,
        stream: row[17] === 1,
      } as const;
      return row[16] === null ? held : { ...held, goneUntil: row[16] };
    }
    case "succeeded":
      return row[13] === null ? { is, finishedAt: at } : { is, finishedAt: at, by: row[13] as WorkerId };
    case "dead":
      return { is, finishedAt: at, reason: row[18] as DeathReason };
    case "cancelled":
      return { is, finishedAt: at };
  }
}

/** What a new row says once and for all, in the order of INSERT_COLUMNS. */
export function contentColumns({ job, payload, payloadBytes }: NewJob, inline: boolean): Column[] {
  return [
    job.id,
    job.name,
    0 - job.priority,
    job.enqueuedAt,
    job.reservationMs,
    job.retry.maxRetries,
    rareContent(job),
    payload.kind === "json" ? 0 : 1,
    payloadBytes,
    inline ? payload.bytes : null,
    checksum(job.id, job.name, payload.bytes),
  ];
}

export const CONTENT_COLUMNS =
  "id, name, rank, enqueued_at, reservation_ms, max_retries, content, payload_kind, payload_bytes, payload, checksum";

/** What a move may change, in the order of STANDING_COLUMNS. */
export function standingColumns(job: Job, retention: Retention): Column[] {
  const { state } = job;
  const held = state.is === "reserved" ? state : undefined;
  return [
    STATE_NUMBERS[state.is],
    deadlineOf(job, retention) ?? null,
    job.startBy ?? null,
    job.attempt,
    job.failures,
    job.losses,
    "by" in state ? (state.by ?? null) : null,
    instantOf(state),
    held?.until ?? null,
    held?.goneUntil ?? null,
    held ? Number(held.stream) : null,
    state.is === "dead" ? state.reason : null,
    job.progress ? JSON.stringify(job.progress) : null,
  ];
}

export const STANDING_COLUMNS =
  "state, deadline_at, start_by, attempt, failures, losses, worker, at, until, gone_until, stream, reason, progress";

function instantOf(state: JobState): number | null {
  if (isFinished(state)) return state.finishedAt;
  if (state.is === "scheduled") return state.dueAt;
  return state.is === "reserved" ? state.since : null;
}

function rareContent(job: Job): string | null {
  const { backoff } = job.retry;
  const hasLabels = job.labels !== NO_LABELS && Object.keys(job.labels).length > 0;
  if (backoff.by === "default" && !hasLabels && job.traceparent === undefined) return null;

  const rare: RareContent = {
    ...(backoff.by !== "default" && { backoff }),
    ...(hasLabels && { labels: job.labels }),
    ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
  };
  return JSON.stringify(rare);
}

/** CRC-32 over id, name and payload: SQLite does not checksum its pages. */
export function checksum(id: string, name: string, payload: Uint8Array): number {
  return crc32(payload, crc32(name, crc32(id)));
}
