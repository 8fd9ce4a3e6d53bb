// AdminService: everything can be seen, and anything repaired. Here is which rpc is answered where.
import type { ServiceImpl } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { AdminService, RetryJobsRequest } from "../gen/lakh/v1/admin_pb.ts";
import type { BulkMove } from "../job/bulk.ts";
import { LIMITS } from "../job/limits.ts";
import { changeJobs } from "./bulk.ts";
import type { CallCounts } from "./call-counts.ts";
import { invalid } from "./errors.ts";
import { getHistory, getSchedule } from "./history.ts";
import { listDeadGroups, listJobs } from "./job-list.ts";
import { getQueue, listQueues, listWorkers } from "./lists.ts";
import { getOperation, listOperations, stopOperation } from "./operations.ts";
import { viewOverview } from "./overview-view.ts";
import { drainWorkers, pauseQueues, resumeQueues } from "./steering.ts";
import { getSystem, type SystemFacts } from "./system.ts";
import { spanMs } from "./times.ts";
import { watch } from "./watch.ts";
import { type ServerIdentity, whoAmI } from "./who-am-i.ts";

export interface AdminParts {
  readonly server: ServerIdentity;
  readonly facts: SystemFacts;
  readonly calls: CallCounts;
}

export function buildAdminService(
  broker: Broker,
  { server, facts, calls }: AdminParts,
): ServiceImpl<typeof AdminService> {
  const { version: serverVersion } = server;
  return {
    getOverview: async () => ({ overview: viewOverview(await broker.overview(), serverVersion) }),
    listQueues: (request) => listQueues(broker, request),
    getQueue: (request) => getQueue(broker, request),
    listJobs: (request) => listJobs(broker, request),
    listWorkers: (request) => listWorkers(broker, request),
    listDeadGroups: (request) => listDeadGroups(broker, request),
    watch: (request, context) => watch(broker, { request, serverVersion }, context),
    retryJobs: async (request) => ({ result: await changeJobs(broker, request, readRetry(request)) }),
    runJobsNow: async (request) => ({ result: await changeJobs(broker, request, { move: "run_now" }) }),
    cancelMatchingJobs: async (request) => ({
      result: await changeJobs(broker, request, { move: "cancel" }),
    }),
    deleteJobs: async (request) => ({ result: await changeJobs(broker, request, { move: "delete" }) }),
    listOperations: () => listOperations(broker),
    getOperation: (request) => getOperation(broker, request),
    stopOperation: (request) => stopOperation(broker, request),
    pauseQueues: (request) => pauseQueues(broker, request),
    resumeQueues: (request) => resumeQueues(broker, request),
    drainWorkers: (request) => drainWorkers(broker, request),
    getHistory: (request) => getHistory(broker, request),
    getSchedule: (request) => getSchedule(broker, request),
    getSystem: () => getSystem(broker, { facts, calls, version: server.version }),
    whoAmI: () => whoAmI(server),
  };
}

function readRetry({ spread }: RetryJobsRequest): BulkMove {
  if (!spread) return { move: "retry" };
  const spreadMs = spanMs("spread", spread);
  if (spreadMs < 0 || spreadMs > LIMITS.spreadMsMax) throw invalid("spread", "must be 0 to 7 days");

  return { move: "retry", spreadMs };
}
