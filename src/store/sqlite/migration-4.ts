// The fourth version of the data: fewer indexes for each move. A job that a worker holds is in one index instead of two,
// and it comes and goes with every job there is. Never edited once it is released.

export const VERSION_4 = `
drop index job_state;
drop index job_deadline;
-- Jobs of one name in one state, in the order of their instants: lists, and the one that has been ready longest.
create index job_state on job (name, state, at) where state <> 3;
-- The keeper's index. The state comes first so that the newest dead are one range of it.
create index job_deadline on job (state, deadline_at) where deadline_at is not null and state <> 3;
-- The same for jobs that workers hold. They are lists too, read to their end: there are no more of them than workers can
-- hold, and their instants and names are here.
create index job_held on job (deadline_at, at, name) where state = 3;
`;
