// Keeps the rows that are shown true where they stand, and counts what has come since.
import { useEffect, useState } from "react";
import type { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import { useLiveJobs } from "../live/use-live.tsx";
import { arrivalsAfter } from "./arrivals.ts";
import type { JobSearchInUse } from "./use-job-search.ts";

export interface Arrivals {
  readonly count: number;
  /** There may be more: the stream left some out. */
  readonly isMore: boolean;
  readonly show: () => void;
}

interface Seen {
  readonly ids: ReadonlySet<string>;
  readonly isMore: boolean;
}

const NONE: Seen = { ids: new Set(), isMore: false };

export function useArrivals(filter: JobFilter, order: JobOrder, found: JobSearchInUse): Arrivals {
  const { search, view } = found;
  const [seen, set] = useState(NONE);
  const { is, page } = view;
  // A page that has just been asked for has all there is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search or page begins anew
  useEffect(() => set(NONE), [search, page, is === "searching"]);
  useLiveJobs(({ jobs, jobsForgotten, jobsLeftOut }) => {
    search.patch(jobs, jobsForgotten);
    const latest = search.view();
    if (latest.is !== "done") return;
    const news = { jobs, forgotten: jobsForgotten };
    set((before) => {
      const ids = arrivalsAfter(before.ids, news, { filter, order, view: latest });
      const isMore = before.isMore || jobsLeftOut > 0n;
      return ids === before.ids && isMore === before.isMore ? before : { ids, isMore };
    });
  });
  return { count: seen.ids.size, isMore: seen.isMore, show: () => void search.load(page) };
}
