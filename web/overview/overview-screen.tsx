// Everything at a glance: does work flow, where does it stop, and what calls for somebody.
import { useQuery } from "@connectrpc/connect-query";
import { AdminService, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Overview, Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Charts } from "../charts/charts.tsx";
import { WINDOWS } from "../charts/history-model.ts";
import { useHistory } from "../charts/use-history.ts";
import { useLiveModel } from "../live/use-live.tsx";
import { Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { busiestQueues } from "../queues/queue-choice.ts";
import { QueuesTable } from "../queues/queues-table.tsx";
import { useQueues } from "../queues/use-queues.ts";
import { Link } from "../shell/router.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { FlowStrip } from "./flow-strip.tsx";
import { OverviewFigures } from "./overview-figures.tsx";
import { isIdle } from "./usage.ts";
import { Warnings } from "./warning-lines.tsx";
import "./overview.css";

const TOPICS = [WatchTopic.OVERVIEW];
const QUEUES_SHOWN = 20;
const MONTH = WINDOWS[4];

export function OverviewScreen() {
  const model = useLiveModel(TOPICS);
  const asked = useQuery(AdminService.method.getOverview, {}, { enabled: model.isEmpty });
  const overview = model.overview ?? asked.data?.overview;
  return (
    <>
      <ScreenHead title="Overview" />
      {!overview && asked.error && <Failure error={asked.error} retry={() => asked.refetch()} />}
      {!overview && asked.isPending && <Waiting />}
      {overview && (isIdle(overview) ? <Idle overview={overview} /> : <Work overview={overview} />)}
    </>
  );
}

interface WorkProps {
  readonly overview: Overview;
}

/** Whoever has used this server in the last month knows how to send a job. */
function Idle({ overview }: WorkProps) {
  const { data, isPending } = useHistory("", MONTH);
  if (isPending) return <Waiting />;

  const wasUsed = data?.enqueued.some((jobs) => jobs > 0);
  return wasUsed ? <Work overview={overview} /> : <FirstSteps overview={overview} />;
}

function Work({ overview }: WorkProps) {
  const { queues } = useQueues();
  return (
    <>
      <Warnings queues={queues} />
      <FlowStrip of={overview} />
      <OverviewFigures overview={overview} />
      <Charts />
      {queues.length > 0 && <Queues queues={queues} all={overview.queues} />}
    </>
  );
}

interface QueuesProps {
  readonly queues: readonly Queue[];
  readonly all: number;
}

function Queues({ queues, all }: QueuesProps) {
  const aside = all > QUEUES_SHOWN && (
    <Link screen="queues">
      The {QUEUES_SHOWN} with most to do, of {all}
    </Link>
  );
  return (
    <Section title="Queues" aside={aside}>
      <QueuesTable queues={busiestQueues(queues, QUEUES_SHOWN)} />
    </Section>
  );
}
