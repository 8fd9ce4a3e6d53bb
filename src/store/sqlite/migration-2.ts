// The second version of the data: what it takes to see jobs, to find them and to control them. Never edited once it is
// released. Texts and numbers of that version are written out here, since the rules may change and this may not.
import type { DatabaseSync } from "node:sqlite";
import { errorPattern, type LastError, lastError } from "../../job/error-group.ts";
import type { AttemptRecord } from "../../job/job.ts";

const VERSION_2 = `
alter table job add column began_at integer;   -- scheduled: since when it waits; succeeded: when its delivery began
alter table job add column unique_key text;    -- at most one unfinished job of its name has it
alter table job add column error text;         -- JSON of the LastError
alter table job add column error_group text;   -- its group, while the job is dead or retrying; else null
-- From now on: "at" of ready jobs is since when they are; "reason" of cancelled ones is the job that took their place;
-- "content" has keepResultMs too.

-- Jobs of one name in one state, in the order of their instants: lists, and the one that has been ready longest.
create index job_state on job (name, state, at);
-- What makes unique keys unique, and what finds the jobs that have or had one.
create unique index job_unique on job (name, unique_key) where unique_key is not null and state in (1, 2, 3);
create index job_key on job (unique_key, at) where unique_key is not null;
-- The members of a group of errors.
create index job_group on job (error_group, state, at) where error_group is not null;

-- In a tally, state 7 is retrying: scheduled after a failure. Those are not among the scheduled.

-- Jobs that went wrong in the same way, dead and retrying ones apart: counted like a tally, forgotten when empty.
create table error_group (
  error_group text    not null,
  standing    integer not null,          -- 5 dead, 7 retrying
  name        text    not null,
  class       text    not null,
  pattern     text    not null,          -- the line without what differs from job to job
  jobs        integer not null,
  first_at    integer not null,          -- when the first came in since it was last empty
  last_at     integer not null,          -- when the newest came in
  sample      text    not null,          -- the id of that one, which may have left
  primary key (error_group, standing)
) strict, without rowid;
-- The orders in which groups are listed, of all names and of one.
create index error_group_jobs on error_group (standing, jobs);
create index error_group_last on error_group (standing, last_at);
create index error_group_name_jobs on error_group (name, standing, jobs);
create index error_group_name_last on error_group (name, standing, last_at);

-- Names whose jobs are not to be handed out, and since when.
create table paused (name text primary key, since integer not null) strict, without rowid;

-- Changes of many jobs that are under way, and the newest of those that have ended.
create table operation (
  n           integer primary key,       -- the order in which they began
  id          text    not null unique,
  plan        text    not null,          -- JSON of the OperationPlan
  state       text    not null,          -- running, done, stopped
  searched    integer not null,
  changed     integer not null,
  skipped     integer not null,
  cursor      text,                      -- where its search goes on; null: at the beginning
  finished_at integer
) strict;
`;

/** Jobs of version 1 get an instant for every state, their last error, and their place in counts and groups. */
export function migrateTo2(db: DatabaseSync): void {
  db.exec(VERSION_2);
  // Since when a job waits was not kept: it is the end of its last attempt, or its enqueue.
  const waitsSince = `coalesce((select json_extract(record, '$.endedAt') from attempt
    where attempt.seq = job.seq order by n desc limit 1), enqueued_at)`;
  db.exec(`update job set at = ${waitsSince} where state = 2`);
  db.exec(`update job set began_at = ${waitsSince} where state = 1`);
  giveErrors(db);
  splitTallies(db);
  countGroups(db);
}

const WITHOUT_REPORT: Readonly<Record<string, string>> = {
  workers_lost: "too many workers lost",
  not_started_in_time: "not started in time",
  damaged: "payload damaged",
};

function giveErrors(db: DatabaseSync): void {
  const failed = db.prepare(`
    select seq, name, state, failures, reason, (
      select record from attempt where attempt.seq = job.seq
        and json_extract(record, '$.outcome') in ('failed', 'expired') order by n desc limit 1
    ) as record
    from job where seq > ? and (failures > 0 or state = 5) order by seq limit 1000`);
  const give = db.prepare("update job set error = ?, error_group = ? where seq = ?");
  for (let rows = failed.all(0); rows.length > 0; rows = failed.all(rows.at(-1)?.seq ?? 0)) {
    for (const row of rows) {
      const error = errorOf(row);
      const isMember = row.state === 5 || (row.state === 1 && Number(row.failures) > 0);
      give.run(JSON.stringify(error), isMember ? error.group : null, row.seq ?? 0);
    }
  }
}

function errorOf(row: Readonly<Record<string, unknown>>): LastError {
  const name = String(row.name);
  const unreported = row.state === 5 ? WITHOUT_REPORT[String(row.reason)] : undefined;
  if (unreported !== undefined) return lastError(name, { class: "", message: unreported });

  const record = row.record === null ? undefined : (JSON.parse(String(row.record)) as AttemptRecord);
  const silent = record?.outcome === "expired" ? "reservation expired" : "failed without an error";
  return lastError(name, record?.error ?? { class: "", message: silent });
}

function splitTallies(db: DatabaseSync): void {
  db.exec(`
    insert into tally (name, state, jobs)
      select name, 7, count(*) from job where state = 1 and failures > 0 group by name;
    update tally set jobs = jobs - (select jobs from tally as other where other.name = tally.name and other.state = 7)
      where state = 1 and exists (select 1 from tally as other where other.name = tally.name and other.state = 7);
  `);
}

function countGroups(db: DatabaseSync): void {
  const members = db.prepare(`
    select error_group, iif(state = 5, 5, 7) as standing, name, error, count(*) as jobs, id as sample,
      min(coalesce(began_at, at)) as first_at, max(coalesce(began_at, at)) as last_at
    from job where error_group is not null group by error_group, standing`);
  const insert = db.prepare("insert into error_group values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const row of members.all()) {
    const error = JSON.parse(String(row.error)) as LastError;
    const { error_group = null, standing = null, name = null, jobs = null } = row;
    const [first, last, sample] = [row.first_at ?? null, row.last_at ?? null, row.sample ?? null];
    const texts = [name, error.class, errorPattern(error.line)];
    insert.run(error_group, standing, ...texts, jobs, first, last, sample);
  }
}
