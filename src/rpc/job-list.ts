// Jobs that match a filter, page by page, and the groups of what went wrong with them.
import { create } from "@bufbuild/protobuf";
import type { Broker } from "../broker/broker.ts";
import {
  DeadGroupKind,
  DeadGroupOrder,
  JobOrder,
  JobView,
  type ListDeadGroupsRequest,
  type ListDeadGroupsResponse,
  ListDeadGroupsResponseSchema,
  type ListJobsRequest,
  type ListJobsResponse,
  ListJobsResponseSchema,
} from "../gen/lakh/v1/admin_pb.ts";
import { type DeadGroup, DeadGroupSchema } from "../gen/lakh/v1/overview_pb.ts";
import { checkName } from "../job/admission.ts";
import type { JobFilter } from "../job/filter.ts";
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Troubled } from "../job/standing.ts";
import type { Cursor, ErrorGroup, GroupSearch, SearchOrder } from "../store/search.ts";
import { expectNone, invalid } from "./errors.ts";
import { readFilter } from "./filter-reading.ts";
import { viewBrief, viewStored } from "./job-view.ts";
import { foundAfter, readPage } from "./page-token.ts";
import { toTimestamp } from "./times.ts";

export async function listJobs(broker: Broker, request: ListJobsRequest): Promise<ListJobsResponse> {
  const filter = request.filter ? readFilter("filter", request.filter) : {};
  const order = readOrder(request.order, filter);
  const whole = readView(request.view);
  const { jobPageSizeDefault: sizeDefault } = LIMITS;
  const page = readPage(request, { list: ["ListJobs", filter, order], sizeDefault });

  const after = page.after as Cursor | undefined;
  const query = { filter, order, ...(after !== undefined && { after }), jobsMax: page.size, whole };
  const found = await foundAfter(page, () => broker.finder.find(query));
  const { retention } = broker.settings;
  return create(ListJobsResponseSchema, {
    jobs: whole
      ? found.whole.map((stored) => viewStored(stored, retention))
      : found.jobs.map((job) => viewBrief(job, retention)),
    nextPageToken: page.tokenFor(found.after),
    searched: BigInt(found.searched),
    candidates: BigInt(found.candidates),
  });
}

const ORDERS: ReadonlyMap<JobOrder, SearchOrder> = new Map([
  [JobOrder.NEWEST, "newest"],
  [JobOrder.OLDEST, "oldest"],
  [JobOrder.LATEST, "latest"],
  [JobOrder.EARLIEST, "earliest"],
]);

function readOrder(said: JobOrder, { states }: JobFilter): SearchOrder {
  if (said === JobOrder.UNSPECIFIED) return states ? "latest" : "newest";
  const order = ORDERS.get(said);
  if (!order) throw invalid("order", "must be an order of jobs");

  return order;
}

/** Whether jobs are shown whole. */
function readView(said: JobView): boolean {
  if (said === JobView.FULL) return true;
  if (said !== JobView.UNSPECIFIED && said !== JobView.BASIC) throw invalid("view", "must be BASIC or FULL");

  return false;
}

export async function listDeadGroups(
  broker: Broker,
  request: ListDeadGroupsRequest,
): Promise<ListDeadGroupsResponse> {
  const { name } = request;
  if (name !== "") expectNone(checkName("name", name));
  const as = readKind(request.kind);
  const order = readGroupOrder(request.order);
  const { jobPageSizeDefault: sizeDefault } = LIMITS;
  const page = readPage(request, { list: ["ListDeadGroups", name, as, order], sizeDefault });

  const search: GroupSearch = {
    as,
    order,
    ...(name !== "" && { name: name as JobName }),
    ...(page.after !== undefined && { after: page.after as Cursor }),
    groupsMax: page.size,
  };
  const { groups, after } = await foundAfter(page, () => broker.finder.groups(search));
  return create(ListDeadGroupsResponseSchema, {
    groups: groups.map(viewGroup),
    nextPageToken: page.tokenFor(after),
  });
}

function readKind(said: DeadGroupKind): Troubled {
  if (said === DeadGroupKind.RETRYING) return "retrying";
  if (said !== DeadGroupKind.UNSPECIFIED && said !== DeadGroupKind.DEAD)
    throw invalid("kind", "must be DEAD or RETRYING");

  return "dead";
}

function readGroupOrder(said: DeadGroupOrder): GroupSearch["order"] {
  if (said === DeadGroupOrder.LATEST) return "latest";
  if (said !== DeadGroupOrder.UNSPECIFIED && said !== DeadGroupOrder.LARGEST)
    throw invalid("order", "must be LARGEST or LATEST");

  return "largest";
}

function viewGroup(group: ErrorGroup): DeadGroup {
  return create(DeadGroupSchema, {
    group: group.group,
    name: group.name,
    errorClass: group.class,
    errorLine: group.pattern,
    jobs: BigInt(group.jobs),
    firstSeen: toTimestamp(group.firstAt),
    lastSeen: toTimestamp(group.lastAt),
    sampleId: group.sampleId,
  });
}
