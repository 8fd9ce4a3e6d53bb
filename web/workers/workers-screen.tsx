// Who works: their names, their room, what they hold and for how long still, and how to tell them to finish.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Worker } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { Failure, ScreenHead, Waiting } from "../parts/section.tsx";
import { useMay } from "../shell/me.ts";
import { goParams, Link, usePlace } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { openDrain } from "./drain-store.ts";
import { useFarewells } from "./farewells.ts";
import { FirstWorker } from "./first-worker.tsx";
import { GoneWorkers } from "./gone-workers.tsx";
import { WorkerView } from "./worker-view.tsx";
import "./workers.css";
import { DrainDialog } from "./drain-dialog.tsx";
import { WorkersTable } from "./workers-table.tsx";

const WORKERS_SHOWN = 500;
/** The live stream has no list of the jobs that a worker holds, so the list is asked for anew. */
const AGAIN_MS = 2_000;

export function WorkersScreen() {
  const { params } = usePlace();
  const { name, id } = params;
  const { data, error, isPending, refetch } = useQuery(
    AdminService.method.listWorkers,
    { name: name ?? "", pageSize: WORKERS_SHOWN },
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData },
  );
  const workers = data?.workers ?? [];
  const gone = useFarewells(data?.workers);
  const one = id === undefined ? undefined : workers.find(({ workerId }) => workerId === id);
  return (
    <>
      <WorkersHead workers={workers} name={name} hasMore={data?.nextPageToken !== ""} />
      {error && <Failure error={error} retry={() => refetch()} />}
      {isPending && <Waiting />}
      {id !== undefined && data && <WorkerView id={id} worker={one} />}
      {id === undefined && workers.length > 0 && <WorkersTable workers={workers} />}
      {id === undefined && data && workers.length === 0 && <FirstWorker name={name} />}
      {id === undefined && <GoneWorkers gone={gone} />}
      <DrainDialog />
    </>
  );
}

interface WorkersHeadProps {
  readonly workers: readonly Worker[];
  readonly name: string | undefined;
  readonly hasMore: boolean;
}

function WorkersHead({ workers, name, hasMore }: WorkersHeadProps) {
  const may = useMay();
  return (
    <>
      <ScreenHead title="Workers">
        {may.change && workers.length > 0 && (
          <button type="button" className="button" onClick={() => openDrain(drainAll(name))}>
            Drain all …
          </button>
        )}
      </ScreenHead>
      <p className="row quiet">
        {workers.length > 0 && <span>{busyWords(workers, hasMore)}</span>}
        {name !== undefined && (
          <>
            <span>
              that offer{" "}
              <Link screen="queue" params={{ name }}>
                <UserText text={name} />
              </Link>
            </span>
            <button type="button" className="button small" onClick={() => goParams({ name: undefined })}>
              Show all
            </button>
          </>
        )}
      </p>
    </>
  );
}

function drainAll(name: string | undefined) {
  return name === undefined
    ? { title: "every worker", request: { everyone: true } }
    : { title: `every worker that offers ${name}`, request: { names: [name] } };
}

/** `3 workers, 12 of 30 busy`. */
export function busyWords(workers: readonly Worker[], hasMore = false): string {
  const held = workers.reduce((sum, worker) => sum + worker.held, 0);
  const capacity = workers.reduce((sum, worker) => sum + worker.capacity, 0);
  const first = hasMore ? "the first " : "";
  return `${first}${formatMany(workers.length, "worker")}, ${held} of ${capacity} busy`;
}
