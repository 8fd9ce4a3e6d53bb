// What is kept beside what the rules know of a job: its payload, its result and how its attempts ended.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { AttemptRecord, Job, Payload } from "../../job/job.ts";
import { LIMITS } from "../../job/limits.ts";
import type { StoredJob } from "../search.ts";
import { StoreFault } from "../store.ts";
import { checksum } from "./checksum.ts";
import { arrays, type Located, type Sealed } from "./row.ts";

/** A longer payload has a row of its own, so that moves do not rewrite it. */
export const INLINE_BYTES_MAX = 1 << 10;

const TABLES = ["payload", "result", "attempt"] as const;
type Table = (typeof TABLES)[number];

export class Attachments {
  readonly #insertPayload: StatementSync;
  readonly #insertResult: StatementSync;
  readonly #insertAttempt: StatementSync;
  readonly #trimAttempts: StatementSync;
  readonly #deletes: ReadonlyMap<Table, StatementSync>;
  /** The tables that may have rows; to delete from one that has none is not for nothing. */
  readonly #used: Set<Table>;
  readonly #payload: StatementSync;
  readonly #result: StatementSync;
  readonly #attempts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#insertPayload = db.prepare("insert into payload (seq, bytes) values (?, ?)");
    this.#insertResult = db.prepare("insert or replace into result (seq, kind, bytes) values (?, ?, ?)");
    this.#insertAttempt = db.prepare(
      "insert into attempt (seq, n, record) select ?1, coalesce(max(n), 0) + 1, ?2 from attempt where seq = ?1",
    );
    this.#trimAttempts = db.prepare(
      "delete from attempt where seq = ?1 and n <= (select max(n) from attempt where seq = ?1) - ?2",
    );
    this.#deletes = new Map(
      TABLES.map((table) => [table, db.prepare(`delete from ${table} where seq = ?`)] as const),
    );
    this.#used = new Set(TABLES.filter((table) => db.prepare(`select 1 from ${table} limit 1`).get()));
    this.#payload = arrays(
      db,
      "select coalesce(payload, (select bytes from payload where payload.seq = job.seq)), checksum from job where seq = ?",
    );
    this.#result = arrays(db, "select kind, bytes from result where seq = ?");
    this.#attempts = arrays(db, "select record from attempt where seq = ? order by n");
  }

  insertPayload(seq: number | bigint, bytes: Uint8Array): void {
    this.#used.add("payload");
    this.#insertPayload.run(seq, bytes);
  }

  setResult(seq: number, { kind, bytes }: Payload): void {
    this.#used.add("result");
    this.#insertResult.run(seq, kind === "json" ? 0 : 1, bytes);
  }

  /** Appends to the job's history and forgets what is beyond its bound. */
  record(seq: number, record: AttemptRecord): void {
    this.#used.add("attempt");
    this.#insertAttempt.run(seq, JSON.stringify(record));
    this.#trimAttempts.run(seq, LIMITS.historyMax);
  }

  delete(seq: number): void {
    for (const table of this.#used) this.#deletes.get(table)?.run(seq);
  }

  /** The payload, or undefined when it does not match its checksum. */
  payload({ seq, job, payloadKind, sealed }: Located): Payload | undefined {
    const isAtHand = sealed !== undefined && sealed[0] !== null;
    const [bytes, expected] = isAtHand ? sealed : (this.#payload.get(seq) as unknown as Sealed);
    if (bytes === null || checksum(job.id, job.name, bytes) !== expected) return undefined;

    return { kind: payloadKind, bytes };
  }

  /** All that is kept of the job. Throws the fault `damaged`. */
  stored(at: Located): StoredJob {
    const whole = this.whole(at);
    if (!whole) throw new StoreFault("damaged", `job ${at.job.id} does not match its checksum`);

    return whole.stored;
  }

  /** The same, with its size; undefined when it is damaged. */
  whole(at: Located): { readonly stored: StoredJob; readonly bytes: number } | undefined {
    const payload = this.payload(at);
    if (!payload) return undefined;

    const records = (this.#attempts.all(at.seq) as unknown as [string][]).map(([record]) => record);
    const job = this.#withResult(at);
    const result = job.state.is === "succeeded" ? (job.state.result?.bytes.length ?? 0) : 0;
    return {
      stored: { job, payload, history: records.map((record) => JSON.parse(record) as AttemptRecord) },
      bytes: at.payloadBytes + result + records.reduce((sum, { length }) => sum + length, 0),
    };
  }

  #withResult({ seq, job }: Located): Job {
    if (job.state.is !== "succeeded") return job;
    const row = this.#result.get(seq) as unknown as [number, Uint8Array] | undefined;
    if (!row) return job;

    const [kind, bytes] = row;
    return { ...job, state: { ...job.state, result: { kind: kind === 0 ? "json" : "data", bytes } } };
  }
}
