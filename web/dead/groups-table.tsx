// One row for each group: how many, of which name, what went wrong, since when.
import { DeadGroupKind } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { DeadGroup } from "../../src/gen/lakh/v1/overview_pb.ts";
import { openBulk } from "../bulk/bulk-store.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { type Column, Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { partsOfLine } from "./error-line.ts";
import { filterOfGroup } from "./group-filter.ts";

export interface GroupsTableProps {
  readonly groups: readonly DeadGroup[];
  readonly kind: DeadGroupKind;
  readonly name: string | undefined;
}

export function GroupsTable({ groups, kind, name }: GroupsTableProps) {
  const may = useMay();
  const sum = groups.reduce((sum, { jobs }) => sum + jobs, 0n);
  return (
    <div className="panel">
      <p className="panel-note quiet">
        {formatMany(sum, "job")} in {formatMany(groups.length, "group")}
      </p>
      <Table
        caption="Groups of jobs with the same error"
        columns={columnsOf(kind)}
        rows={groups}
        keyOf={({ name: of, group }) => `${of} ${group}`}
        open={({ group, name: of }) => go("dead", paramsOf(group, kind, name ?? of))}
        keys={may.change ? { r: { does: "retry the group", run: (row) => retryGroup(row, kind) } } : {}}
      />
    </div>
  );
}

export function retryGroup({ group, name, jobs }: DeadGroup, kind: DeadGroupKind): void {
  openBulk({
    kind: kind === DeadGroupKind.RETRYING ? "run_now" : "retry",
    filter: filterOfGroup(group, kind),
    title: `${formatMany(jobs, "job")} of ${name}`,
  });
}

function paramsOf(group: string, kind: DeadGroupKind, name: string | undefined) {
  return { group, name, kind: kind === DeadGroupKind.RETRYING ? "retrying" : undefined };
}

function columnsOf(kind: DeadGroupKind): readonly Column<DeadGroup>[] {
  return [
    {
      key: "jobs",
      head: "Jobs",
      isNumber: true,
      cell: ({ jobs }) => <span className="group-count">{formatCount(jobs)}</span>,
    },
    { key: "error", head: "Error", isWide: true, cell: (row) => <GroupName row={row} kind={kind} /> },
    { key: "first", head: "First seen", isNumber: true, cell: ({ firstSeen }) => <Ago at={firstSeen} /> },
    { key: "last", head: "Last seen", isNumber: true, cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
    { key: "do", head: "Actions", isHeadUnseen: true, cell: (row) => <GroupAction row={row} kind={kind} /> },
  ];
}

function GroupName({ row, kind }: { readonly row: DeadGroup; readonly kind: DeadGroupKind }) {
  const { name, errorClass, errorLine, group } = row;
  return (
    <div className="group-name">
      <Link screen="dead" params={paramsOf(group, kind, name)}>
        <span className="mono">
          <UserText text={errorClass || "no class"} max={80} />
        </span>
      </Link>
      <span className="quiet">
        in <UserText text={name} />
      </span>
      <ErrorLine line={errorLine} />
    </div>
  );
}

/** With its holes as chips. */
export function ErrorLine({ line }: { readonly line: string }) {
  return (
    <span className="error-line mono">
      {partsOfLine(line).map(({ text, isHole }, i) =>
        isHole ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line stay where they are
          <span className="hole" key={i}>
            {text}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one line stay where they are
          <UserText text={text} key={i} />
        ),
      )}
    </span>
  );
}

function GroupAction({ row, kind }: { readonly row: DeadGroup; readonly kind: DeadGroupKind }) {
  const may = useMay();
  if (!may.change) return null;

  const isRetrying = kind === DeadGroupKind.RETRYING;
  return (
    <button type="button" className="button small" onClick={() => retryGroup(row, kind)}>
      {isRetrying ? "Run now" : "Retry"}
      <span className="unseen">
        {formatMany(row.jobs, "job")} of {row.name}
      </span>
    </button>
  );
}
