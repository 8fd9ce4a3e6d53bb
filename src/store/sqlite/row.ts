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

/** The columns of a job in any state, without its payload, in the order of a BaseRow. */
const BASE_COLUMNS = `seq, id, name, rank, enqueued_at, reservation_ms, max_retries, content, start_by, attempt, failures,
  losses, at, payload_kind, payload_bytes, progress, unique_key, error`;

/** Rows are read as arrays: half the cost of an object. */
type BaseRow = readonly [
  seq: number,
  id: string,
  name: string,
  rank: number,
  enqueuedAt: number,
  reservationMs: number,
  maxRetries: number,
  content: string | null,
  startBy: number | null,
  attempt: number,
  failures: number,
  losses: number,
  at: number | null,
  payloadKind: number,
  payloadBytes: number,
  progress: string | null,
  uniqueKey: string | null,
  error: string | null,
];

/** The columns of a job without its payload, in the order of a JobRow. */
export const JOB_COLUMNS = `${BASE_COLUMNS}, state, worker, until, gone_until, stream, reason, began_at`;

export type JobRow = readonly [
  ...BaseRow,
  state: number,
  worker: string | null,
  until: number | null,
  goneUntil: number | null,
  stream: number | null,
  reason: string | null,
  beganAt: number | null,
];

/** The columns of a ready job that is about to be handed out, in the order of a ReadyRow. */
export const READY_COLUMNS = `${BASE_COLUMNS}, payload, checksum`;

export type ReadyRow = readonly [...BaseRow, ...Sealed];

export const SEQ = 0;
export const NAME = 2;
export const RANK = 3;
export const FAILURES = 10;
export const AT = 12;
const PAYLOAD_KIND = 13;
const PAYLOAD_BYTES = 14;
export const STATE = 18;

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

function readJob(row: JobRow | ReadyRow, state: JobState): Job {
  const rare: RareContent = row[7] === null ? NOTHING_RARE : JSON.parse(row[7]);
  const job: Writable<Job> = {
    id: row[1] as JobId,
    name: row[2] as JobName,
    priority: 0 - row[RANK],
    reservationMs: row[5],
    retry: { maxRetries: row[6], backoff: rare.backoff ?? DEFAULT_BACKOFF },
    labels: rare.labels ?? NO_LABELS,
    enqueuedAt: row[4],
    state,
    attempt: row[9],
    failures: row[FAILURES],
    losses: row[11],
  };
  if (rare.traceparent !== undefined) job.traceparent = rare.traceparent;
  if (rare.keepResultMs !== undefined) job.keepResultMs = rare.keepResultMs;
  if (row[8] !== null) job.startBy = row[8];
  if (row[15] !== null) job.progress = JSON.parse(row[15]);
  if (row[16] !== null) job.uniqueKey = row[16];
  if (row[17] !== null) job.lastError = JSON.parse(row[17]);
  return job;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

function readState(row: JobRow): JobState {
  const is = stateOfNumber(row[STATE]);
  const at = row[AT] ?? 0;
  const [worker, until, goneUntil, stream, reason, beganAt] = [
    row[19],
    row[20],
    row[21],
    row[22],
    row[23],
    row[24],
  ];
  switch (is) {
    case "scheduled":
      return { is, since: beganAt ?? at, dueAt: at };
    case "ready":
      return { is, since: at };
    case "reserved": {
      const held = {
        is,
        by: worker as WorkerId,
        since: at,
        until: until ?? 0,
        stream: stream === 1,
      } as const;
      return goneUntil === null ? held : { ...held, goneUntil };
    }
    case "succeeded":
      return {
        is,
        finishedAt: at,
        ...(beganAt !== null && { startedAt: beganAt }),
        ...(worker !== null && { by: worker as WorkerId }),
      };
    case "dead":
      return { is, finishedAt: at, reason: reason as DeathReason };
    case "cancelled":
      return reason === null ? { is, finishedAt: at } : { is, finishedAt: at, replacedBy: reason as JobId };
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
  return { seq: row[SEQ], job: readJob(row, readState(row)), payloadKind, payloadBytes: row[PAYLOAD_BYTES] };
}

export function locatedReady(row: ReadyRow): Located {
  return {
    seq: row[SEQ],
    job: readJob(row, { is: "ready", since: row[AT] ?? 0 }),
    payloadKind: row[PAYLOAD_KIND] === 0 ? "json" : "data",
    payloadBytes: row[PAYLOAD_BYTES],
    sealed: [row[18], row[19]],
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
