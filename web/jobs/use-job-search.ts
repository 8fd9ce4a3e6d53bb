// The search behind the list of jobs: a new one whenever the filter or the order is another.
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { FilterError, parseFilter } from "../../src/client/filter.ts";
import { type JobOrder, JobView } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { admin } from "../shell/admin.ts";
import { JobSearch, type JobSearchView } from "./job-search.ts";

export const PAGE_SIZE = 50;

/** Undefined for a text that is no filter: the bar says what is wrong with it. Spans count from when it is read. */
export function useFilter(text: string): JobFilter | undefined {
  return useMemo(() => filterOf(text), [text]);
}

export function filterOf(text: string): JobFilter | undefined {
  try {
    return parseFilter(text, { now: Date.now() });
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

export interface JobSearchInUse {
  readonly search: JobSearch;
  readonly view: JobSearchView;
  /** What to draw: until a new search has its first answer, the rows of the one before it. */
  readonly rows: readonly Job[];
  readonly isOld: boolean;
}

export function useJobSearch(filter: JobFilter, order: JobOrder): JobSearchInUse {
  const search = useMemo(
    () =>
      new JobSearch({
        list: (request) => admin.listJobs({ ...request, view: JobView.BASIC }),
        filter,
        order,
        pageSize: PAGE_SIZE,
      }),
    [filter, order],
  );
  useEffect(() => {
    void search.load(0);
    return () => search.stop();
  }, [search]);
  const view = useSyncExternalStore(search.subscribe, search.view);
  const last = useRef<readonly Job[]>([]);
  const isFresh = view.is === "searching" && view.rows.length === 0 && view.searched === 0n;
  const isOld = isFresh && last.current.length > 0;
  useEffect(() => {
    if (!isOld) last.current = view.rows;
  });
  return { search, view, rows: isOld ? last.current : view.rows, isOld };
}
