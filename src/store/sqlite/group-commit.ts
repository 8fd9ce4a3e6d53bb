// Calls that arrive within a few turns of the event loop are committed together: one transaction, one fsync, then each is
// answered. No timer delays anything. After a failed write nothing more is acknowledged.
import type { DatabaseSync } from "node:sqlite";
import { StoreFault } from "../store.ts";
import { SQLITE, sqliteCode } from "./database.ts";
import type { Failpoint } from "./failpoint.ts";

/** What is changed in memory during a transaction and written at its end. */
export interface Folded {
  /** Inside the transaction, before its commit. */
  readonly write: () => void;
  readonly committed: () => void;
  readonly rolledBack: () => void;
}

/** Measures commits: nothing else here asks what time it is. */
export interface CommitTimes {
  /** In milliseconds, from any origin. */
  readonly stopwatch: () => number;
  readonly took: (ms: number) => void;
}

/** A turn without events takes some microseconds; a commit, hundreds. */
const GATHERING_TURNS_MAX = 4;

/** One call that waits for the next commit. */
interface Call {
  /** Runs inside the transaction. */
  readonly run: () => void;
  /** After the commit. */
  readonly answer: () => void;
  readonly reject: (fault: StoreFault) => void;
}

export class GroupCommit {
  readonly failed: Promise<StoreFault>;
  readonly #db: DatabaseSync;
  readonly #folded: readonly Folded[];
  readonly #failpoint: Failpoint;
  readonly #times: CommitTimes | undefined;
  #waiting: Call[] = [];
  #flushing: NodeJS.Immediate | undefined;
  /** Why no call is taken any more. */
  #ended: StoreFault | undefined;
  #reportFailure: (fault: StoreFault) => void = () => {};

  constructor(db: DatabaseSync, folded: readonly Folded[], failpoint: Failpoint, times?: CommitTimes) {
    this.#db = db;
    this.#folded = folded;
    this.#failpoint = failpoint;
    this.#times = times;
    this.failed = new Promise((resolve) => {
      this.#reportFailure = resolve;
    });
  }

  // Between two flushes nothing is uncommitted, so a read sees only what is durable.
  read<T>(read: () => T): T {
    if (this.#ended) throw this.#ended;

    try {
      return read();
    } catch (error) {
      // The caller's mistake, a cursor that is none: nothing was written, and the disk has nothing to do with it.
      if (error instanceof RangeError) throw error;
      throw this.#faultOf(error);
    }
  }

  write<T>(run: () => T): Promise<T> {
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
      this.#flushing ??= setImmediate(() => this.#gather(0));
    });
  }

  /** Waits for another turn of the event loop while each brings more, so that callers who call together commit together. */
  #gather(gathered: number, turns = 1): void {
    const { length } = this.#waiting;
    if (length === gathered || turns === GATHERING_TURNS_MAX) this.#flush();
    else this.#flushing = setImmediate(() => this.#gather(length, turns + 1));
  }

  /** Writes what waits, then closes the database. */
  close(): void {
    if (!this.#db.isOpen) return;

    if (!this.#ended) this.#flush();
    this.#ended ??= new StoreFault("closed", "the store is closed");
    this.#db.close();
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
    for (const one of this.#folded) one.write();
    this.#failpoint("before_commit");
    const startedAt = this.#times?.stopwatch() ?? 0;
    this.#db.exec("commit");
    this.#times?.took(this.#times.stopwatch() - startedAt);
    for (const one of this.#folded) one.committed();
    this.#failpoint("after_commit");
  }

  /** The transaction did not commit, as far as can be known; every call of it fails. */
  #abandon(calls: readonly Call[], error: unknown): void {
    const fault = this.#faultOf(error);
    for (const one of this.#folded) one.rolledBack();
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
