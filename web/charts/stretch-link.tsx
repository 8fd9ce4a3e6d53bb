// From a stretch of time to the jobs that were enqueued in it.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { formatInstant } from "../format/times.ts";
import { usePreferences } from "../settings/preferences.ts";
import { Link } from "../shell/router.tsx";
import type { Stretch } from "./history-model.ts";

export interface StretchLinkProps {
  readonly stretch: Stretch;
  /** Empty for all names. */
  readonly name: string;
  /** Which of its ends are written. */
  readonly has: "both" | "start";
}

export function StretchLink({ stretch: { fromMs, toMs }, name, has }: StretchLinkProps) {
  const { zone } = usePreferences();
  const enqueued = { since: timestampFromMs(fromMs), before: timestampFromMs(toMs) };
  const filter = create(JobFilterSchema, { names: name === "" ? [] : [name], enqueued });
  const word = (ms: number) => formatInstant(ms, zone).slice(5);
  return (
    <Link screen="jobs" params={{ q: printFilter(filter) }}>
      {has === "both" ? `from ${word(fromMs)} to ${word(toMs)}` : word(fromMs)}
    </Link>
  );
}
