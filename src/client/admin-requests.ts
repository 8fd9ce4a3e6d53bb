// What is asked of AdminService, in TypeScript's words, and its wire form.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  DeadGroupKind,
  DeadGroupOrder,
  JobOrder,
  JobView,
  type ListDeadGroupsRequestSchema,
  type ListJobsRequestSchema,
  type WatchRequestSchema,
  WatchTopic,
} from "../gen/lakh/v1/admin_pb.ts";
import { type JobFilter, JobFilterSchema } from "../gen/lakh/v1/filter_pb.ts";
import type { JobSelectionSchema } from "../gen/lakh/v1/operation_pb.ts";
import { parseFilter } from "./filter.ts";

/** Which jobs: in the language of docs/cli.md, or as the API has it. */
export type FilterInput = string | MessageInitShape<typeof JobFilterSchema>;

/** `newest` and `oldest` by enqueue, `latest` and `earliest` by the instant of their state. */
export type JobOrderWord = "newest" | "oldest" | "latest" | "earliest";

/** Which jobs to list, and how. */
export interface JobsWanted {
  /** Default: every job. */
  readonly filter?: FilterInput | undefined;
  /** Default: `latest` when the filter names states, else `newest`. */
  readonly order?: JobOrderWord | undefined;
  /** With payload, result and attempts. Default false. */
  readonly isFull?: boolean | undefined;
  /** Jobs in a page, 1 to 1000. Default 50. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** Which groups to list, and how. */
export interface DeadGroupsWanted {
  /** Only of this name. */
  readonly name?: string | undefined;
  /** Given up, or still tried. Default `dead`. */
  readonly kind?: "dead" | "retrying" | undefined;
  /** Those with the most jobs first, or those seen last. Default `largest`. */
  readonly order?: "largest" | "latest" | undefined;
  /** Groups in a page, 1 to 1000. Default 50. */
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
}

/** Which jobs to change. */
export type JobsSelected =
  /** 1 to 1000, at once: each is answered by its own result. */
  | { readonly ids: readonly string[] }
  /** All that match, by an operation in the background. */
  | {
      readonly filter: FilterInput;
      /** Must be true when the filter is empty. */
      readonly everything?: boolean | undefined;
      /** Only jobs that have been in their state since then or longer, epoch ms: `Preview.asOf`. Default: now. */
      readonly asOf?: number | undefined;
    };

/** What can be watched. */
export type WatchTopicWord = "overview" | "queues" | "workers" | "operations" | "jobs";

/** What to watch, and how often. */
export interface WatchWanted {
  /** At least one. */
  readonly topics: readonly WatchTopicWord[];
  /** At most one frame in this time, 1 s to 60 s. Default 2 s. */
  readonly intervalMs?: number | undefined;
  /** Only queues and jobs of these names, at most 100. Default: all. */
  readonly names?: readonly string[] | undefined;
}

const jobOrders: Readonly<Record<JobOrderWord, JobOrder>> = {
  newest: JobOrder.NEWEST,
  oldest: JobOrder.OLDEST,
  latest: JobOrder.LATEST,
  earliest: JobOrder.EARLIEST,
};
const groupKinds = { dead: DeadGroupKind.DEAD, retrying: DeadGroupKind.RETRYING } as const;
const groupOrders = { largest: DeadGroupOrder.LARGEST, latest: DeadGroupOrder.LATEST } as const;
const watchTopics: Readonly<Record<WatchTopicWord, WatchTopic>> = {
  overview: WatchTopic.OVERVIEW,
  queues: WatchTopic.QUEUES,
  workers: WatchTopic.WORKERS,
  operations: WatchTopic.OPERATIONS,
  jobs: WatchTopic.JOBS,
};

/** @throws {FilterError} when it is a text that cannot be read */
export function toFilter(filter: FilterInput): JobFilter {
  return typeof filter === "string"
    ? parseFilter(filter, { now: Date.now() })
    : create(JobFilterSchema, filter);
}

export function toListJobsRequest(wanted: JobsWanted): MessageInitShape<typeof ListJobsRequestSchema> {
  const { filter = "", order, isFull = false, pageSize = 0, pageToken = "" } = wanted;
  return {
    filter: toFilter(filter),
    order: order === undefined ? JobOrder.UNSPECIFIED : jobOrders[order],
    view: isFull ? JobView.FULL : JobView.BASIC,
    pageSize,
    pageToken,
  };
}

export function toListDeadGroupsRequest(
  wanted: DeadGroupsWanted,
): MessageInitShape<typeof ListDeadGroupsRequestSchema> {
  const { name = "", kind = "dead", order = "largest", pageSize = 0, pageToken = "" } = wanted;
  return {
    name,
    kind: groupKinds[kind],
    order: groupOrders[order],
    pageSize,
    pageToken,
  };
}

export function toSelection(selected: JobsSelected): MessageInitShape<typeof JobSelectionSchema> {
  if ("ids" in selected) return { jobs: { case: "ids", value: { ids: [...selected.ids] } } };

  const { filter, everything = false, asOf } = selected;
  return {
    jobs: { case: "filter", value: toFilter(filter) },
    everything,
    ...(asOf === undefined ? {} : { asOf: timestampFromMs(asOf) }),
  };
}

export function toWatchRequest(
  { topics, intervalMs, names = [] }: WatchWanted,
  afterSequence: bigint,
): MessageInitShape<typeof WatchRequestSchema> {
  return {
    topics: topics.map((topic) => watchTopics[topic]),
    names: [...names],
    afterSequence,
    ...(intervalMs === undefined ? {} : { interval: durationFromMs(intervalMs) }),
  };
}
