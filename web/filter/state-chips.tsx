// The states as chips with their counts: a filter by one press. The counts are the server's own, over all names or, when
// the filter asks for one name, of that name.
import { useQuery } from "@connectrpc/connect-query";
import { skipToken } from "@tanstack/react-query";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Counts } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { useLiveModel } from "../live/use-live.tsx";
import { Icon } from "../parts/icon.tsx";
import type { Standing } from "../parts/state.tsx";
import { standingsIn, toggleStanding } from "./edits.ts";

const STANDINGS: readonly Standing[] = [
  "scheduled",
  "retrying",
  "ready",
  "reserved",
  "succeeded",
  "dead",
  "cancelled",
];

const OVERVIEW = [WatchTopic.OVERVIEW];
const AGAIN_MS = 5_000;

export interface StateChipsProps {
  readonly text: string;
  readonly apply: (text: string) => void;
  /** The one name that the filter asks for. */
  readonly name: string | undefined;
}

export function StateChips({ text, apply, name }: StateChipsProps) {
  const counts = useCounts(name);
  const pressed = standingsIn(text);
  return (
    <fieldset className="chips" aria-label="States">
      {STANDINGS.map((standing) => (
        <button
          key={standing}
          type="button"
          className="chip"
          aria-pressed={pressed.has(standing)}
          onClick={() => apply(toggleStanding(text, standing))}
        >
          <span className="state" data-state={standing}>
            <Icon name={standing} /> {standing}
          </span>
          {counts && <span className="chip-count">{formatCount(counts[standing])}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function useCounts(name: string | undefined): Counts | undefined {
  const { overview } = useLiveModel(OVERVIEW);
  const all = useQuery(AdminService.method.getOverview, name === undefined ? {} : skipToken);
  const one = useQuery(AdminService.method.getQueue, name === undefined ? skipToken : { name }, {
    refetchInterval: AGAIN_MS,
  });
  return name === undefined ? (overview ?? all.data?.overview)?.jobs : one.data?.queue?.jobs;
}
