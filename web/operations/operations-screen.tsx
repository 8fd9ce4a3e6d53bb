// The screen Operations: changes of many jobs, under way and over.
import type { Operation } from "../../src/gen/lakh/v1/operation_pb.ts";
import { formatCount, formatRate } from "../format/numbers.ts";
import { formatProgress } from "../format/progress.ts";
import { formatSpan } from "../format/times.ts";
import { Count } from "../parts/count.tsx";
import { Empty, Failure, ScreenHead, Waiting } from "../parts/section.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { go, Link, usePlace } from "../shell/router.tsx";
import { FilterLink } from "./filter-link.tsx";
import { OperationBar } from "./operation-progress.tsx";
import { OperationView } from "./operation-view.tsx";
import { KIND_WORDS, STATE_WORDS } from "./operation-words.ts";
import "./operations.css";
import { StopButton } from "./stop-button.tsx";
import { isRunning, useOperations, usePace } from "./use-operations.ts";

export function OperationsScreen() {
  const { id } = usePlace().params;
  return id === undefined ? <OperationList /> : <OperationView key={id} id={id} />;
}

function OperationList() {
  const { data, error, isPending, refetch } = useOperations();
  return (
    <>
      <ScreenHead title="Operations" />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && (
        <div className="panel">
          {data.length === 0 ? <NoOperations /> : <OperationTable operations={data} />}
        </div>
      )}
    </>
  );
}

function NoOperations() {
  return (
    <Empty title="No operations yet">
      <p>
        Bulk retries and cancels show here: whatever changes all jobs of a filter runs in the background, can
        be stopped, and goes on after a restart.
      </p>
      <Link screen="jobs" className="button">
        Choose jobs
      </Link>
    </Empty>
  );
}

function OperationTable({ operations }: { readonly operations: readonly Operation[] }) {
  return (
    <Table
      caption="Operations, the newest first"
      columns={COLUMNS}
      rows={operations}
      keyOf={({ id }) => id}
      open={({ id }) => go("operations", { id })}
    />
  );
}

const COLUMNS: readonly Column<Operation>[] = [
  {
    key: "kind",
    head: "Operation",
    cell: ({ id, kind }) => (
      <Link screen="operations" params={{ id }}>
        {KIND_WORDS[kind]}
      </Link>
    ),
  },
  { key: "filter", head: "Jobs", isWide: true, isFill: true, cell: (row) => <FilterLink operation={row} /> },
  { key: "state", head: "State", cell: ({ state }) => STATE_WORDS[state] },
  { key: "bar", head: "Progress", cell: (row) => <OperationBar operation={row} /> },
  {
    key: "searched",
    head: "Looked at",
    isNumber: true,
    isWide: true,
    cell: ({ searched, candidates }) => formatProgress(searched, candidates),
  },
  { key: "changed", head: "Changed", isNumber: true, cell: ({ changed }) => <Count of={changed} /> },
  { key: "skipped", head: "Skipped", isNumber: true, cell: ({ skipped }) => <Count of={skipped} /> },
  { key: "pace", head: "Speed", isNumber: true, cell: (row) => <PaceCell operation={row} /> },
  { key: "when", head: "Begun", isNumber: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
  {
    key: "stop",
    head: "Stop",
    isHeadUnseen: true,
    cell: (row) => isRunning(row) && <StopButton id={row.id} isSmall />,
  },
];

function PaceCell({ operation }: { readonly operation: Operation }) {
  const pace = usePace(operation);
  if (!pace) return <span className="quiet">-</span>;
  return (
    <span>
      {pace.perSecond < 1_000 ? formatRate(pace.perSecond) : formatCount(Math.round(pace.perSecond))}
      <span className="unit">/s</span>
      {pace.leftMs !== undefined && <span className="quiet"> {formatSpan(pace.leftMs)} left</span>}
    </span>
  );
}
