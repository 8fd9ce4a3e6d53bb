// One group: a sample in full, what tells its members apart, the members.
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, DeadGroupKind, JobOrder, JobView } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import type { DeadGroup } from "../../src/gen/lakh/v1/overview_pb.ts";
import { openBulk } from "../bulk/bulk-store.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { Empty, Failure, ScreenHead, Section, Waiting } from "../parts/section.tsx";
import { StateBadge, standingOf } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Ago } from "../parts/time.tsx";
import { useMay } from "../shell/me.ts";
import { go, Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import { GroupDifferences } from "./group-differences.tsx";
import { filterOfGroup, textOfGroup } from "./group-filter.ts";
import { GroupSample } from "./group-sample.tsx";
import { ErrorLine, retryGroup } from "./groups-table.tsx";

const MEMBERS_LOOKED_AT = 500;
const MEMBERS_SHOWN = 20;
const AGAIN_MS = 5_000;
/** Groups are found by going through the list of their name; more than so many of one name are not looked at. */
const GROUPS_LOOKED_AT = 1_000;

export interface GroupViewProps {
  readonly group: string;
  readonly kind: DeadGroupKind;
  readonly name: string | undefined;
}

export function GroupView({ group, kind, name }: GroupViewProps) {
  const { found, error, isPending } = useGroup({ group, kind, name });
  const members = useMembers(group, kind);
  const jobs = members.data?.jobs ?? [];
  const isRetrying = kind === DeadGroupKind.RETRYING;
  return (
    <>
      <ScreenHead title={<UserText text={found?.errorClass || (isPending ? "…" : "Group")} max={80} />}>
        {found && <GroupActions found={found} kind={kind} />}
      </ScreenHead>
      <p className="row">
        <Link screen="dead" params={{ kind: isRetrying ? "retrying" : undefined }}>
          All groups
        </Link>
        {found && <GroupFacts found={found} />}
      </p>
      {error && <Failure error={error} />}
      {members.error && <Failure error={members.error} retry={() => members.refetch()} />}
      {(isPending || members.isPending) && <Waiting />}
      {members.data && jobs.length === 0 && <GroupGone />}
      {found && <GroupSample jobId={found.sampleId} />}
      {jobs.length > 0 && <GroupDifferences jobs={jobs} all={found?.jobs} group={group} kind={kind} />}
      {jobs.length > 0 && <Members jobs={jobs} all={found?.jobs} query={textOfGroup(group, kind)} />}
    </>
  );
}

function useGroup({ group, kind, name }: GroupViewProps) {
  const query = useQuery(
    AdminService.method.listDeadGroups,
    { name: name ?? "", kind, pageSize: GROUPS_LOOKED_AT },
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData },
  );
  const found = query.data?.groups.find((row) => row.group === group);
  return { found, error: query.error, isPending: query.isPending };
}

function useMembers(group: string, kind: DeadGroupKind) {
  return useQuery(
    AdminService.method.listJobs,
    {
      filter: filterOfGroup(group, kind),
      order: JobOrder.LATEST,
      view: JobView.BASIC,
      pageSize: MEMBERS_LOOKED_AT,
    },
    { refetchInterval: AGAIN_MS, placeholderData: keepPreviousData },
  );
}

function GroupActions({ found, kind }: { readonly found: DeadGroup; readonly kind: DeadGroupKind }) {
  const may = useMay();
  if (!may.change) return null;

  const isRetrying = kind === DeadGroupKind.RETRYING;
  const filter = filterOfGroup(found.group, kind);
  const title = `${formatMany(found.jobs, "job")} of ${found.name}`;
  return (
    <>
      <button type="button" className="button primary" onClick={() => retryGroup(found, kind)}>
        {isRetrying ? "Run" : "Retry"} {formatMany(found.jobs, "job")}
        {isRetrying && " now"}
      </button>
      <button
        type="button"
        className="button danger"
        onClick={() => openBulk({ kind: "delete", filter, title })}
      >
        Delete …
      </button>
    </>
  );
}

function GroupFacts({ found }: { readonly found: DeadGroup }) {
  return (
    <span className="row quiet">
      <span>
        {formatMany(found.jobs, "job")} of{" "}
        <Link screen="queue" params={{ name: found.name }}>
          <UserText text={found.name} />
        </Link>
        , first <Ago at={found.firstSeen} />, last <Ago at={found.lastSeen} />
      </span>
      <ErrorLine line={found.errorLine} />
    </span>
  );
}

function GroupGone() {
  return (
    <Empty title="No job of this group is left">
      <p>They were retried, forgotten, or have moved on.</p>
    </Empty>
  );
}

interface MembersProps {
  readonly jobs: readonly Job[];
  readonly all: bigint | undefined;
  readonly query: string;
}

function Members({ jobs, all, query }: MembersProps) {
  const count = all === undefined ? "" : `${formatCount(all)} `;
  const aside = (
    <Link screen="jobs" params={{ q: query }}>
      All {count}in the list of jobs
    </Link>
  );
  return (
    <Section title="Members" aside={aside}>
      <div className="panel">
        <Table
          caption="Members of the group, the latest first"
          columns={MEMBER_COLUMNS}
          rows={jobs.slice(0, MEMBERS_SHOWN)}
          keyOf={({ id }) => id}
          open={({ id }) => go("job", { id })}
        />
      </div>
    </Section>
  );
}

const MEMBER_COLUMNS: readonly Column<Job>[] = [
  { key: "state", head: "State", cell: (job) => <StateBadge standing={standingOf(job)} /> },
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
  {
    key: "message",
    head: "Message",
    isWide: true,
    cell: ({ lastError }) => <UserText text={lastError?.message ?? ""} max={120} />,
  },
  { key: "attempt", head: "Attempt", isNumber: true, cell: ({ attempt }) => formatCount(attempt) },
  { key: "since", head: "Since", isNumber: true, cell: ({ since }) => <Ago at={since} /> },
];
