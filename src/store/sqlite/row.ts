// A job as a row: the translation between the rules' words and SQLite's columns, in both directions.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewJob } from "../../job/admission.ts";
import { deadlineOf, type Retention } from "../../job/deadline.ts";
import type {
  Backoff,
  DeathReason,
  Job,
  JobId,
  JobName,
  JobState,
  Payload,
  WorkerId,
} from "../../job/job.ts";
import { instantOf, type Standing, troubleOf } from "../../job/standing.ts";
import { checksum } from "./checksum.ts";

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

/** The same for what is counted; retrying jobs are scheduled ones, counted apart. */
export const STANDING_NUMBERS: Readonly<Record<Standing, number>> = { ...STATE_NUMBERS, retrying: 7 };

const STATES = ["ready", "scheduled", "ready", "reserved", "succeeded", "dead", "cancelled"] as const;

export function stateOfNumber(number: number): JobState["is"] {
  return STATES[number] ?? "ready";
}

/** The columns of a job without its payload, as `readJob` wants them, in this order. */
export const JOB_COLUMNS = `seq, id, name, rank, enqueued_at, reservation_ms, max_retries, content, state, start_by,
  attempt, failures, losses, worker, at, until, gone_until, stream, reason, progress, payload_kind, payload_bytes,
  began_at, unique_key, error`;

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
  beganAt: number | null,
  uniqueKey: string | null,
  error: string | null,
];

export const SEQ = 0;
export const NAME = 2;
export const RANK = 3;
export const STATE = 8;
export const FAILURES = 11;
export const AT = 14;
export const PAYLOAD_KIND = 20;
export const PAYLOAD_BYTES = 21;

/** What is rare in a job's content, as JSON. */
interface RareContent {
  readonly backoff?: Backoff;
  readonly labels?: Readonly<Record<string, string>>;
  readonly traceparent?: string;
  readonly keepResultMs?: number;
}

const DEFAULT_BACKOFF: Backoff = { by: "default" };
const NO_LABELS: Readonly<Record<string, string>> = {};
const NOTHING_RARE: RareContent = {};

export function readJob(row: JobRow): Job {
  const rare: RareContent = row[7] === null ? NOTHING_RARE : JSON.parse(row[7]);
  const job: Writable<Job> = {
    id: row[1] as JobId,
    name: row[2] as JobName,
    priority: 0 - row[3],
    reservationMs: row[5],
    retry: { maxRetries: row[6], backoff: rare.backoff ?? DEFAULT_BACKOFF },
    labels: rare.labels ?? NO_LABELS,
    enqueuedAt: row[4],
    state: readState(row),
    attempt: row[10],
    failures: row[11],
    losses: row[12],
  };
  if (rare.traceparent !== undefined) job.traceparent = rare.traceparent;
  if (rare.keepResultMs !== undefined) job.keepResultMs = rare.keepResultMs;
  if (row[9] !== null) job.startBy = row[9];
  if (row[19] !== null) job.progress = JSON.parse(row[19]);
  if (row[23] !== null) job.uniqueKey = row[23];
  if (row[24] !== null) job.lastError = JSON.parse(row[24]);
  return job;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function readState(row: JobRow): JobState {
  const is = stateOfNumber(row[8]);
  const at = row[14] ?? 0;
  switch (is) {
    case "scheduled":
      return { is, since: row[22] ?? at, dueAt: at };
    case "ready":
      return { is, since: at };
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
      return {
        is,
        finishedAt: at,
        ...(row[22] !== null && { startedAt: row[22] }),
        ...(row[13] !== null && { by: row[13] as WorkerId }),
      };
    case "dead":
      return { is, finishedAt: at, reason: row[18] as DeathReason };
    case "cancelled":
      return row[18] === null ? { is, finishedAt: at } : { is, finishedAt: at, replacedBy: row[18] as JobId };
  }
}

/** What a new row says once and for all, in the order of CONTENT_COLUMNS. */
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
    job.uniqueKey ?? null,
  ];
}

export const CONTENT_COLUMNS =
  "id, name, rank, enqueued_at, reservation_ms, max_retries, content, payload_kind, payload_bytes, payload, checksum, unique_key";

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
    instantOf(job),
    held?.until ?? null,
    held?.goneUntil ?? null,
    held ? Number(held.stream) : null,
    reasonOf(state),
    job.progress ? JSON.stringify(job.progress) : null,
    beganAtOf(state),
    job.lastError ? JSON.stringify(job.lastError) : null,
    job.lastError && troubleOf(job) ? job.lastError.group : null,
  ];
}

export const STANDING_COLUMNS = `state, deadline_at, start_by, attempt, failures, losses, worker, at, until, gone_until,
  stream, reason, progress, began_at, error, error_group`;

function reasonOf(state: JobState): string | null {
  if (state.is === "dead") return state.reason;
  return state.is === "cancelled" ? (state.replacedBy ?? null) : null;
}

function beganAtOf(state: JobState): number | null {
  if (state.is === "scheduled") return state.since;
  return state.is === "succeeded" ? (state.startedAt ?? null) : null;
}

function rareContent(job: Job): string | null {
  const { backoff } = job.retry;
  const hasLabels = job.labels !== NO_LABELS && Object.keys(job.labels).length > 0;
  const { traceparent, keepResultMs } = job;
  const isPlain = traceparent === undefined && keepResultMs === undefined;
  if (backoff.by === "default" && !hasLabels && isPlain) return null;

  const rare: RareContent = {
    ...(backoff.by !== "default" && { backoff }),
    ...(hasLabels && { labels: job.labels }),
    ...(traceparent !== undefined && { traceparent }),
    ...(keepResultMs !== undefined && { keepResultMs }),
  };
  return JSON.stringify(rare);
}

/** A job where it lies. */
export interface Located {
  readonly seq: number;
  readonly job: Job;
  readonly payloadKind: Payload["kind"];
  readonly payloadBytes: number;
  /** What its payload is read from, when that was read with the job. */
  readonly sealed?: Sealed;
}

/** A payload as it was stored; null: in the table `payload`. */
export type Sealed = readonly [bytes: Uint8Array | null, checksum: number];

export function located(row: JobRow): Located {
  const payloadKind = row[PAYLOAD_KIND] === 0 ? "json" : "data";
  return { seq: row[SEQ], job: readJob(row), payloadKind, payloadBytes: row[PAYLOAD_BYTES] };
}

/** The columns of a job whose payload will be wanted, as `sealed` wants them. */
export const SEALED_COLUMNS = `${JOB_COLUMNS}, payload, checksum`;
export type SealedRow = readonly [...JobRow, ...Sealed];

export function sealed(row: SealedRow): Located {
  const payloadKind = row[PAYLOAD_KIND] === 0 ? "json" : "data";
  return {
    seq: row[SEQ],
    job: readJob(row as unknown as JobRow),
    payloadKind,
    payloadBytes: row[PAYLOAD_BYTES],
    sealed: [row[25], row[26]],
  };
}

/**
 * A statement whose rows are arrays. Write `limit +?`, here as elsewhere: SQLite asks for the value of a bare `limit ?` when
 * it plans, so that it plans anew whenever another is bound, which takes five times as long as reading a row.
 */
export function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** For a row of JOB_COLUMNS out of such a statement, whose type cannot say what it returns. */
export function asJobRow(row: unknown): JobRow {
  return row as JobRow;
}
