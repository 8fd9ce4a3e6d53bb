// The statements over the table of jobs, and nothing else: reading, inserting, updating and deleting them. Runs inside
// whatever transaction its caller has open.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { NewJob } from "../../job/admission.ts";
import type { Retention } from "../../job/deadline.ts";
import type { AttemptRecord, Job, JobId, JobName } from "../../job/job.ts";
import { Attachments, INLINE_BYTES_MAX } from "./attachments.ts";
import { Insertion, Update } from "./column-sets.ts";
import { HeldJobs } from "./held-jobs.ts";
import { READY_PAGE_WHERE, ReadyOrder } from "./ready-order.ts";
import {
  arrays,
  asJobRow,
  CONTENT_COLUMNS,
  contentColumns,
  JOB_COLUMNS,
  type Located,
  located,
  READY_COLUMNS,
  STANDING_COLUMNS,
  STATE_NUMBERS,
  standingColumns,
} from "./row.ts";

export class JobTable {
  readonly held = new HeldJobs();
  readonly attachments: Attachments;
  readonly ready: ReadyOrder;
  readonly #retention: Retention;
  readonly #insert: Insertion;
  readonly #update: Update;
  readonly #delete: StatementSync;
  readonly #byId: StatementSync;
  readonly #holder: StatementSync;
  readonly #oldestReady: StatementSync;
  readonly #readyAhead: StatementSync;
  readonly #due: readonly StatementSync[];
  readonly #onStreams: StatementSync;
  readonly #newestDead: StatementSync;
  readonly #nextDeadline: StatementSync;

  constructor(db: DatabaseSync, retention: Retention) {
    this.attachments = new Attachments(db);
    this.#retention = retention;
    const jobs = (where: string) => arrays(db, `select ${JOB_COLUMNS} from job where ${where}`);
    const filed = Object.values(STATE_NUMBERS).map((state) => filedAs(state));
    this.#insert = new Insertion(db, `${CONTENT_COLUMNS}, ${STANDING_COLUMNS}`);
    // Filed anew even when the job is as it was: the retention may be another than when it was filed.
    this.#update = new Update(db, STANDING_COLUMNS, "deadline_at");
    this.#delete = db.prepare("delete from job where seq = ?");
    this.#byId = jobs("id = ?");
    this.#holder = jobs("name = ? and unique_key = ? and state in (1, 2, 3)");
    this.ready = new ReadyOrder(arrays(db, `select ${READY_COLUMNS} from job where ${READY_PAGE_WHERE}`));
    this.#oldestReady = arrays(db, `select min(at) from job where name = ? and state = 2 and ${NOT_HELD}`);
    this.#readyAhead = arrays(
      db,
      `select count(*) from (select 1 from job indexed by job_ready, (select name, rank, seq from job where seq = ?) as it
        where job.name = it.name and job.state = 2 and (job.rank, job.seq) < (it.rank, it.seq) limit +?)`,
    );
    this.#due = filed.map((where) => jobs(`${where} and deadline_at <= ? order by deadline_at limit +?`));
    this.#onStreams = arrays(
      db,
      `select ${JOB_COLUMNS} from job indexed by job_held where state = 3 and stream = 1 order by seq`,
    );
    this.#newestDead = jobs(`${filedAs(STATE_NUMBERS.dead)} order by deadline_at desc, seq desc`);
    const earliest = filed.map((where) => `select min(deadline_at) as at from job where ${where}`);
    this.#nextDeadline = arrays(db, `select min(at) from (${earliest.join(" union all ")})`);
  }

  /** False when a job with this id is stored already; then nothing was written. */
  insert(newJob: NewJob): boolean {
    const { job, payload } = newJob;
    const inline = payload.bytes.length <= INLINE_BYTES_MAX;
    const standing = standingColumns(job, this.#retention);
    const seq = this.#insert.run([...contentColumns(newJob, inline), ...standing]);
    if (seq === undefined) return false;

    this.#mayBeReady(Number(seq), job);
    if (!inline) this.attachments.insertPayload(seq, payload.bytes);
    return true;
  }

  /** The job at this place stands as `job` does from now on. */
  update({ seq, job: was, payloadKind, payloadBytes }: Located, job: Job): void {
    this.#update.run(seq, standingColumns(was, this.#retention), standingColumns(job, this.#retention));
    this.#mayBeReady(seq, job);
    if (job.state.is === "succeeded" && job.state.result) this.attachments.setResult(seq, job.state.result);
    this.held.stands({ seq, job, payloadKind, payloadBytes });
  }

  #mayBeReady(seq: number, { name, priority, state }: Job): void {
    if (state.is === "ready") this.ready.add(name, { rank: 0 - priority, seq });
  }

  record(seq: number, record: AttemptRecord): void {
    this.attachments.record(seq, record);
  }

  delete({ seq, job }: Located): void {
    this.#delete.run(seq);
    this.attachments.delete(seq);
    this.held.forget(job.id);
  }

  find(id: JobId): Located | undefined {
    const held = this.held.find(id);
    if (held) return held;

    const row = this.#byId.get(id);
    return row && located(asJobRow(row));
  }

  /** The unfinished job of this name that has the unique key. */
  holderOf(name: JobName, uniqueKey: string): Located | undefined {
    const row = this.#holder.get(name, uniqueKey);
    return row && located(asJobRow(row));
  }

  /** Since when the ready job of this name that has waited longest has been ready. */
  oldestReady(name: JobName): number | undefined {
    const [at] = this.#oldestReady.get(name) as unknown as [number | null];
    return at ?? undefined;
  }

  /** How many ready jobs of its name go before this ready one, counted up to `most`. */
  readyAhead(seq: number, most: number): number {
    const [jobs] = this.#readyAhead.get(seq, most) as unknown as [number];
    return jobs;
  }

  /** Jobs past their deadline, at most `jobsMax`. */
  due(now: number, jobsMax: number): Located[] {
    const found: Located[] = [];
    for (const due of this.#due) {
      for (const row of due.all(now, jobsMax - found.length)) found.push(located(asJobRow(row)));
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
}

/** What must be said of jobs that no worker holds, to be served by an index that has no others. */
const NOT_HELD = `state <> ${STATE_NUMBERS.reserved}`;

/** The jobs of a state that have a deadline, in words that an index serves. */
function filedAs(state: number): string {
  const where = `state = ${state} and deadline_at is not null`;
  return state === STATE_NUMBERS.reserved ? where : `${where} and ${NOT_HELD}`;
}
