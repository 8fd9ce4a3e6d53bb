// The third version of the data: how things went, and when the server started. Never edited once it is released.

export const VERSION_3 = `
-- What happened in each step of time, in rings: a step lies at (at / step) modulo the size of its ring, over the one that
-- lay there before. So the key bounds the table.
create table history (
  owner   integer not null,              -- 0 all names; else the number of a name in history_owner
  step    integer not null,              -- its length in milliseconds
  slot    integer not null,
  at      integer not null,              -- when the step begins
  cell    blob    not null,              -- float32, little endian
  primary key (owner, step, slot)
) strict, without rowid;
-- Steps that were under way when the server wrote last, with the histograms to go on with.
create table history_open (
  owner      integer not null,
  step       integer not null,
  size       integer not null,           -- of its ring
  at         integer not null,
  cell       blob    not null,
  histograms blob    not null,
  primary key (owner, step)
) strict, without rowid;
-- The names that have rings, and how busy they are.
create table history_owner (owner integer primary key, name text not null, weight real not null) strict;
-- The newest starts of the server.
create table server_start (n integer primary key, at integer not null, version text not null) strict;
`;
