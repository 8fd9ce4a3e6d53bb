// One name: what waits, how it goes, who works on it, what went wrong.

import { create } from "@bufbuild/protobuf";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Queue, Worker } from "../../src/gen/lakh/v1/overview_pb.ts";
import { openBulk } from "../bulk/bulk-store.ts";
import { Charts } from "../charts/charts.tsx";
import { GroupsTable } from "../dead/groups-table.tsx";
import { openEnqueue } from "../enqueue/enqueue-store.ts";
import { spanMsOf } from "../format/times.ts";
import { Count, Figure, Rate } from "../parts/count.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty, Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { Ago, Span } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { Link, usePlace } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { WorkersTable } from "../workers/workers-table.tsx";
import { jobsOf, type Standing } from "./jobs-of.ts";
import { PauseButton } from "./pause-button.tsx";
import { useUnserved } from "./unserved.ts";
import "./queues.css";
import "../workers/workers.css";
import "../dead/dead.css";

const AGAIN_MS = 2_000;

export function QueueScreen() {
  const { params } = usePlace();
  const name = params.name ?? "";
  const { data, error, isPending, refetch } = useQuery(
    AdminService.method.getQueue,
    { name },
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData, enabled: name !== "" },
  );
  const queue = data?.queue?.name === name ? data.queue : undefined;
  return (
    <>
      <ScreenHead title={<UserText text={name === "" ? "Queue" : name} />}>
        {queue && <QueueActions queue={queue} />}
      </ScreenHead>
      {name === "" && <Empty title="The address names no queue" />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {isPending && name !== "" && <Waiting />}
      {queue &&
        (isUnknown(queue) ? <Unknown name={name} /> : <Known queue={queue} workers={data?.workers ?? []} />)}
    </>
  );
}

function isUnknown({ jobs, workers, paused }: Queue): boolean {
  const { scheduled = 0n, ready = 0n, reserved = 0n, succeeded = 0n, dead = 0n, cancelled = 0n } = jobs ?? {};
  return scheduled + ready + reserved + succeeded + dead + cancelled === 0n && workers === 0 && !paused;
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <Empty title="No job of this name yet">
      <p>Names appear with their first job or worker.</p>
      <button type="button" className="button" onClick={() => openEnqueue({ name })}>
        Enqueue the first
      </button>
    </Empty>
  );
}

function QueueActions({ queue: { name, paused } }: { readonly queue: Queue }) {
  const may = useMay();
  if (!may.change) return null;

  const waiting = create(JobFilterSchema, { names: [name], states: [JobState.READY, JobState.SCHEDULED] });
  const cancelAll = () =>
    openBulk({ kind: "cancel", filter: waiting, title: `Every waiting job of ${name}`, confirmWord: name });
  return (
    <>
      <button type="button" className="button" onClick={() => openEnqueue({ name })}>
        <Icon name="plus" /> Enqueue here
      </button>
      <PauseButton name={name} isPaused={paused} size="usual" />
      <button type="button" className="button danger" onClick={cancelAll}>
        Cancel all waiting …
      </button>
    </>
  );
}

function Known({ queue, workers }: { readonly queue: Queue; readonly workers: readonly Worker[] }) {
  const { name } = queue;
  return (
    <>
      <QueueFigures queue={queue} />
      <Charts name={name} />
      <Section title="Workers">
        {workers.length > 0 ? (
          <WorkersTable workers={workers} />
        ) : (
          <p className="quiet">No worker offers this name.</p>
        )}
      </Section>
      <QueueErrors name={name} />
    </>
  );
}

const SHOWN: readonly Standing[] = [
  "ready",
  "reserved",
  "scheduled",
  "retrying",
  "succeeded",
  "dead",
  "cancelled",
];

function QueueFigures({ queue }: { readonly queue: Queue }) {
  const unserved = useUnserved([queue]);
  return (
    <div className="panel padded">
      <p className="row quiet">
        {queue.paused && (
          <span className="badge warning">
            paused <Ago at={queue.pausedSince} />
          </span>
        )}
        {unserved.has(queue.name) && <span className="badge alarm">no workers</span>}
      </p>
      <div className="queue-facts">
        {SHOWN.map((standing) => (
          <Figure key={standing} label={standing}>
            <Link screen="jobs" params={{ q: jobsOf(standing, queue.name) }}>
              <Count of={queue.jobs?.[standing]} />
            </Link>
          </Figure>
        ))}
        <Figure label="oldest ready">
          <Span of={spanMsOf(queue.oldestReadyAge)} />
        </Figure>
        <Figure label="succeeded">
          <Rate of={queue.rates?.succeeded} />
        </Figure>
        <Figure label="failed">
          <Rate of={queue.rates?.failed} />
        </Figure>
      </div>
    </div>
  );
}

function QueueErrors({ name }: { readonly name: string }) {
  const ask = { refetchInterval: 5_000, placeholderData: keepPreviousData };
  const dead = useQuery(AdminService.method.listDeadGroups, { name, kind: DeadGroupKind.DEAD }, ask);
  const retrying = useQuery(AdminService.method.listDeadGroups, { name, kind: DeadGroupKind.RETRYING }, ask);
  return (
    <>
      {retrying.data && retrying.data.groups.length > 0 && (
        <Section title="Retrying">
          <GroupsTable groups={retrying.data.groups} kind={DeadGroupKind.RETRYING} name={name} />
        </Section>
      )}
      {dead.data && dead.data.groups.length > 0 && (
        <Section title="Dead">
          <GroupsTable groups={dead.data.groups} kind={DeadGroupKind.DEAD} name={name} />
        </Section>
      )}
    </>
  );
}
