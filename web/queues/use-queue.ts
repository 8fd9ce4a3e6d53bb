// One queue with its workers: by asking, then from the stream, which may not have it when there are thousands.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { useLiveModel, useLiveStatus } from "../live/use-live.tsx";
import { useJustPaused, withJustPaused } from "./just-paused.ts";

const TOPICS = [WatchTopic.QUEUES, WatchTopic.WORKERS];
const AGAIN_MS = 2_000;

export function useQueue(name: string) {
  const model = useLiveModel(TOPICS);
  const { state, heardAt } = useLiveStatus();
  const just = useJustPaused();
  const live = model.queues.get(name);
  const { data, error, isPending, refetch } = useQuery(
    AdminService.method.getQueue,
    { name },
    {
      enabled: name !== "",
      refetchInterval: live || state === "paused" ? false : AGAIN_MS,
      placeholderData: keepPreviousData,
    },
  );
  const asked = data?.queue?.name === name ? data : undefined;
  const queue = live ?? asked?.queue;
  const staff = [...model.workers.values()].filter(({ names }) => names.includes(name));
  return {
    queue: queue && withJustPaused(queue, just, live ? heardAt : undefined),
    /** All of them from the stream; where that has too many, the first hundred. */
    workers: live && staff.length >= live.workers ? staff : (asked?.workers ?? []),
    error: queue ? null : error,
    isPending: isPending && !queue,
    refetch,
  };
}
