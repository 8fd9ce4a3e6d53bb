// The first version of the data, as it was released: never edited. What has changed since is in the later migrations.

export const VERSION_1 = `
-- One row per job. What a producer said never changes; what the rules decide is updated in place.
create table job (
  seq             integer primary key,     -- enqueue order
  id              text    not null unique,
  name            text    not null,
  rank            integer not null,        -- priority * -1: lower goes first
  enqueued_at     integer not null,
  reservation_ms  integer not null,
  max_retries     integer not null,
  content         text,                    -- JSON of what is rare: backoff, labels, traceparent
  payload_kind    integer not null,        -- 0 json, 1 data
  payload_bytes   integer not null,        -- its largest size on the wire
  payload         blob,                    -- null: in the table payload
  checksum        integer not null,        -- CRC-32 over id, name and payload
  state           integer not null,        -- 1 scheduled, 2 ready, 3 reserved, 4 succeeded, 5 dead, 6 cancelled
  deadline_at     integer,                 -- when the keeper must look again
  start_by        integer,
  attempt         integer not null,
  failures        integer not null,
  losses          integer not null,
  worker          text,                    -- reserved, succeeded: by whom
  at              integer,                 -- scheduled: due; reserved: since; finished: when
  until           integer,                 -- reserved: the end of the reservation
  gone_until      integer,                 -- reserved: the end of the disconnect grace
  stream          integer,                 -- reserved: over a stream
  reason          text,                    -- dead: why
  progress        text                     -- JSON
) strict;

-- In the order in which jobs are handed out.
create index job_ready on job (name, rank, seq) where state = 2;
-- The keeper's one index. The state comes first so that all reserved, or the newest dead, are one range of it.
create index job_deadline on job (state, deadline_at) where deadline_at is not null;

-- Payloads too long to be rewritten with each move of their job.
create table payload (seq integer primary key, bytes blob not null) strict;
create table result (seq integer primary key, kind integer not null, bytes blob not null) strict;
-- How attempts ended that did not succeed; JSON of an AttemptRecord.
create table attempt (seq integer not null, n integer not null, record text not null, primary key (seq, n))
  strict, without rowid;
-- Exact counts, written in the same transaction as the jobs.
create table tally (name text not null, state integer not null, jobs integer not null, primary key (name, state))
  strict, without rowid;
`;
