// What there is, page by page: queues, jobs, workers, groups of errors.
import { create } from "@bufbuild/protobuf";
import type { Broker } from "../broker/broker.ts";
import {
  type GetQueueRequest,
  type GetQueueResponse,
  GetQueueResponseSchema,
  type ListQueuesRequest,
  type ListQueuesResponse,
  ListQueuesResponseSchema,
  type ListWorkersRequest,
  type ListWorkersResponse,
  ListWorkersResponseSchema,
} from "../gen/lakh/v1/admin_pb.ts";
import { checkId, checkName } from "../job/admission.ts";
import type { JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone } from "./errors.ts";
import { viewQueue } from "./overview-view.ts";
import { readPage } from "./page-token.ts";
import { viewWorker } from "./worker-view.ts";

export async function listQueues(broker: Broker, request: ListQueuesRequest): Promise<ListQueuesResponse> {
  const { namePrefix: prefix } = request;
  if (prefix !== "") expectNone(checkName("name_prefix", prefix));
  const page = readPage(request, { list: ["ListQueues", prefix], check: checkName });

  const { queues, more } = await broker.queues.list({
    prefix,
    after: page.after as JobName | undefined,
    queuesMax: page.size,
  });
  const now = broker.clock.now();
  return create(ListQueuesResponseSchema, {
    queues: queues.map((queue) => viewQueue(queue, now)),
    nextPageToken: page.tokenFor(more ? queues.at(-1)?.name : undefined),
  });
}

export async function getQueue(broker: Broker, request: GetQueueRequest): Promise<GetQueueResponse> {
  expectNone(checkName("name", request.name));
  const name = request.name as JobName;
  const queue = await broker.queues.get(name);
  const { workers } = broker.workers({ name, workersMax: LIMITS.queueWorkersMax });

  return create(GetQueueResponseSchema, {
    queue: viewQueue(queue, broker.clock.now()),
    workers: workers.map(viewWorker),
  });
}

export function listWorkers(broker: Broker, request: ListWorkersRequest): ListWorkersResponse {
  const { name } = request;
  if (name !== "") expectNone(checkName("name", name));
  const page = readPage(request, { list: ["ListWorkers", name], check: checkId });

  const { workers, more } = broker.workers({
    ...(name !== "" && { name: name as JobName }),
    ...(page.after !== undefined && { after: page.after as WorkerId }),
    workersMax: page.size,
  });
  return create(ListWorkersResponseSchema, {
    workers: workers.map(viewWorker),
    nextPageToken: page.tokenFor(more ? workers.at(-1)?.id : undefined),
  });
}
