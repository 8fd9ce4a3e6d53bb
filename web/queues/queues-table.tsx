// One row for each name: what waits, for how long, who works on it, what went wrong. Every number leads to its jobs.
import type { Queue } from "../../src/gen/lakh/v1/overview_pb.ts";
import { Count, Rate } from "../parts/count.tsx";
import type { Picks } from "../parts/picks.ts";
import { useSteady } from "../parts/steady.ts";
import { type Column, Table } from "../parts/table.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { firstScheduledOf, jobsOf, jobsThrough, type Standing } from "./jobs-of.ts";
import { PauseButton } from "./pause-button.tsx";
import { ReadyAge } from "./ready-age.tsx";
import { useUnserved } from "./use-unserved.ts";
import "./queues.css";

export interface QueuesTableProps {
  readonly queues: readonly Queue[];
  readonly picks?: Picks;
}

const nameOf = ({ name }: Queue) => name;

export function QueuesTable({ queues, picks }: QueuesTableProps) {
  const may = useMay();
  const unserved = useUnserved(queues);
  const { rows, hold } = useSteady(queues, nameOf);
  const columns = [nameColumn(unserved), ...COLUMNS, ...(may.change ? [ACTIONS] : [])];
  return (
    <div className="panel queues-table" {...hold}>
      <Table
        caption="Queues"
        columns={columns}
        rows={rows}
        keyOf={nameOf}
        open={({ name }) => go("queue", { name })}
        {...(picks && may.change && { picks })}
      />
    </div>
  );
}

function nameColumn(unserved: ReadonlySet<string>): Column<Queue> {
  return {
    key: "name",
    head: "Name",
    isWide: true,
    cell: ({ name, paused }) => (
      <span className="row">
        <Link screen="queue" params={{ name }} className="queue-name">
          <UserText text={name} />
        </Link>
        {paused && <span className="badge warning">paused</span>}
        {unserved.has(name) && <span className="badge alarm">no workers</span>}
      </span>
    ),
  };
}

function countColumn(standing: Standing): Column<Queue> {
  return {
    key: standing,
    head: standing[0]?.toUpperCase() + standing.slice(1),
    isNumber: true,
    cell: (queue) => <StandingCount {...{ queue, standing }} />,
  };
}

interface StandingCountProps {
  readonly queue: Queue;
  readonly standing: Standing;
}

function StandingCount({ queue: { name, jobs }, standing }: StandingCountProps) {
  const retrying = jobs?.retrying ?? 0n;
  // The contract counts those that retry among the scheduled; here each job is in one place.
  const count = (jobs?.[standing] ?? 0n) - (standing === "scheduled" ? retrying : 0n);
  if (count === 0n) return <Count of={0n} />;

  const q = standing === "scheduled" ? firstScheduledOf(name) : jobsOf(standing, name);
  return (
    <Link screen="jobs" params={{ q }} className={`of-${standing}`}>
      <Count of={count} />
    </Link>
  );
}

const COLUMNS: readonly Column<Queue>[] = [
  countColumn("ready"),
  {
    key: "oldest",
    head: "Oldest",
    isNumber: true,
    cell: ({ name, oldestReadyAge }) => <ReadyAge name={name} age={oldestReadyAge} />,
  },
  countColumn("reserved"),
  countColumn("scheduled"),
  countColumn("retrying"),
  countColumn("dead"),
  { key: "rate", head: "Succeeded", isNumber: true, cell: (queue) => <SucceededRate queue={queue} /> },
  { key: "workers", head: "Workers", isNumber: true, cell: (queue) => <Staff queue={queue} /> },
];

function SucceededRate({ queue: { name, rates } }: { readonly queue: Queue }) {
  const rate = rates?.succeeded ?? 0;
  if (rate === 0) return <Rate of={0} />;

  return (
    <Link screen="jobs" params={{ q: jobsThrough("succeeded", name) }}>
      <Rate of={rate} />
    </Link>
  );
}

/** How many, and how busy they are. */
function Staff({ queue: { name, workers, held, capacity } }: { readonly queue: Queue }) {
  if (workers === 0) return <span className="staff zero quiet">0</span>;

  return (
    <Link screen="workers" params={{ name }} className="staff">
      {workers}{" "}
      <span className="unit">
        {held} of {capacity} busy
      </span>
    </Link>
  );
}

const ACTIONS: Column<Queue> = {
  key: "actions",
  head: "Actions",
  isHeadUnseen: true,
  cell: ({ name, paused }) => <PauseButton name={name} isPaused={paused} />,
};
