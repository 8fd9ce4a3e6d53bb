// What comes due: how much in which quarter of an hour of the next day, then the jobs by their due time. Jobs that retry
// stand apart from those that were enqueued for later.

import { create } from "@bufbuild/protobuf";
import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { printFilter } from "../../src/client/filter.ts";
import { AdminService, JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type JobFilter, JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { Empty, Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { goParams, Link, usePlace } from "../shell/router.tsx";
import { DensityStrip } from "./density-strip.tsx";
import { DueTable } from "./due-table.tsx";
import "./scheduled.css";

const JOBS_ON_PAGE = 50;
const AGAIN_MS = 5_000;

export function ScheduledScreen() {
  const { params } = usePlace();
  const isRetrying = params.kind === "retrying";
  const filter = filterOf(isRetrying, params.name);
  const jobs = useDue(filter);
  const rows = jobs.data?.pages.flatMap((page) => page.jobs) ?? [];
  return (
    <>
      <ScreenHead title="Scheduled">
        <Segments
          label="Which jobs"
          options={[
            ["scheduled", "For later"],
            ["retrying", "Retrying"],
          ]}
          value={isRetrying ? "retrying" : "scheduled"}
          change={(kind) => goParams({ kind: kind === "scheduled" ? undefined : kind })}
        />
      </ScreenHead>
      <DensityStrip name={params.name} />
      {jobs.error && <Failure error={jobs.error} retry={() => jobs.refetch()} />}
      {jobs.isPending && <Waiting />}
      {jobs.data && rows.length === 0 && <NothingDue isRetrying={isRetrying} />}
      {rows.length > 0 && (
        <Section title={isRetrying ? "Tried again next" : "Due next"} aside={<AllInList filter={filter} />}>
          <DueTable jobs={rows} />
        </Section>
      )}
      {jobs.hasNextPage && (
        <button type="button" className="button more" onClick={() => jobs.fetchNextPage()}>
          More jobs
        </button>
      )}
    </>
  );
}

function filterOf(isRetrying: boolean, name: string | undefined): JobFilter {
  const names = name === undefined ? [] : [name];
  return isRetrying
    ? create(JobFilterSchema, { names, retrying: true })
    : create(JobFilterSchema, { names, states: [JobState.SCHEDULED], exclude: [{ retrying: true }] });
}

function useDue(filter: JobFilter) {
  return useInfiniteQuery(
    AdminService.method.listJobs,
    { filter, order: JobOrder.EARLIEST, pageSize: JOBS_ON_PAGE, pageToken: "" },
    {
      pageParamKey: "pageToken",
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      refetchInterval: AGAIN_MS,
      placeholderData: keepPreviousData,
    },
  );
}

function AllInList({ filter }: { readonly filter: JobFilter }) {
  return (
    <Link screen="jobs" params={{ q: printFilter(filter) }}>
      All in the list of jobs
    </Link>
  );
}

function NothingDue({ isRetrying }: { readonly isRetrying: boolean }) {
  return isRetrying ? (
    <Empty title="Nothing waits after a failure">
      <p>Jobs whose last attempt failed wait here until they are tried again.</p>
    </Empty>
  ) : (
    <Empty title="Nothing is scheduled">
      <p>
        A job that is enqueued with a delay or a time waits here until it is due:{" "}
        <code>lakh enqueue NAME --in 10m</code>, or When in the Enqueue drawer.
      </p>
    </Empty>
  );
}
