// How each column of the list of jobs is drawn.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { Count } from "../parts/count.tsx";
import { StateBadge, standingOf } from "../parts/state.tsx";
import type { Column } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import type { ColumnKey } from "./chosen-columns.ts";

export const COLUMN_HEADS: Readonly<Record<ColumnKey, string>> = {
  state: "State",
  id: "Id",
  name: "Name",
  attempt: "Attempt",
  failures: "Failures",
  priority: "Priority",
  enqueued: "Enqueued",
  when: "Due or since",
  worker: "Worker",
  key: "Unique key",
  labels: "Labels",
  kept: "Kept until",
  error: "Error",
};

type Drawn = Omit<Column<Job>, "key" | "head">;

const DRAWN: Readonly<Record<Exclude<ColumnKey, "state">, Drawn>> = {
  id: { isWide: true, cell: ({ id }) => <JobLink id={id} /> },
  name: { cell: ({ name }) => <NameLink name={name} /> },
  attempt: { isNumber: true, cell: ({ attempt }) => <Count of={attempt} /> },
  failures: { isNumber: true, cell: ({ failures }) => <Count of={failures} /> },
  priority: { isNumber: true, cell: ({ priority }) => <Signed of={priority} /> },
  enqueued: { isNumber: true, cell: ({ enqueuedAt }) => <Ago at={enqueuedAt} /> },
  when: { isNumber: true, cell: ({ dueAt, since }) => <Ago at={dueAt ?? since} /> },
  worker: { cell: ({ workerId }) => <Optional text={workerId} /> },
  key: { cell: ({ uniqueKey }) => <Optional text={uniqueKey} /> },
  labels: { isWide: true, cell: ({ labels }) => <Labels labels={labels} /> },
  kept: { isNumber: true, cell: ({ keptUntil }) => <Ago at={keptUntil} /> },
  error: { isWide: true, isFill: true, cell: ({ lastError }) => <ErrorLine error={lastError} /> },
};

export function columnsOf(keys: readonly ColumnKey[], forgotten: ReadonlySet<string>): Column<Job>[] {
  return keys.map((key) => {
    const drawn = key === "state" ? stateColumn(forgotten) : DRAWN[key];
    return { key, head: COLUMN_HEADS[key], ...drawn };
  });
}

function stateColumn(forgotten: ReadonlySet<string>): Drawn {
  return {
    cell: (job) =>
      forgotten.has(job.id) ? (
        <span className="quiet">forgotten</span>
      ) : (
        <StateBadge standing={standingOf(job)} />
      ),
  };
}

function JobLink({ id }: { readonly id: string }) {
  return (
    <Link screen="job" params={{ id }} className="mono job-id" title={id}>
      <UserText text={id} />
    </Link>
  );
}

function NameLink({ name }: { readonly name: string }) {
  return (
    <Link screen="queue" params={{ name }} className="job-name" title={name}>
      <UserText text={name} />
    </Link>
  );
}

function Signed({ of }: { readonly of: number }) {
  return <span className={of === 0 ? "zero quiet" : undefined}>{of > 0 ? `+${of}` : of}</span>;
}

function Optional({ text }: { readonly text: string }) {
  return text === "" ? <span className="quiet">-</span> : <UserText text={text} max={40} />;
}

function Labels({ labels }: { readonly labels: Job["labels"] }) {
  const entries = Object.entries(labels);
  if (entries.length === 0) return <span className="quiet">-</span>;

  return (
    <span className="job-labels">
      {entries.slice(0, 3).map(([key, value]) => (
        <span key={key}>
          <span className="quiet">
            <UserText text={key} max={24} />
          </span>{" "}
          <UserText text={value} max={24} />
        </span>
      ))}
      {entries.length > 3 && <span className="quiet">+{entries.length - 3}</span>}
    </span>
  );
}

function ErrorLine({ error }: { readonly error: Job["lastError"] }) {
  if (!error) return <span className="quiet">-</span>;

  return (
    <span className="job-error">
      <span className="mono">
        <UserText text={error.class} max={60} />
      </span>{" "}
      <span className="quiet">
        <UserText text={error.message} max={160} />
      </span>
    </span>
  );
}
