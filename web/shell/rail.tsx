// The way from screen to screen, with the counts that call for a look.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { useLiveModel } from "../live/use-live.tsx";
import { Link } from "./router.tsx";
import type { Screen } from "./screens.ts";
import { TITLES } from "./titles.ts";

const ENTRIES: readonly Screen[] = ["", "queues", "jobs", "dead", "scheduled", "workers", "operations"];
const LATER: readonly Screen[] = ["system", "settings"];
/** Screens that belong to an entry of the rail. */
const UNDER: Readonly<Partial<Record<Screen, Screen>>> = { queue: "queues", job: "jobs" };

export function Rail({ screen }: { readonly screen: Screen | undefined }) {
  const current = screen === undefined ? undefined : (UNDER[screen] ?? screen);
  return (
    <nav className="rail" aria-label="Screens">
      <Link screen="" className="mark" aria-label="Lakh, to the overview">
        <Mark /> Lakh
      </Link>
      <ul>
        {ENTRIES.map((entry) => (
          <Entry key={entry} screen={entry} isCurrent={entry === current} />
        ))}
      </ul>
      <ul className="foot">
        {LATER.map((entry) => (
          <Entry key={entry} screen={entry} isCurrent={entry === current} />
        ))}
      </ul>
    </nav>
  );
}

function Entry({ screen, isCurrent }: { readonly screen: Screen; readonly isCurrent: boolean }) {
  return (
    <li>
      <Link screen={screen} aria-current={isCurrent ? "page" : undefined}>
        {TITLES[screen]}
        {screen === "dead" && <DeadCount />}
      </Link>
    </li>
  );
}

const OVERVIEW = [WatchTopic.OVERVIEW];

/** From the stream, or, before its first word, by asking. */
function DeadCount() {
  const { overview } = useLiveModel(OVERVIEW);
  const { data } = useQuery(AdminService.method.getOverview, {}, { enabled: !overview });
  const dead = (overview ?? data?.overview)?.jobs?.dead ?? 0n;
  return dead === 0n ? null : <span className="count loud">{formatCount(dead)}</span>;
}

function Mark() {
  return (
    <svg aria-hidden="true" width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor">
      <path d="M3 2v12h10M7 10l3-3 3 3" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
