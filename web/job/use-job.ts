// One job, asked for at once, again whenever the live stream names it, and now and then while it is unfinished. It has
// no stream of its own: browsers have six connections for all tabs.
import { Code, ConnectError } from "@connectrpc/connect";
import { useQuery } from "@connectrpc/connect-query";
import { useRef } from "react";
import type { WatchResponse } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { useLiveJobs } from "../live/use-live.tsx";

/** A frame may leave jobs out, and a due time passes without a frame. */
const AGAIN_MS = 5_000;

export function isUnfinished({ state }: Pick<Job, "state">): boolean {
  return state === JobState.SCHEDULED || state === JobState.READY || state === JobState.RESERVED;
}

export function useJob(id: string) {
  const query = useQuery(
    ProducerService.method.getJob,
    { id },
    {
      enabled: id !== "",
      refetchInterval: ({ state: { data } }) => (data?.job && isUnfinished(data.job) ? AGAIN_MS : false),
    },
  );
  useLiveJobs((frame) => {
    if (concerns(frame, id)) void query.refetch();
  });
  const isUnknown = query.error !== null && ConnectError.from(query.error).code === Code.NotFound;
  const job = useWithSamePayload(query.data?.job);
  return {
    job,
    explanation: query.data?.explanation,
    isUnknown,
    error: query.error,
    refetch: () => void query.refetch(),
  };
}

/** After a gap, and where a frame had no room for all, anything may have happened. */
function concerns({ jobs, jobsForgotten, jobsLeftOut, snapshot }: WatchResponse, id: string): boolean {
  return snapshot || jobsLeftOut > 0n || jobs.some((job) => job.id === id) || jobsForgotten.includes(id);
}

/** A payload never changes, so what was made of it (a tree of 1 MiB) stays when the job is asked for again. */
function useWithSamePayload(job: Job | undefined): Job | undefined {
  const first = useRef<Job>(undefined);
  if (!job) return undefined;
  if (first.current?.id !== job.id || !isSameInstant(first.current, job)) first.current = job;
  return { ...job, payload: first.current.payload };
}

function isSameInstant({ enqueuedAt: one }: Job, { enqueuedAt: other }: Job): boolean {
  return one?.seconds === other?.seconds && one?.nanos === other?.nanos;
}
