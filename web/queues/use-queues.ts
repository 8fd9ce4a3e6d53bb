// All queues as they stand: by asking once, then from the stream.
import { useQuery } from "@connectrpc/connect-query";
import { useMemo } from "react";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { useLiveModel } from "../live/use-live.tsx";

const TOPICS = [WatchTopic.OVERVIEW, WatchTopic.QUEUES];
/** As many as a snapshot of the stream has. */
const QUEUES_MAX = 1_000;

export function useQueues() {
  const model = useLiveModel(TOPICS);
  const asked = useQuery(AdminService.method.listQueues, { pageSize: QUEUES_MAX });
  const queues = useMemo<readonly Queue[]>(() => {
    if (model.isEmpty) return asked.data?.queues ?? [];
    return [...model.queues.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }, [model, asked.data]);
  const all = model.overview?.queues ?? asked.data?.queues.length ?? 0;
  return {
    queues,
    /** How many there are that are not among them. */
    more: Math.max(0, all - queues.length),
    isPending: model.isEmpty && asked.isPending,
    error: model.isEmpty ? asked.error : null,
    refetch: asked.refetch,
  };
}
