// The embedded engine, on node:sqlite: the contract of src/store/store.ts, each call a few words over the tables.
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { NewJob } from "../../job/admission.ts";
import type { Retention } from "../../job/deadline.ts";
import type { JobFilter } from "../../job/filter.ts";
import type { Job, JobId, JobName } from "../../job/job.ts";
import type { Circumstances } from "../../job/move.ts";
import type {
  Cell,
  DueSearch,
  DuesFound,
  HistoryPage,
  KeptHistory,
  OwnerNumber,
  Ring,
  ServerStart,
  Span,
} from "../history.ts";
import type { Operation, OperationId, OperationPlan } from "../operation.ts";
import type { Candidates, Found, GroupSearch, GroupsFound, Search, StoredJob, Tally } from "../search.ts";
import type { Changed, Enqueued, Selection, Store, StoreFault } from "../store.ts";
import { openDatabase, unusable } from "./database.ts";
import { Dues } from "./dues.ts";
import { type Failpoint, noFailpoint } from "./failpoint.ts";
import { type CommitTimes, GroupCommit } from "./group-commit.ts";
import { Groups } from "./groups.ts";
import { HistoryTables } from "./history-tables.ts";
import { insertOne } from "./insertion.ts";
import { JobTable } from "./job-table.ts";
import type { Tables } from "./moving.ts";
import { Operations } from "./operations.ts";
import { Pauses } from "./pauses.ts";
import { migrate } from "./schema.ts";
import { Searcher } from "./searcher.ts";
import { carryOut } from "./selection.ts";
import { Tallies } from "./tallies.ts";

export interface SqliteOptions {
  readonly retention: Retention;
  /** Draws a number from [0, 1). */
  readonly chance: () => number;
  /** Hears how long each commit took. */
  readonly commits?: CommitTimes;
  readonly failpoint?: Failpoint;
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
  readonly #pauses: Pauses;
  readonly #history: HistoryTables;
  readonly #dues: Dues;
  readonly #calls: GroupCommit;
  readonly #options: SqliteOptions;

  constructor(db: DatabaseSync, options: SqliteOptions) {
    this.#db = db;
    this.#options = options;
    const failpoint = options.failpoint ?? noFailpoint;
    const jobs = new JobTable(db, options.retention);
    const [tallies, groups] = [new Tallies(db), new Groups(db)];
    const searcher = new Searcher(db, { jobs, tallies, groups });
    this.#tables = { jobs, tallies, groups, operations: new Operations(db), searcher, failpoint };
    this.#pauses = new Pauses(db);
    this.#history = new HistoryTables(db);
    this.#dues = new Dues(db, tallies);
    const folded = [tallies, groups, jobs.held, jobs.ready];
    this.#calls = new GroupCommit(db, folded, failpoint, options.commits);
    this.failed = this.#calls.failed;
  }

  enqueue(jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    const circumstances = (now: number) => this.#circumstances(now);
    return this.#calls.write(() => jobs.map((job) => insertOne(this.#tables, job, circumstances)));
  }

  change(selection: Selection, now: number): Promise<Changed> {
    return this.#calls.write(() => carryOut(this.#tables, selection, () => this.#circumstances(now)));
  }

  #circumstances(now: number): Circumstances {
    const { chance, retention } = this.#options;
    return { now, chance: chance(), retention };
  }

  pause(names: readonly JobName[], now: number): Promise<readonly JobName[]> {
    return this.#calls.write(() => this.#pauses.pause(names, now));
  }

  resume(names: readonly JobName[]): Promise<readonly JobName[]> {
    return this.#calls.write(() => this.#pauses.resume(names));
  }

  async paused(): Promise<ReadonlyMap<JobName, number>> {
    return this.#calls.read(() => this.#pauses.all());
  }

  begin(plan: OperationPlan): Promise<Operation> {
    return this.#calls.write(() => this.#tables.operations.begin(plan));
  }

  async operations(): Promise<readonly Operation[]> {
    return this.#calls.read(() => this.#tables.operations.all());
  }

  stopOperation(id: OperationId, now: number): Promise<Operation | undefined> {
    return this.#calls.write(() => this.#tables.operations.stop(id, now));
  }

  async get(id: JobId): Promise<StoredJob | undefined> {
    const { jobs } = this.#tables;
    return this.#calls.read(() => {
      const at = jobs.find(id);
      return at && jobs.attachments.stored(at);
    });
  }

  async peek(id: JobId): Promise<Job | undefined> {
    return this.#calls.read(() => this.#tables.jobs.find(id)?.job);
  }

  async search(search: Search): Promise<Found> {
    return this.#calls.read(() => this.#tables.searcher.search(search));
  }

  async candidates(filter: JobFilter): Promise<Candidates> {
    return this.#calls.read(() => this.#tables.searcher.candidates(filter));
  }

  async groups(search: GroupSearch): Promise<GroupsFound> {
    return this.#calls.read(() => this.#tables.groups.find(search));
  }

  async newestDead(bytesMax: number): Promise<readonly StoredJob[]> {
    const { jobs } = this.#tables;
    return this.#calls.read(() => {
      const found: StoredJob[] = [];
      let bytes = 0;
      for (const at of jobs.newestDead()) {
        if (!jobs.attachments.payload(at)) continue;
        bytes += at.payloadBytes;
        if (bytes > bytesMax) break;
        found.push(jobs.attachments.stored(at));
      }
      return found;
    });
  }

  async nextDeadline(): Promise<number | undefined> {
    return this.#calls.read(() => this.#tables.jobs.nextDeadline());
  }

  async tallies(): Promise<readonly Tally[]> {
    return this.#calls.read(() => this.#tables.tallies.all());
  }

  async standings(): Promise<Tally["counts"]> {
    return this.#calls.read(() => this.#tables.tallies.sum());
  }

  writeHistory(page: HistoryPage): Promise<void> {
    return this.#calls.write(() => this.#history.write(page));
  }

  async historyCells(owner: OwnerNumber, ring: Ring, span: Span): Promise<readonly Cell[]> {
    return this.#calls.read(() => this.#history.cells(owner, ring, span));
  }

  async keptHistory(): Promise<KeptHistory> {
    return this.#calls.read(() => this.#history.kept());
  }

  recordStart(start: ServerStart): Promise<void> {
    return this.#calls.write(() => this.#history.recordStart(start));
  }

  async starts(span: Span): Promise<readonly ServerStart[]> {
    return this.#calls.read(() => this.#history.starts(span));
  }

  async dues(search: DueSearch): Promise<DuesFound> {
    return this.#calls.read(() => this.#dues.find(search));
  }

  async oldestReady(names: readonly JobName[]): Promise<ReadonlyMap<JobName, number>> {
    const { jobs, tallies } = this.#tables;
    return this.#calls.read(() => {
      const oldest = new Map<JobName, number>();
      for (const name of names) {
        const at = tallies.count(name, "ready") > 0 ? jobs.oldestReady(name) : undefined;
        if (at !== undefined) oldest.set(name, at);
      }
      return oldest;
    });
  }

  async readyAhead(id: JobId, most: number): Promise<number> {
    const { jobs } = this.#tables;
    return this.#calls.read(() => {
      const at = jobs.find(id);
      return at?.job.state.is === "ready" ? jobs.readyAhead(at.seq, most) : 0;
    });
  }

  async size(): Promise<number> {
    return this.#calls.read(() => {
      const file = this.#db.location();
      if (file !== null) return sizeOf(file) + sizeOf(`${file}-wal`);

      const { bytes } = this.#db.prepare(MEMORY_BYTES).get() ?? {};
      return Number(bytes);
    });
  }

  async close(): Promise<void> {
    this.#calls.close();
  }
}

const MEMORY_BYTES = "select page_count * page_size as bytes from pragma_page_count, pragma_page_size";

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
