// Dead jobs, grouped by what went wrong: a bad deploy is one row, not a thousand. The same over jobs between two
// attempts, where an outage shows hours before its jobs are dead.
import { useInfiniteQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { AdminService, DeadGroupKind, DeadGroupOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import { Empty, Failure, ScreenHead, Waiting } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { goParams, Link, usePlace } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import "./dead.css";
import { GroupView } from "./group-view.tsx";
import { GroupsTable } from "./groups-table.tsx";

const GROUPS_ON_PAGE = 50;
/** How often it is looked again: groups are no topic of the live stream. */
const AGAIN_MS = 5_000;

export function DeadScreen() {
  const { params } = usePlace();
  const kind = params.kind === "retrying" ? DeadGroupKind.RETRYING : DeadGroupKind.DEAD;
  if (params.group !== undefined) return <GroupView group={params.group} kind={kind} name={params.name} />;

  return <GroupsView kind={kind} name={params.name} order={params.order} />;
}

interface GroupsViewProps {
  readonly kind: DeadGroupKind;
  readonly name: string | undefined;
  readonly order: string | undefined;
}

function GroupsView({ kind, name, order }: GroupsViewProps) {
  const groups = useGroups({ kind, name, order });
  const rows = groups.data?.pages.flatMap((page) => page.groups) ?? [];
  return (
    <>
      <ScreenHead title={kind === DeadGroupKind.RETRYING ? "Retrying" : "Dead"}>
        <Segments
          label="Which jobs"
          options={[
            ["dead", "Dead"],
            ["retrying", "Retrying"],
          ]}
          value={kind === DeadGroupKind.RETRYING ? "retrying" : "dead"}
          change={(next) => goParams({ kind: next === "dead" ? undefined : next })}
        />
        <Segments
          label="Order"
          options={[
            ["largest", "Largest"],
            ["latest", "Latest"],
          ]}
          value={order === "latest" ? "latest" : "largest"}
          change={(next) => goParams({ order: next === "largest" ? undefined : next })}
        />
      </ScreenHead>
      {name !== undefined && <OfName name={name} />}
      {groups.error && <Failure error={groups.error} retry={() => groups.refetch()} />}
      {groups.isPending && <Waiting />}
      {groups.data && rows.length === 0 && <NoGroups kind={kind} />}
      {rows.length > 0 && <GroupsTable groups={rows} kind={kind} name={name} />}
      {groups.hasNextPage && (
        <button type="button" className="button more" onClick={() => groups.fetchNextPage()}>
          More groups
        </button>
      )}
    </>
  );
}

function useGroups({ kind, name, order }: GroupsViewProps) {
  return useInfiniteQuery(
    AdminService.method.listDeadGroups,
    {
      name: name ?? "",
      kind,
      order: order === "latest" ? DeadGroupOrder.LATEST : DeadGroupOrder.LARGEST,
      pageSize: GROUPS_ON_PAGE,
      pageToken: "",
    },
    {
      pageParamKey: "pageToken",
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      refetchInterval: AGAIN_MS,
      placeholderData: keepPreviousData,
    },
  );
}

function OfName({ name }: { readonly name: string }) {
  return (
    <p className="row">
      <span className="quiet">Only</span>
      <Link screen="queue" params={{ name }}>
        <UserText text={name} />
      </Link>
      <button type="button" className="button small" onClick={() => goParams({ name: undefined })}>
        Show all names
      </button>
    </p>
  );
}

function NoGroups({ kind }: { readonly kind: DeadGroupKind }) {
  return kind === DeadGroupKind.RETRYING ? (
    <Empty title="No job waits after a failure">
      <p>A job comes here when an attempt fails and it is to be tried again.</p>
    </Empty>
  ) : (
    <Empty title="No dead jobs">
      <p>
        A job comes here after its last retry, when a worker says that it is of no use to try again, or when
        too many workers vanished with it. It is kept until you bring it back or forget it.
      </p>
    </Empty>
  );
}
