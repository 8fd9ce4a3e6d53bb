// The groups of errors, counted in the write path as tallies are: changed in memory with each job that comes into one or
// leaves it, written once per transaction. They are not held in memory, since there may be as many as there are jobs.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { errorPattern } from "../../job/error-group.ts";
import type { Job, JobId, JobName } from "../../job/job.ts";
import { sinceOf, type Troubled, troubleOf } from "../../job/standing.ts";
import type { Cursor, ErrorGroup, GroupSearch, GroupsFound } from "../search.ts";
import { readCursor, writeCursor } from "./cursor.ts";
import { STANDING_NUMBERS, STATE_NUMBERS } from "./row.ts";

/** What a transaction changes in one group. */
interface Delta {
  readonly group: string;
  readonly as: Troubled;
  jobs: number;
  /** Those that came in. */
  firstAt: number;
  lastAt: number;
  last: Job | undefined;
}

const COLUMNS = "error_group, standing, name, class, pattern, jobs, first_at, last_at, sample";

export class Groups {
  readonly #db: DatabaseSync;
  readonly #deltas = new Map<string, Delta>();
  readonly #enter: StatementSync;
  readonly #leave: StatementSync;
  readonly #forget: StatementSync;
  readonly #count: StatementSync;
  readonly #isMember: StatementSync;
  readonly #newest: StatementSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#enter = db.prepare(
      `insert into error_group (${COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
        jobs = jobs + excluded.jobs, last_at = max(last_at, excluded.last_at), sample = excluded.sample`,
    );
    this.#leave = db.prepare("update error_group set jobs = jobs + ? where error_group = ? and standing = ?");
    this.#forget = db.prepare("delete from error_group where error_group = ? and standing = ? and jobs = 0");
    this.#count = db.prepare("select name, jobs from error_group where error_group = ? and standing = ?");
    this.#isMember = db.prepare("select 1 from job where id = ? and error_group = ? and state = ?");
    this.#newest = db.prepare(
      "select id from job where error_group = ? and state = ? order by at desc, seq desc limit 1",
    );
  }

  /** A job came into being (`was` undefined), moved, or was forgotten (`is` undefined). */
  moved(was: Job | undefined, is: Job | undefined): void {
    if (!was?.lastError && !is?.lastError) return;

    const [from, to] = [was && memberOf(was), is && memberOf(is)];
    if (from?.group === to?.group && from?.as === to?.as) return;
    if (from) this.#delta(from).jobs--;
    if (is && to) enter(this.#delta(to), is);
  }

  #delta({ group, as }: Membership): Delta {
    const key = `${group} ${as}`;
    let delta = this.#deltas.get(key);
    if (!delta) {
      delta = { group, as, jobs: 0, firstAt: Number.POSITIVE_INFINITY, lastAt: 0, last: undefined };
      this.#deltas.set(key, delta);
    }
    return delta;
  }

  /** Inside the transaction, before its commit. */
  write(): void {
    for (const { group, as, jobs, firstAt, lastAt, last } of this.#deltas.values()) {
      const standing = STANDING_NUMBERS[as];
      if (last?.lastError) {
        const { class: errorClass, line } = last.lastError;
        const texts = [last.name, errorClass, errorPattern(line)];
        this.#enter.run(group, standing, ...texts, jobs, firstAt, lastAt, last.id);
      } else if (jobs !== 0) this.#leave.run(jobs, group, standing);
      if (jobs <= 0) this.#forget.run(group, standing);
    }
  }

  committed(): void {
    this.#deltas.clear();
  }

  rolledBack(): void {
    this.#deltas.clear();
  }

  /** How many members the group has, of those that are committed; and of which name. */
  count(group: string, as: Troubled): { readonly name: JobName; readonly jobs: number } | undefined {
    const row = this.#count.get(group, STANDING_NUMBERS[as]);
    return row && { name: row.name as JobName, jobs: Number(row.jobs) };
  }

  find({ as, name, order, after, groupsMax }: GroupSearch): GroupsFound {
    const by = order === "largest" ? "jobs" : "last_at";
    const from = after === undefined ? undefined : readCursor(after, ["number", "string"]);
    const where = [
      "standing = ?",
      ...(name === undefined ? [] : ["name = ?"]),
      ...(from ? [`(${by}, error_group) < (?, ?)`] : []),
    ].join(" and ");
    const sql = `select ${COLUMNS} from error_group where ${where} order by ${by} desc, error_group desc limit +?`;
    const values = [STANDING_NUMBERS[as], ...(name === undefined ? [] : [name]), ...(from ?? [])];
    const rows = this.#db.prepare(sql).all(...values, groupsMax + 1);

    const page = rows.slice(0, groupsMax);
    const last = page.at(-1);
    const more = rows.length > page.length && last;
    return {
      groups: page.map((row) => this.#read(row, as)),
      after: more ? writeCursor([Number(last[by]), String(last.error_group)]) : NO_MORE,
    };
  }

  #read(row: Readonly<Record<string, unknown>>, as: Troubled): ErrorGroup {
    const group = String(row.error_group);
    return {
      group,
      as,
      name: row.name as JobName,
      class: String(row.class),
      pattern: String(row.pattern),
      jobs: Number(row.jobs),
      firstAt: Number(row.first_at),
      lastAt: Number(row.last_at),
      sampleId: this.#sample(group, as, row.sample as JobId),
    };
  }

  /** The one that came in last, unless it has left: then the one of the latest instant. */
  #sample(group: string, as: Troubled, last: JobId): JobId {
    const state = STATE_NUMBERS[as === "dead" ? "dead" : "scheduled"];
    if (this.#isMember.get(last, group, state)) return last;

    return (this.#newest.get(group, state)?.id as JobId | undefined) ?? last;
  }
}

const NO_MORE: Cursor | undefined = undefined;

interface Membership {
  readonly group: string;
  readonly as: Troubled;
}

function memberOf(job: Job): Membership | undefined {
  const as = troubleOf(job);
  return as && job.lastError && { group: job.lastError.group, as };
}

function enter(delta: Delta, job: Job): void {
  const at = sinceOf(job);
  delta.jobs++;
  delta.firstAt = Math.min(delta.firstAt, at);
  delta.lastAt = Math.max(delta.lastAt, at);
  delta.last = job;
}
