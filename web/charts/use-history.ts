// The past of all names or of one, kept fresh: the whole window once, then what is new.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { useLiveStatus } from "../live/use-live.tsx";
import { admin } from "../shell/admin.ts";
import { joinHistory, newsAfter } from "./history-join.ts";
import type { HistoryWindow } from "./history-model.ts";

/** `name`: empty for all. While the page stands still, so does this. */
export function useHistory(name: string, { ms, againMs }: HistoryWindow) {
  const queries = useQueryClient();
  const isStill = useLiveStatus().state === "paused";
  const key = ["history", name, ms];
  return useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<History>(key);
      const after = newsAfter(before);
      const request = { name, window: durationFromMs(ms), ...(after && { after }) };
      const { history } = await admin.getHistory(request, { signal });
      if (!history) throw new Error("the server told no history");

      return joinHistory(before, history, ms);
    },
    refetchInterval: isStill ? false : againMs,
    placeholderData: keepPreviousData,
    structuralSharing: false, // it would compare thousands of figures, to find that they differ
  });
}
