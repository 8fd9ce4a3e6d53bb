// What there is in the server that may be written at the caret: asked only when the word at hand needs it.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { DeadGroup } from "../../src/gen/lakh/v1/overview_pb.ts";
import type { SeenError, Sources } from "./suggestions.ts";
import type { Spot } from "./terms.ts";

/** What the jobs on the page bring with them. */
export type SeenOnPage = Pick<Sources, "labels" | "workers">;

const ASKED_MAX = 20;
const KEPT = { staleTime: 10_000, placeholderData: keepPreviousData, retry: false } as const;

export function useSources(spot: Spot | undefined, seen: SeenOnPage): Sources {
  const isName = spot?.is === "value" && spot.word === "name";
  const isError = spot?.is === "value" && (spot.word === "error" || spot.word === "group");
  const { listQueues, listDeadGroups } = AdminService.method;
  const prefix = isName ? { namePrefix: spot.written, pageSize: ASKED_MAX } : {};
  const names = useQuery(listQueues, prefix, { ...KEPT, enabled: isName });
  const asked = { pageSize: ASKED_MAX };
  const dead = useQuery(
    listDeadGroups,
    { ...asked, kind: DeadGroupKind.DEAD },
    { ...KEPT, enabled: isError },
  );
  const retrying = useQuery(
    listDeadGroups,
    { ...asked, kind: DeadGroupKind.RETRYING },
    { ...KEPT, enabled: isError },
  );
  return {
    ...seen,
    names: names.data?.queues.map(({ name }) => name) ?? [],
    errors: [...(dead.data?.groups ?? []), ...(retrying.data?.groups ?? [])].map(seenError),
  };
}

function seenError({ errorClass, errorLine, group }: DeadGroup): SeenError {
  return { class: errorClass, line: errorLine, group };
}
