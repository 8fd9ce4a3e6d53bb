// The statements over the tables of one database, and nothing else: reading, inserting, updating and deleting jobs.
// Runs inside whatever transaction its caller has open.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewJob } from "../../job/admission.ts";
import type { Retention } from "../../job/deadline.ts";
import type { AttemptRecord, Job, JobId, JobName, Payload } from "../../job/job.ts";
import { LIMITS } from "../../job/limits.ts";
import { type StoredJob, StoreFault } from "../store.ts";
import { READY_PAGE_WHERE, readyInOrder } from "./ready-order.ts";
import {
  CONTENT_COLUMNS,
  checksum,
  contentColumns,
  JOB_COLUMNS,
  type JobRow,
  PAYLOAD_BYTES,
  PAYLOAD_KIND,
  readJob,
  SEQ,
  STANDING_COLUMNS,
  STATE_NUMBERS,
  standingColumns,
} from "./row.ts";

/** A longer payload has a row of its own, so that moves do not rewrite it. */
const INLINE_BYTES_MAX = 1 << 10;

/** A job where it lies. */
export interface Located {
  readonly seq: number;
  readonly job: Job;
  readonly payloadKind: Payload["kind"];
  readonly payloadBytes: number;
}

export class JobTable {
  readonly #retention: Retention;
  readonly #insert: StatementSync;
  readonly #insertPayload: StatementSync;
  readonly #insertResult: StatementSync;
  readonly #insertAttempt: StatementSync;
  readonly #trimAttempts: StatementSync;
  readonly #update: StatementSync;
  readonly #deletes: readonly StatementSync[];
  readonly #byId: StatementSync;
  readonly #payload: StatementSync;
  readonly #result: StatementSync;
  readonly #attempts: StatementSync;
  readonly #readyPage: StatementSync;
  readonly #due: StatementSync;
  readonly #onStreams: StatementSync;
  readonly #newestDead: StatementSync;
  readonly #nextDeadline: StatementSync;

  constructor(db: DatabaseSync, retention: Retention) {
    this.#retention = retention;
    const columns = `${CONTENT_COLUMNS}, ${STANDING_COLUMNS}`;
    const places = columns.replaceAll(/\w+/g, "?");
    const sets = STANDING_COLUMNS.replaceAll(/\w+/g, "$& = ?");
    const jobs = (where: string) => arrays(db, `select ${JOB_COLUMNS} from job where ${where}`);
    this.#insert = db.prepare(`insert into job (${columns}) values (${places}) on conflict (id) do nothing`);
    this.#insertPayload = db.prepare("insert into payload (seq, bytes) values (?, ?)");
    this.#insertResult = db.prepare("insert or replace into result (seq, kind, bytes) values (?, ?, ?)");
    this.#insertAttempt = db.prepare(
      "insert into attempt (seq, n, record) select ?1, coalesce(max(n), 0) + 1, ?2 from attempt where seq = ?1",
    );
    this.#trimAttempts = db.prepare(
      "delete from attempt where seq = ?1 and n <= (select max(n) from attempt where seq = ?1) - ?2",
    );
    this.#update = db.prepare(`update job set ${sets} where seq = ?`);
    this.#deletes = ["job", "payload", "result", "attempt"].map((table) =>
      db.prepare(`delete from ${table} where seq = ?`),
    );
    this.#byId = jobs("id = ?");
    this.#payload = arrays(
      db,
      "select coalesce(payload, (select bytes from payload where payload.seq = job.seq)), checksum from job where seq = ?",
    );
    this.#result = arrays(db, "select kind, bytes from result where seq = ?");
    this.#attempts = arrays(db, "select record from attempt where seq = ? order by n");
    this.#readyPage = jobs(READY_PAGE_WHERE);
    this.#due = jobs("state = ? and deadline_at <= ? order by deadline_at limit ?");
    this.#onStreams = jobs(`state = ${STATE_NUMBERS.reserved} and deadline_at is not null and stream = 1`);
    this.#newestDead = jobs(
      `state = ${STATE_NUMBERS.dead} and deadline_at is not null order by deadline_at desc, seq desc`,
    );
    const earliest = Object.values(STATE_NUMBERS).map(
      (state) => `select min(deadline_at) as at from job where state = ${state} and deadline_at is not null`,
    );
    this.#nextDeadline = arrays(db, `select min(at) from (${earliest.join(" union all ")})`);
  }

  /** False when a job with this id is stored already; then nothing was written. */
  insert(newJob: NewJob): boolean {
    const { job, payload } = newJob;
    const inline = payload.bytes.length <= INLINE_BYTES_MAX;
    const standing = standingColumns(job, this.#retention);
    const { changes, lastInsertRowid } = this.#insert.run(...contentColumns(newJob, inline), ...standing);
    if (changes === 0) return false;

    if (!inline) this.#insertPayload.run(lastInsertRowid, payload.bytes);
    return true;
  }

  update(seq: number, job: Job): void {
    this.#update.run(...standingColumns(job, this.#retention), seq);
    if (job.state.is === "succeeded" && job.state.result) {
      const { kind, bytes } = job.state.result;
      this.#insertResult.run(seq, kind === "json" ? 0 : 1, bytes);
    }
  }

  /** Appends to the job's history and forgets what is beyond its bound. */
  record(seq: number, record: AttemptRecord): void {
    this.#insertAttempt.run(seq, JSON.stringify(record));
    this.#trimAttempts.run(seq, LIMITS.historyMax);
  }

  delete(seq: number): void {
    for (const statement of this.#deletes) statement.run(seq);
  }

  find(id: JobId): Located | undefined {
    const row = this.#byId.get(id);
    return row && located(asJobRow(row));
  }

  *ready(rooms: ReadonlyMap<JobName, number>, jobsMax: number): Generator<Located> {
    for (const row of readyInOrder(this.#readyPage, rooms, jobsMax)) yield located(row);
  }

  /** Jobs past their deadline, at most `jobsMax`. */
  due(now: number, jobsMax: number): Located[] {
    const found: Located[] = [];
    for (const state of Object.values(STATE_NUMBERS)) {
      for (const row of this.#due.all(state, now, jobsMax - found.length)) found.push(located(asJobRow(row)));
      if (found.length >= jobsMax) break;
    }
    return found;
  }

  onStreams(): Located[] {
    return this.#onStreams.all().map((row) => located(asJobRow(row)));
  }

  *newestDead(): Generator<Located> {
    for (const row of this.#newestDead.iterate()) yield located(asJobRow(row));
  }

  nextDeadline(): number | undefined {
    const [at] = this.#nextDeadline.get() as unknown as [number | null];
    return at ?? undefined;
  }

  /** The payload, or undefined when it does not match its checksum. */
  payload({ seq, job, payloadKind }: Located): Payload | undefined {
    const [bytes, expected] = this.#payload.get(seq) as unknown as [Uint8Array | null, number];
    if (bytes === null || checksum(job.id, job.name, bytes) !== expected) return undefined;

    return { kind: payloadKind, bytes };
  }

  /** All that is kept of the job. Throws the fault `damaged`. */
  stored(at: Located): StoredJob {
    const payload = this.payload(at);
    if (!payload) throw new StoreFault("damaged", `job ${at.job.id} does not match its checksum`);

    const attempts = this.#attempts.all(at.seq) as unknown as [string][];
    const history = attempts.map(([record]) => JSON.parse(record) as AttemptRecord);
    return { job: this.#withResult(at), payload, history };
  }

  #withResult({ seq, job }: Located): Job {
    const row = this.#result.get(seq) as unknown as [number, Uint8Array] | undefined;
    if (!row || job.state.is !== "succeeded") return job;

    const [kind, bytes] = row;
    return { ...job, state: { ...job.state, result: { kind: kind === 0 ? "json" : "data", bytes } } };
  }
}

function arrays(db: DatabaseSync, sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

// The statement returns arrays (setReturnArrays), which its type cannot say.
function asJobRow(row: unknown): JobRow {
  return row as JobRow;
}

function located(row: JobRow): Located {
  const payloadKind = row[PAYLOAD_KIND] === 0 ? "json" : "data";
  return { seq: row[SEQ], job: readJob(row), payloadKind, payloadBytes: row[PAYLOAD_BYTES] };
}
