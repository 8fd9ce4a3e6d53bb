// Which queues hand out jobs, and which workers get them, as operators say.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import {
  type DrainWorkersRequest,
  type DrainWorkersResponse,
  DrainWorkersResponseSchema,
  type PauseQueuesRequest,
  type PauseQueuesResponse,
  PauseQueuesResponseSchema,
  type ResumeQueuesRequest,
  type ResumeQueuesResponse,
  ResumeQueuesResponseSchema,
} from "../gen/lakh/v1/admin_pb.ts";
import { checkId, checkName } from "../job/admission.ts";
import type { JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { expectNone, expectTaking, invalid } from "./errors.ts";
import { readNames } from "./introduction.ts";

export async function pauseQueues(broker: Broker, request: PauseQueuesRequest): Promise<PauseQueuesResponse> {
  const names = readNames("names", request.names);
  expectTaking(broker);
  const paused = await broker.queues.pause(names);
  if (!paused) {
    const bound = `names: no more than ${LIMITS.pausedNamesMax} can be paused in all`;
    throw new ConnectError(bound, Code.ResourceExhausted);
  }

  return create(PauseQueuesResponseSchema, { paused: [...paused] });
}

export async function resumeQueues(
  broker: Broker,
  request: ResumeQueuesRequest,
): Promise<ResumeQueuesResponse> {
  const names = readNames("names", request.names);
  expectTaking(broker);
  const resumed = await broker.queues.resume(names);

  return create(ResumeQueuesResponseSchema, { resumed: [...resumed] });
}

export function drainWorkers(
  broker: Broker,
  { workerIds, names, everyone }: DrainWorkersRequest,
): DrainWorkersResponse {
  if (workerIds.length === 0 && names.length === 0 && !everyone)
    throw invalid("worker_ids", "is required, or names, or everyone");
  if (workerIds.length > LIMITS.drainedWorkersMax)
    throw invalid("worker_ids", `must be at most ${LIMITS.drainedWorkersMax}, is ${workerIds.length}`);
  for (const [i, id] of workerIds.entries()) expectNone(checkId(`worker_ids[${i}]`, id));
  if (names.length > LIMITS.filterValuesMax)
    throw invalid("names", `must be at most ${LIMITS.filterValuesMax}, is ${names.length}`);
  for (const [i, name] of names.entries()) expectNone(checkName(`names[${i}]`, name));
  expectTaking(broker);

  const drained = broker.drainWorkers({ ids: workerIds as WorkerId[], names: names as JobName[], everyone });
  return create(DrainWorkersResponseSchema, { workerIds: [...drained] });
}
