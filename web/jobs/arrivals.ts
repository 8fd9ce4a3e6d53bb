// Jobs that would stand on the page on screen and are not there yet: they came, or came to match, after it was asked for.
import { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { msOf } from "../format/times.ts";
import type { JobSearchView } from "./job-search.ts";
import { mayMatch } from "./matching.ts";

/** More are not told apart. */
export const ARRIVALS_MAX = 1_000;

export interface Shown {
  readonly filter: JobFilter;
  readonly order: JobOrder;
  readonly view: Pick<JobSearchView, "rows" | "page" | "hasNext">;
}

export interface News {
  readonly jobs: readonly Job[];
  readonly forgotten: readonly string[];
}

/** Those of before and the new ones, by id; without those that have left again. */
export function arrivalsAfter(
  before: ReadonlySet<string>,
  { jobs, forgotten }: News,
  shown: Shown,
): ReadonlySet<string> {
  const after = new Set(before);
  const rows = new Set(shown.view.rows.map(({ id }) => id));
  for (const job of jobs) {
    const isNew = !rows.has(job.id) && mayMatch(shown.filter, job) === true && isOnPage(job, shown);
    if (isNew && after.size < ARRIVALS_MAX) after.add(job.id);
    else if (!isNew) after.delete(job.id);
  }
  for (const id of forgotten) after.delete(id);
  return after.size === before.size && [...after].every((id) => before.has(id)) ? before : after;
}

/** Not before its first row, unless it is the first page, nor behind its last, unless nothing follows. */
function isOnPage(job: Job, { filter, order, view: { rows, page, hasNext } }: Shown): boolean {
  const { isUp, instant } = howOrdered(order, filter);
  const [first, last] = [rows[0], rows.at(-1)];
  const sign = isUp ? 1 : -1;
  const at = sign * instant(job);
  const isAfterFirst = page === 0 || !first || at >= sign * instant(first);
  return isAfterFirst && (!hasNext || !last || at <= sign * instant(last));
}

function howOrdered(order: JobOrder, { states }: JobFilter) {
  const isByState =
    order === JobOrder.LATEST ||
    order === JobOrder.EARLIEST ||
    (order === JobOrder.UNSPECIFIED && states.length > 0);
  const isUp = order === JobOrder.OLDEST || order === JobOrder.EARLIEST;
  const instant = isByState ? stateInstant : ({ enqueuedAt }: Job) => msOf(enqueuedAt) ?? 0;
  return { isUp, instant };
}

function stateInstant({ dueAt, since }: Job): number {
  return msOf(dueAt ?? since) ?? 0;
}
