// A new job is stored, unless its id is there already or its unique key is taken. Runs inside a transaction that its
// caller commits.
import type { NewJob } from "../../job/admission.ts";
import type { Circumstances } from "../../job/move.ts";
import type { Enqueued } from "../store.ts";
import { count, moveOne, type Tables } from "./moving.ts";
import type { Located } from "./row.ts";

/** `circumstances` is asked when a waiting job makes way. */
export function insertOne(
  tables: Tables,
  newJob: NewJob,
  circumstances: (now: number) => Circumstances,
): Enqueued {
  const { job } = newJob;
  if (job.uniqueKey !== undefined) return insertUnique(tables, newJob, circumstances);
  if (insert(tables, newJob)) return { job, duplicate: false };

  return { job: tables.jobs.find(job.id)?.job ?? job, duplicate: true };
}

// The same id again is the same enqueue again, whatever the key says: it must not replace what it stored.
function insertUnique(
  tables: Tables,
  newJob: NewJob,
  circumstances: (now: number) => Circumstances,
): Enqueued {
  const { job, onConflict } = newJob;
  const stored = tables.jobs.find(job.id);
  if (stored) return { job: stored.job, duplicate: true };
  const holder = tables.jobs.holderOf(job.name, job.uniqueKey ?? "");
  if (holder && !(onConflict === "replace" && isWaiting(holder))) return { job: holder.job, duplicate: true };

  const replaced =
    holder &&
    moveOne(
      tables,
      { at: holder, move: { move: "cancel", replacedBy: job.id } },
      circumstances(job.enqueuedAt),
    );
  insert(tables, newJob);
  return { job, duplicate: false, ...(replaced && { replaced }) };
}

function insert(tables: Tables, newJob: NewJob): boolean {
  if (!tables.jobs.insert(newJob)) return false;

  count(tables, undefined, newJob.job);
  return true;
}

function isWaiting({ job: { state } }: Located): boolean {
  return state.is === "scheduled" || state.is === "ready";
}
