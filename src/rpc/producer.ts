// ProducerService: jobs come in, and are asked after.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import { JobState } from "../gen/lakh/v1/job_pb.ts";
import {
  type CancelJobsRequest,
  CancelOutcome,
  type CancelResultSchema,
  type EnqueueRequest,
  EnqueueResponseSchema,
  type GetJobRequest,
  type ProducerService,
  type WatchJobRequest,
  WatchJobResponseSchema,
} from "../gen/lakh/v1/producer_pb.ts";
import { checkId } from "../job/admission.ts";
import { isFinished, type Job, type JobId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { isRefused } from "../job/move.ts";
import { REFUSAL_TEXTS } from "../job/refusal.ts";
import type { StoredJob } from "../store/search.ts";
import type { Outcome } from "../store/store.ts";
import { Bell, HEARTBEAT_MS } from "./bell.ts";
import { enqueueStream } from "./enqueue-stream.ts";
import { expectNone, invalid } from "./errors.ts";
import { admitSpecs } from "./job-spec.ts";
import { STATES, viewJob, viewStored } from "./job-view.ts";

export function buildProducerService(broker: Broker): ServiceImpl<typeof ProducerService> {
  return {
    enqueue: (request) => enqueue(broker, request),
    enqueueStream: (requests, context) => enqueueStream(broker, requests, context),
    getJob: async ({ id }: GetJobRequest) => ({ job: viewStored(await find(broker, id)) }),
    watchJob: (request, context) => watchJob(broker, request, context),
    cancelJobs: (request) => cancelJobs(broker, request),
  };
}

async function enqueue(broker: Broker, { jobs }: EnqueueRequest) {
  const enqueued = await broker.enqueue(admitSpecs(broker, jobs));
  return create(EnqueueResponseSchema, {
    jobs: enqueued.map(({ job, duplicate }) => ({ id: job.id, state: STATES[job.state.is], duplicate })),
  });
}

async function find(broker: Broker, id: string): Promise<StoredJob> {
  expectNone(checkId("id", id));
  const stored = await broker.get(id as JobId);
  if (!stored) throw new ConnectError(`job ${id}: ${REFUSAL_TEXTS.not_found}`, Code.NotFound);

  return stored;
}

async function* watchJob(broker: Broker, { id }: WatchJobRequest, { signal }: HandlerContext) {
  const bell = new Bell(broker.clock);
  let latest: Job | undefined;
  const stop = broker.events.watch(id as JobId, (job) => {
    latest = job;
    bell.ring();
  });
  signal.addEventListener("abort", bell.ring, { once: true });
  try {
    // Watching began before this look, so nothing falls between the two; a change meanwhile is newer.
    const { job: seen } = await find(broker, id);
    latest ??= seen;
    for (;;) {
      const job: Job | undefined = latest;
      latest = undefined;
      yield create(WatchJobResponseSchema, job ? { job: viewJob(job) } : {});
      if (job && isFinished(job.state)) return;
      if (!latest) await bell.wait(broker.clock.now() + HEARTBEAT_MS);
      signal.throwIfAborted();
    }
  } finally {
    stop();
    signal.removeEventListener("abort", bell.ring);
  }
}

async function cancelJobs(broker: Broker, { ids }: CancelJobsRequest) {
  if (ids.length === 0 || ids.length > LIMITS.batchMax) {
    throw invalid("ids", `must be 1 to ${LIMITS.batchMax} ids, is ${ids.length}`);
  }
  for (const [i, id] of ids.entries()) expectNone(checkId(`ids[${i}]`, id));

  const outcomes = await broker.cancel(ids as JobId[]);
  return { results: outcomes.map(cancelResult) };
}

function cancelResult({ id, was, decision }: Outcome): MessageInitShape<typeof CancelResultSchema> {
  if (!was) return { id, outcome: CancelOutcome.NOT_FOUND, state: JobState.UNSPECIFIED };
  if (isRefused(decision))
    return { id, outcome: CancelOutcome.ALREADY_FINISHED, state: STATES[was.state.is] };

  return { id, outcome: CancelOutcome.CANCELLED, state: JobState.CANCELLED };
}
