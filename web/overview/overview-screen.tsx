// Everything at a glance: does work flow, where does it stop, and what calls for somebody.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Overview, Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Charts } from "../charts/charts.tsx";
import { useLiveModel } from "../live/use-live.tsx";
import { Icon } from "../parts/icon.tsx";
import { Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { QueuesTable } from "../queues/queues-table.tsx";
import { useUnserved } from "../queues/unserved.ts";
import { useQueues } from "../queues/use-queues.ts";
import { Link } from "../shell/router.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { FlowStrip } from "./flow-strip.tsx";
import { OverviewFigures } from "./overview-figures.tsx";
import { warningsOf } from "./warnings.ts";
import "./overview.css";

const TOPICS = [WatchTopic.OVERVIEW];
const QUEUES_SHOWN = 100;

export function OverviewScreen() {
  const model = useLiveModel(TOPICS);
  const asked = useQuery(AdminService.method.getOverview, {}, { enabled: model.isEmpty });
  const overview = model.overview ?? asked.data?.overview;
  const { queues } = useQueues();
  return (
    <>
      <ScreenHead title="Overview" />
      {!overview && asked.error && <Failure error={asked.error} retry={() => asked.refetch()} />}
      {!overview && asked.isPending && <Waiting />}
      {overview &&
        (isUnused(overview) ? <FirstSteps overview={overview} /> : <Work {...{ overview, queues }} />)}
    </>
  );
}

/** No job is stored, and nobody has paused anything: whoever sees this is new here. */
function isUnused({ jobs }: Overview): boolean {
  const { scheduled = 0n, ready = 0n, reserved = 0n, succeeded = 0n, dead = 0n, cancelled = 0n } = jobs ?? {};
  return scheduled + ready + reserved + succeeded + dead + cancelled === 0n;
}

interface WorkProps {
  readonly overview: Overview;
  readonly queues: readonly Queue[];
}

function Work({ overview, queues }: WorkProps) {
  const more = overview.queues - QUEUES_SHOWN;
  return (
    <>
      <Warnings queues={queues} />
      <FlowStrip overview={overview} />
      <OverviewFigures overview={overview} />
      <Charts />
      {queues.length > 0 && (
        <Section title="Queues" aside={more > 0 && <Link screen="queues">All {overview.queues}</Link>}>
          <QueuesTable queues={queues.slice(0, QUEUES_SHOWN)} />
        </Section>
      )}
    </>
  );
}

function Warnings({ queues }: { readonly queues: readonly Queue[] }) {
  const unserved = useUnserved(queues);
  const { data } = useQuery(AdminService.method.getSystem, {}, { refetchInterval: 60_000, retry: false });
  const warnings = warningsOf({ queues, unserved, system: data?.system });
  if (warnings.length === 0) return null;

  return (
    <ul className="warnings">
      {warnings.map(({ key, text, screen, params = {} }) => (
        <li key={key}>
          <Icon name="warning" />
          <Link screen={screen} params={params}>
            {text}
          </Link>
        </li>
      ))}
    </ul>
  );
}
