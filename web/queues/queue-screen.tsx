// One name: what waits, how it goes, who works on it, what went wrong.
import { create } from "@bufbuild/protobuf";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import type { Queue, Worker } from "../../src/gen/lakh/v1/overview_pb.ts";
import { openBulk } from "../bulk/bulk-store.ts";
import { Charts } from "../charts/charts.tsx";
import { openEnqueue } from "../enqueue/enqueue-store.ts";
import { FlowStrip } from "../overview/flow-strip.tsx";
import { Icon } from "../parts/icon.tsx";
import { Empty, Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { useMay } from "../shell/me.ts";
import { usePlace } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { WorkersTable } from "../workers/workers-table.tsx";
import { PauseButton } from "./pause-button.tsx";
import { QueueErrors } from "./queue-errors.tsx";
import { QueueFacts } from "./queue-facts.tsx";
import { useQueue } from "./use-queue.ts";
import "./queues.css";
import "../workers/workers.css";

export function QueueScreen() {
  const { params } = usePlace();
  const name = params.name ?? "";
  const { queue, workers, error, isPending, refetch } = useQueue(name);
  const isKnown = queue !== undefined && !isUnknown(queue);
  return (
    <>
      <ScreenHead title={name === "" ? "Queue" : <UserText text={name} />}>
        {isKnown && <QueueActions queue={queue} />}
      </ScreenHead>
      {name === "" && <Empty title="The address names no queue" />}
      {error && <Failure error={error} retry={() => refetch()} />}
      {isPending && name !== "" && <Waiting />}
      {isKnown && <Known key={name} queue={queue} workers={workers} />}
      {queue && !isKnown && <Unknown name={name} />}
    </>
  );
}

function isUnknown({ jobs, rates, workers, paused }: Queue): boolean {
  const { scheduled = 0n, ready = 0n, reserved = 0n, succeeded = 0n, dead = 0n, cancelled = 0n } = jobs ?? {};
  const stored = scheduled + ready + reserved + succeeded + dead + cancelled;
  return stored === 0n && workers === 0 && !paused && (rates?.enqueued ?? 0) === 0;
}

function Unknown({ name }: { readonly name: string }) {
  const may = useMay();
  return (
    <Empty title="No job of this name yet">
      <p>Names appear with their first job or worker.</p>
      {may.change && (
        <button type="button" className="button" onClick={() => openEnqueue({ name })}>
          <Icon name="plus" /> Enqueue the first
        </button>
      )}
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
      <FlowStrip of={queue} name={name} />
      <QueueFacts queue={queue} />
      <Charts name={name} />
      <QueueErrors name={name} />
      <Section title="Workers">
        {workers.length > 0 ? (
          <WorkersTable workers={workers} />
        ) : (
          <p className="quiet">No worker offers this name.</p>
        )}
      </Section>
    </>
  );
}
