// How long the ready job that has waited longest has waited, as of the last word of the server.
import type { Duration } from "@bufbuild/protobuf/wkt";
import { formatSpan } from "../format/times.ts";
import { ageMsAt } from "../live/ages.ts";
import { useLiveStatus } from "../live/use-live.tsx";
import { Link } from "../shell/router.tsx";
import { jobsOf } from "./jobs-of.ts";

export interface ReadyAgeProps {
  readonly age: Duration | undefined;
  readonly name: string;
}

/** Leads to the jobs that wait, the first of them first. */
export function ReadyAge({ age, name }: ReadyAgeProps) {
  const heardAt = useHeardAt();
  const ms = ageMsAt(age, heardAt);
  if (ms === undefined) return <span className="zero quiet">-</span>;

  return (
    <Link screen="jobs" params={{ q: jobsOf("ready", name), order: "earliest" }}>
      {formatSpan(ms)}
    </Link>
  );
}

/** When the server was last heard: ages do not grow while nobody knows whether they do. */
export function useHeardAt(): number {
  return useLiveStatus().heardAt ?? Date.now();
}
