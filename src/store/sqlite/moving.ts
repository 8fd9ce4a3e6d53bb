// One move of one job: asks the rules, and writes their answer to the job's row, to the counts and to the groups of
// errors. Every change of a stored job comes through here, inside a transaction that its caller commits.
import { isFinished, type Job } from "../../job/job.ts";
import { type Circumstances, type Decision, isRefused, type Move } from "../../job/move.ts";
import { decide } from "../../job/moves.ts";
import type { Outcome } from "../store.ts";
import type { Failpoint } from "./failpoint.ts";
import type { Groups } from "./groups.ts";
import type { JobTable } from "./job-table.ts";
import type { Operations } from "./operations.ts";
import type { Located } from "./row.ts";
import type { Searcher } from "./searcher.ts";
import type { Tallies } from "./tallies.ts";

export interface Tables {
  readonly jobs: JobTable;
  readonly tallies: Tallies;
  readonly groups: Groups;
  readonly operations: Operations;
  readonly searcher: Searcher;
  readonly failpoint: Failpoint;
}

export type Moving = { readonly at: Located; readonly move: Move };

export function moveOne(tables: Tables, { at, move }: Moving, circumstances: Circumstances): Outcome {
  const decision = decide(at.job, move, knowingTheKey(tables, at.job, circumstances));
  write(tables, at, decision);
  return { id: at.job.id, was: at.job, decision };
}

/** A finished job may come back only when no other has its unique key. */
function knowingTheKey({ jobs }: Tables, job: Job, circumstances: Circumstances): Circumstances {
  if (job.uniqueKey === undefined || !isFinished(job.state)) return circumstances;
  const holder = jobs.holderOf(job.name, job.uniqueKey);

  return holder ? { ...circumstances, keyHeldBy: holder.job.id } : circumstances;
}

function write(tables: Tables, at: Located, decision: Decision): void {
  const { jobs } = tables;
  if (isRefused(decision)) {
    if (decision.record) jobs.record(at.seq, decision.record);
    return;
  }

  const { job, forget, record } = decision;
  count(tables, at.job, forget ? undefined : job);
  if (forget) {
    jobs.delete(at);
    return;
  }
  jobs.update(at, job);
  if (record) jobs.record(at.seq, record);
}

/** Keeps what is counted in step: a job came into being (`was` undefined), moved, or was forgotten (`is` undefined). */
export function count({ tallies, groups }: Tables, was: Job | undefined, is: Job | undefined): void {
  tallies.moved(was, is);
  groups.moved(was, is);
}
