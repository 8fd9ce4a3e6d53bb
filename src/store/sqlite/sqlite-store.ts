// The embedded engine, on node:sqlite. Calls that arrive while the event loop turns are committed together: one
// transaction, one fsync, then each call is answered. No timer delays anything.
import type { DatabaseSync } from "node:sqlite";
import type { NewJob } from "../../job/admission.ts";
import type { Retention } from "../../job/deadline.ts";
import type { JobId } from "../../job/job.ts";
import {
  type Changed,
  type Enqueued,
  type Selection,
  type Store,
  type StoredJob,
  StoreFault,
  type Tally,
} from "../store.ts";
import { openDatabase, SQLITE, sqliteCode, unusable } from "./database.ts";
import { type Failpoint, noFailpoint } from "./failpoint.ts";
import { JobTable } from "./job-table.ts";
import { migrate } from "./schema.ts";
import { carryOut, type Tables } from "./selection.ts";
import { Tallies } from "./tallies.ts";

export interface SqliteOptions {
  readonly retention: Retention;
  /** Draws a number from [0, 1). */
  readonly chance: () => number;
  readonly failpoint?: Failpoint;
}

/** One call that waits for the next commit. */
interface Call {
  /** Runs inside the transaction. */
  readonly run: () => void;
  /** After the commit. */
  readonly answer: () => void;
  readonly reject: (fault: StoreFault) => void;
}

/** Opens the directory, or ":memory:". Throws the StoreFault `unusable`. */
export function openSqlite(directory: string, options: SqliteOptions): SqliteStore {
  const db = openDatabase(directory);
  try {
    migrate(db, options.failpoint ?? noFailpoint);
    return new SqliteStore(db, options);
  } catch (error) {
    db.close();
    throw unusable(directory, error);
  }
}

export class SqliteStore implements Store {
  readonly failed: Promise<StoreFault>;
  readonly #db: DatabaseSync;
  readonly #tables: Tables;
  readonly #options: SqliteOptions;
  readonly #failpoint: Failpoint;
  #waiting: Call[] = [];
  #flushing: NodeJS.Immediate | undefined;
  /** Why no call is taken any more. */
  #ended: StoreFault | undefined;
  #reportFailure: (fault: StoreFault) => void = () => {};

  constructor(db: DatabaseSync, options: SqliteOptions) {
    this.#db = db;
    this.#options = options;
    this.#failpoint = options.failpoint ?? noFailpoint;
    this.#tables = {
      jobs: new JobTable(db, options.retention),
      tallies: new Tallies(db),
      failpoint: this.#failpoint,
    };
    this.failed = new Promise((resolve) => {
      this.#reportFailure = resolve;
    });
  }

  enqueue(jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    return this.#write(() => jobs.map((job) => this.#enqueueOne(job)));
  }

  #enqueueOne(newJob: NewJob): Enqueued {
    const { jobs, tallies } = this.#tables;
    if (jobs.insert(newJob)) {
      tallies.moved(newJob.job.name, undefined, newJob.job.state.is);
      return { job: newJob.job, duplicate: false };
    }

    const stored = jobs.find(newJob.job.id);
    return { job: stored?.job ?? newJob.job, duplicate: true };
  }

  change(selection: Selection, now: number): Promise<Changed> {
    const { chance, retention } = this.#options;
    const circumstances = () => ({ now, chance: chance(), retention });
    return this.#write(() => carryOut(this.#tables, selection, circumstances));
  }

  async get(id: JobId): Promise<StoredJob | undefined> {
    return this.#read(() => {
      const at = this.#tables.jobs.find(id);
      return at && this.#tables.jobs.stored(at);
    });
  }

  async newestDead(bytesMax: number): Promise<readonly StoredJob[]> {
    return this.#read(() => {
      const found: StoredJob[] = [];
      let bytes = 0;
      for (const at of this.#tables.jobs.newestDead()) {
        if (!this.#tables.jobs.payload(at)) continue;
        bytes += at.payloadBytes;
        if (bytes > bytesMax) break;
        found.push(this.#tables.jobs.stored(at));
      }
      return found;
    });
  }

  async nextDeadline(): Promise<number | undefined> {
    return this.#read(() => this.#tables.jobs.nextDeadline());
  }

  async tallies(): Promise<readonly Tally[]> {
    return this.#read(() => this.#tables.tallies.all());
  }

  async close(): Promise<void> {
    if (!this.#db.isOpen) return;

    if (!this.#ended) this.#flush();
    this.#ended ??= new StoreFault("closed", "the store is closed");
    this.#db.close();
  }

  // Between two flushes nothing is uncommitted, so a read sees only what is durable.
  #read<T>(read: () => T): T {
    if (this.#ended) throw this.#ended;

    try {
      return read();
    } catch (error) {
      throw this.#faultOf(error);
    }
  }

  #write<T>(run: () => T): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended);

    return new Promise((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: () => {
          result = run();
        },
        answer: () => resolve(result),
        reject,
      });
      this.#flushing ??= setImmediate(() => this.#flush());
    });
  }

  /** One transaction for every call that is waiting. */
  #flush(): void {
    if (this.#flushing) clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const calls = this.#waiting;
    this.#waiting = [];
    if (calls.length === 0) return;

    try {
      this.#commit(calls);
    } catch (error) {
      this.#abandon(calls, error);
      return;
    }
    for (const call of calls) call.answer();
  }

  #commit(calls: readonly Call[]): void {
    this.#failpoint("before_write");
    this.#db.exec("begin immediate");
    for (const call of calls) call.run();
    this.#tables.tallies.write();
    this.#failpoint("before_commit");
    this.#db.exec("commit");
    this.#tables.tallies.committed();
    this.#failpoint("after_commit");
  }

  /** The transaction did not commit, as far as can be known; every call of it fails. */
  #abandon(calls: readonly Call[], error: unknown): void {
    const fault = this.#faultOf(error);
    this.#tables.tallies.rolledBack();
    if (this.#db.isOpen && this.#db.isTransaction) this.#db.exec("rollback");
    for (const call of calls) call.reject(fault);
  }

  // After a failed write or fsync the next commit would succeed as if nothing were wrong, though pages that the kernel
  // dropped are not coming back. So whatever is not understood ends the store.
  #faultOf(error: unknown): StoreFault {
    if (error instanceof StoreFault) return error;
    if (sqliteCode(error) === SQLITE.FULL) {
      return new StoreFault("full", "the disk is full; nothing was stored. Make room", error);
    }

    const why = error instanceof Error ? error.message : String(error);
    this.#ended ??= new StoreFault("failed", `the store failed: ${why}`, error);
    this.#reportFailure(this.#ended);
    return this.#ended;
  }
}
