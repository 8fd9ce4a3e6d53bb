// One worker: what it said of itself, and the jobs that it holds with the time that is left.
import type { HeldJob, Worker } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { Empty, Section } from "../parts/section.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Ago, Instant } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { drainOne, Room, wordOfKind } from "./workers-table.tsx";

export interface WorkerViewProps {
  readonly id: string;
  /** Undefined when it is not connected. */
  readonly worker: Worker | undefined;
}

export function WorkerView({ id, worker }: WorkerViewProps) {
  if (!worker) {
    return (
      <Empty title="This worker is not connected">
        <p>
          <UserText text={id} /> has gone, or has not come yet. What it held is given to others after the
          grace for lost connections.
        </p>
        <Link screen="workers" className="button">
          All workers
        </Link>
      </Empty>
    );
  }
  return (
    <>
      <WorkerFacts worker={worker} />
      <Section title="Holds">
        <div className="panel">
          {worker.jobs.length === 0 ? (
            <p className="panel-note quiet">Nothing at the moment.</p>
          ) : (
            <Table
              caption={`Jobs that ${worker.workerId} holds`}
              columns={HELD}
              rows={worker.jobs}
              keyOf={({ jobId }) => jobId}
              open={({ jobId }) => go("job", { id: jobId })}
            />
          )}
        </div>
      </Section>
    </>
  );
}

function WorkerFacts({ worker }: { readonly worker: Worker }) {
  const may = useMay();
  return (
    <Section
      title={<UserText text={worker.workerId} />}
      aside={<WorkerAside worker={worker} may={may.change} />}
    >
      <dl className="panel padded facts">
        <dt>Busy</dt>
        <dd>
          <Room held={worker.held} capacity={worker.capacity} />
        </dd>
        <dt>Names</dt>
        <dd className="names">
          {worker.names.map((name) => (
            <Link key={name} screen="queue" params={{ name }}>
              <UserText text={name} />
            </Link>
          ))}
        </dd>
        <dt>Joined</dt>
        <dd>
          <Instant at={worker.joinedAt} /> by {wordOfKind(worker.kind)}
        </dd>
        <dt>Heard</dt>
        <dd>
          <Ago at={worker.lastHeardAt} />
        </dd>
        <dt>Since then</dt>
        <dd>
          {formatCount(worker.succeeded)} succeeded, {formatCount(worker.failed)} failed
        </dd>
        <dt>Version</dt>
        <dd>{worker.version === "" ? "not said" : <UserText text={worker.version} />}</dd>
        {Object.entries(worker.labels).map(([key, value]) => (
          <Label key={key} name={key} value={value} />
        ))}
      </dl>
    </Section>
  );
}

function Label({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>
        <UserText text={name} />
      </dt>
      <dd>
        <UserText text={value} />
      </dd>
    </>
  );
}

function WorkerAside({ worker, may }: { readonly worker: Worker; readonly may: boolean }) {
  return (
    <span className="row">
      <Link screen="workers">All workers</Link>
      {worker.draining && <span className="badge warning">draining</span>}
      {may && !worker.draining && (
        <button type="button" className="button small" onClick={() => drainOne(worker)}>
          Drain …
        </button>
      )}
    </span>
  );
}

const HELD: readonly Column<HeldJob>[] = [
  {
    key: "id",
    head: "Job",
    isWide: true,
    cell: ({ jobId }) => (
      <Link screen="job" params={{ id: jobId }} className="mono">
        <UserText text={jobId} />
      </Link>
    ),
  },
  { key: "attempt", head: "Attempt", isNumber: true, cell: ({ attempt }) => attempt },
  {
    key: "until",
    head: "Reservation ends",
    isNumber: true,
    cell: ({ reservedUntil }) => <Ago at={reservedUntil} />,
  },
];
