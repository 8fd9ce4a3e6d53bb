// All queues as they stand: by asking once, then from the stream. Of thousands of names a page has the first thousand; the
// others are found by how they begin.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { useLiveModel, useLiveStatus } from "../live/use-live.tsx";
import { useJustPaused, withJustPaused } from "./just-paused.ts";

const TOPICS = [WatchTopic.OVERVIEW, WatchTopic.QUEUES];
/** As many as a snapshot of the stream has, and as a page draws. */
export const QUEUES_MAX = 1_000;
const AGAIN_MS = 5_000;

/** `namePrefix`: names that begin with it are there too, although they may not be among the first thousand. */
export function useQueues(namePrefix = "") {
  const model = useLiveModel(TOPICS);
  const { heardAt } = useLiveStatus();
  const just = useJustPaused();
  const asked = useQuery(
    AdminService.method.listQueues,
    { pageSize: QUEUES_MAX },
    { enabled: model.isEmpty, placeholderData: keepPreviousData },
  );
  const all = model.overview?.queues ?? 0;
  const beyond = useQuery(
    AdminService.method.listQueues,
    { namePrefix, pageSize: QUEUES_MAX },
    {
      enabled: namePrefix !== "" && all > model.queues.size,
      refetchInterval: AGAIN_MS,
      placeholderData: keepPreviousData,
    },
  );
  const queues = useMemo<readonly Queue[]>(() => {
    const known = model.isEmpty ? asked.data?.queues : model.queues.values();
    const byName = new Map(beyond.data?.queues.map((queue) => [queue.name, queue]));
    for (const queue of known ?? []) byName.set(queue.name, queue);
    return [...byName.values()]
      .map((queue) => withJustPaused(queue, just, heardAt))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }, [model, asked.data, beyond.data, just, heardAt]);
  return {
    queues,
    /** How many there are that are not among them. */
    more: Math.max(0, all - queues.length),
    isPending: model.isEmpty && asked.isPending,
    error: model.isEmpty ? asked.error : null,
    refetch: asked.refetch,
  };
}
