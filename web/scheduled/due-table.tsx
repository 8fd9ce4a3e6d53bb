// Jobs by their due time.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { openBulk } from "../bulk/bulk-store.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { type Picks, usePicks } from "../parts/picks.ts";
import { StateBadge, standingOf } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Ago, Instant } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";

export function DueTable({ jobs }: { readonly jobs: readonly Job[] }) {
  const may = useMay();
  const picks = usePicks();
  const shown = new Set(jobs.map(({ id }) => id));
  const ids = [...picks.keys].filter((id) => shown.has(id));
  return (
    <div className="panel">
      {may.change && <PickedActions ids={ids} picks={picks} />}
      <Table
        caption="Scheduled jobs, the next due first"
        columns={COLUMNS}
        rows={jobs}
        keyOf={({ id }) => id}
        open={({ id }) => go("job", { id })}
        {...(may.change && { picks })}
      />
    </div>
  );
}

function PickedActions({ ids, picks }: { readonly ids: readonly string[]; readonly picks: Picks }) {
  if (ids.length === 0) return null;

  return (
    <div className="row picked">
      <span>{formatMany(ids.length, "job")} picked</span>
      <button type="button" className="button small" onClick={() => openBulk({ kind: "run_now", ids })}>
        Run now
      </button>
      <button type="button" className="button small danger" onClick={() => openBulk({ kind: "cancel", ids })}>
        Cancel …
      </button>
      <button type="button" className="button small bare" onClick={picks.clear}>
        Pick none
      </button>
    </div>
  );
}

const COLUMNS: readonly Column<Job>[] = [
  { key: "in", head: "Due", isNumber: true, cell: ({ dueAt }) => <Ago at={dueAt} /> },
  { key: "at", head: "At", cell: ({ dueAt }) => <Instant at={dueAt} /> },
  {
    key: "name",
    head: "Name",
    cell: ({ name }) => (
      <Link screen="queue" params={{ name }}>
        <UserText text={name} />
      </Link>
    ),
  },
  {
    key: "id",
    head: "Id",
    isWide: true,
    cell: ({ id }) => (
      <Link screen="job" params={{ id }} className="mono">
        <UserText text={id} />
      </Link>
    ),
  },
  { key: "state", head: "State", cell: (job) => <StateBadge standing={standingOf(job)} /> },
  { key: "failures", head: "Failures", isNumber: true, cell: ({ failures }) => formatCount(failures) },
  { key: "priority", head: "Priority", isNumber: true, cell: ({ priority }) => priority },
];
