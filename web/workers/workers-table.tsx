// One row for each connected worker.
import { type Worker, WorkerKind } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { type Column, Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { openDrain } from "./drain-store.ts";

const NAMES_SHOWN = 3;

const KINDS: Readonly<Record<number, string>> = {
  [WorkerKind.UNSPECIFIED]: "",
  [WorkerKind.WORK]: "stream",
  [WorkerKind.SUBSCRIBE]: "subscription",
  [WorkerKind.RESERVE]: "polling",
  [WorkerKind.ORIGINAL]: "original API",
};

export function wordOfKind(kind: WorkerKind): string {
  return KINDS[kind] ?? "";
}

export function WorkersTable({ workers }: { readonly workers: readonly Worker[] }) {
  const may = useMay();
  return (
    <div className="panel">
      <Table
        caption="Connected workers"
        columns={may.change ? [...COLUMNS, DRAIN] : COLUMNS}
        rows={workers}
        keyOf={({ workerId }) => workerId}
        open={({ workerId }) => go("workers", { id: workerId })}
        keys={may.change ? { d: { does: "drain the worker", run: drainOne } } : {}}
      />
    </div>
  );
}

export function drainOne({ workerId }: Worker): void {
  openDrain({ title: workerId, request: { workerIds: [workerId] } });
}

/** How full it is, as a bar and in figures. */
export function Room({ held, capacity }: { readonly held: number; readonly capacity: number }) {
  return (
    <span className="room">
      <meter min={0} max={Math.max(capacity, 1)} value={held} aria-hidden="true" />
      <span className="number">
        {held} of {capacity}
      </span>
    </span>
  );
}

const COLUMNS: readonly Column<Worker>[] = [
  {
    key: "id",
    head: "Worker",
    isWide: true,
    cell: ({ workerId, draining }) => (
      <span className="row">
        <Link screen="workers" params={{ id: workerId }} className="mono">
          <UserText text={workerId} max={64} />
        </Link>
        {draining && <span className="badge warning">draining</span>}
      </span>
    ),
  },
  { key: "names", head: "Names", isWide: true, cell: (worker) => <Names names={worker.names} /> },
  { key: "room", head: "Busy", cell: ({ held, capacity }) => <Room held={held} capacity={capacity} /> },
  { key: "succeeded", head: "Succeeded", isNumber: true, cell: ({ succeeded }) => formatCount(succeeded) },
  { key: "failed", head: "Failed", isNumber: true, cell: (worker) => <Failed worker={worker} /> },
  { key: "heard", head: "Heard", isNumber: true, cell: ({ lastHeardAt }) => <Ago at={lastHeardAt} /> },
  { key: "joined", head: "Joined", isNumber: true, cell: ({ joinedAt }) => <Ago at={joinedAt} /> },
  { key: "kind", head: "By", cell: ({ kind }) => <span className="quiet">{wordOfKind(kind)}</span> },
];

const DRAIN: Column<Worker> = {
  key: "drain",
  head: "Actions",
  isHeadUnseen: true,
  cell: (worker) => (
    <button
      type="button"
      className="button small"
      disabled={worker.draining}
      onClick={() => drainOne(worker)}
    >
      Drain<span className="unseen"> {worker.workerId}</span>
    </button>
  ),
};

function Failed({ worker }: { readonly worker: Worker }) {
  return worker.failed === 0n ? (
    <span className="zero">0</span>
  ) : (
    <span className="state" data-state="retrying">
      {formatCount(worker.failed)}
    </span>
  );
}

function Names({ names }: { readonly names: readonly string[] }) {
  const more = names.length - NAMES_SHOWN;
  return (
    <span className="names">
      {names.slice(0, NAMES_SHOWN).map((name) => (
        <Link key={name} screen="queue" params={{ name }}>
          <UserText text={name} max={40} />
        </Link>
      ))}
      {more > 0 && <span className="quiet">and {more} more</span>}
    </span>
  );
}
