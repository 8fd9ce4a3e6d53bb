// The screen Jobs: any of them, by a filter that is part of the address.
import { useEffect } from "react";
import { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import { FilterBar } from "../filter/filter-bar.tsx";
import { StateChips } from "../filter/state-chips.tsx";
import { ScreenHead } from "../parts/section.tsx";
import { goParams, usePlace } from "../shell/router.tsx";
import { ColumnMenu } from "./column-menu.tsx";
import { ExportButton } from "./export-button.tsx";
import { JobList } from "./job-list.tsx";
import "./jobs.css";
import { ORDERS, type OrderWord, orderOf } from "./job-order.ts";
import { seenOn } from "./seen-on-page.ts";
import { useFilter, useJobSearch } from "./use-job-search.ts";

const NOTHING_SEEN = { labels: new Map(), workers: [] };

export function JobsScreen() {
  const { params } = usePlace();
  const text = params.q ?? "";
  const filter = useFilter(text);
  useFocusOnFilter(params.focus);
  if (!filter) return <JobsFrame text={text} seen={NOTHING_SEEN} />;
  return <FoundJobs text={text} filter={filter} order={orderOf(params.order)} />;
}

interface FoundJobsProps {
  readonly text: string;
  readonly filter: JobFilter;
  readonly order: OrderWord;
}

function FoundJobs({ text, filter, order }: FoundJobsProps) {
  const found = useJobSearch(filter, ORDERS[order].order);
  return (
    <JobsFrame text={text} filter={filter} seen={seenOn(found.rows)}>
      <JobList text={text} filter={filter} order={order} found={found} />
    </JobsFrame>
  );
}

interface JobsFrameProps {
  readonly text: string;
  readonly filter?: JobFilter;
  readonly seen: ReturnType<typeof seenOn>;
  readonly children?: React.ReactNode;
}

function JobsFrame({ text, filter, seen, children }: JobsFrameProps) {
  const apply = (next: string) => goParams({ q: next === "" ? undefined : next, focus: undefined });
  const [name, second] = filter?.namePrefixes.length === 0 ? filter.names : [];
  return (
    <>
      <ScreenHead title="Jobs">
        <ColumnMenu />
        {filter && <ExportButton filter={filter} order={JobOrder.UNSPECIFIED} />}
      </ScreenHead>
      <div className="jobs-filter">
        <FilterBar text={text} apply={apply} seen={seen} />
        <StateChips text={text} apply={apply} name={second === undefined ? name : undefined} />
      </div>
      {children}
    </>
  );
}

/** The key `/` of another screen leads here, into the filter. */
function useFocusOnFilter(focus: string | undefined): void {
  useEffect(() => {
    if (focus !== "filter") return;
    document.querySelector<HTMLInputElement>("[data-filter]")?.focus();
    goParams({ focus: undefined }, "replace");
  }, [focus]);
}
