// The jobs that were found: a table whose rows stay where they are, pages before and behind it, how far a search came.
import { useEffect, useRef } from "react";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { openBulk, useBulkRounds } from "../bulk/bulk-store.ts";
import { type Picks, usePicks } from "../parts/picks.ts";
import { Failure, Waiting } from "../parts/section.tsx";
import { Table, type TableProps } from "../parts/table.tsx";
import { useMay } from "../shell/me.ts";
import { go } from "../shell/router.tsx";
import { useChosenColumns } from "./chosen-columns.ts";
import { EmptyJobs } from "./empty-jobs.tsx";
import { columnsOf } from "./job-columns.tsx";
import type { OrderWord } from "./job-order.ts";
import { JobPaging } from "./job-paging.tsx";
import { JobToolbar } from "./job-toolbar.tsx";
import { SearchProgress } from "./search-progress.tsx";
import type { JobSearchInUse } from "./use-job-search.ts";

export interface JobListProps {
  readonly text: string;
  readonly filter: JobFilter;
  readonly order: OrderWord;
  readonly found: JobSearchInUse;
}

export function JobList({ text, filter, order, found }: JobListProps) {
  const { search, view, rows, isOld } = found;
  const picks = usePicks();
  useNoPicksOf(filter, picks);
  useReload(() => {
    picks.clear();
    void search.load(view.page);
  });
  if (view.is === "failed" && rows.length === 0)
    return <Failure error={view.error} retry={() => void search.load(view.page)} />;
  if (view.is === "done" && rows.length === 0) return <EmptyJobs text={text} />;

  return (
    <section className="jobs-list" aria-label="Jobs">
      <JobToolbar {...{ filter, order, found, picks }} />
      {view.is === "failed" && <Failure error={view.error} retry={() => void search.goOn()} />}
      {rows.length > 0 ? (
        <div className={isOld ? "panel stale" : "panel"} aria-busy={view.is === "searching"}>
          <JobTable rows={rows} forgotten={view.forgotten} picks={picks} />
        </div>
      ) : (
        view.searched === 0n && <Waiting />
      )}
      <SearchProgress view={view} goOn={() => void search.goOn()} />
      <JobPaging search={search} view={view} />
    </section>
  );
}

interface JobTableProps {
  readonly rows: readonly Job[];
  readonly forgotten: ReadonlySet<string>;
  readonly picks: Picks;
}

function JobTable({ rows, forgotten, picks }: JobTableProps) {
  const { change } = useMay();
  const chosen = useChosenColumns();
  const picked = (row: Job) => (picks.keys.size > 0 ? [...picks.keys] : [row.id]);
  const keys: TableProps<Job>["keys"] = {
    r: {
      does: "retry the job, or those that are picked",
      run: (row) => openBulk({ kind: "retry", ids: picked(row) }),
    },
    "#": {
      does: "delete the job, or those that are picked",
      run: (row) => openBulk({ kind: "delete", ids: picked(row) }),
    },
  };
  return (
    <Table
      caption="Jobs that match the filter"
      columns={columnsOf(chosen, forgotten)}
      rows={rows}
      keyOf={({ id }) => id}
      open={({ id }) => go("job", { id })}
      {...(change && { picks, keys })}
    />
  );
}

/** Picks are rows of one filter; another one has others. */
function useNoPicksOf(filter: JobFilter, picks: Picks): void {
  const { clear } = picks;
  const last = useRef(filter);
  useEffect(() => {
    if (last.current !== filter) clear();
    last.current = filter;
  }, [filter, clear]);
}

/** After one's own change the page is asked for again; what others do waits until one wants to see it. */
function useReload(reload: () => void): void {
  const rounds = useBulkRounds();
  const seen = useRef(rounds);
  useEffect(() => {
    if (seen.current === rounds) return;
    seen.current = rounds;
    reload();
  });
}
