// ProducerService: jobs come in, and are asked after.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import { JobState, type Job as JobView } from "../gen/lakh/v1/job_pb.ts";
import {
  type CancelJobsRequest,
  CancelOutcome,
  type CancelResultSchema,
  type EnqueueRequest,
  EnqueueResponseSchema,
  type GetJobRequest,
  GetJobResponseSchema,
  type ProducerService,
  type WatchJobRequest,
  WatchJobResponseSchema,
} from "../gen/lakh/v1/producer_pb.ts";
import { checkId } from "../job/admission.ts";
import type { Retention } from "../job/deadline.ts";
import { type AttemptRecord, isFinished, type Job, type JobId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { isRefused } from "../job/move.ts";
import { REFUSAL_TEXTS } from "../job/refusal.ts";
import type { StoredJob } from "../store/search.ts";
import type { Enqueued, Outcome } from "../store/store.ts";
import { Bell, HEARTBEAT_MS } from "./bell.ts";
import { enqueueStream } from "./enqueue-stream.ts";
import { expectNone, invalid } from "./errors.ts";
import { viewExplanation } from "./explanation-view.ts";
import { admitSpecs } from "./job-spec.ts";
import { STATES, viewAttempt, viewJob, viewStored } from "./job-view.ts";
import { readIds } from "./selection.ts";
import { spanMs } from "./times.ts";

export function buildProducerService(broker: Broker): ServiceImpl<typeof ProducerService> {
  return {
    enqueue: (request, context) => enqueue(broker, request, context),
    enqueueStream: (requests, context) => enqueueStream(broker, requests, context),
    getJob: (request) => getJob(broker, request),
    watchJob: (request, context) => watchJob(broker, request, context),
    cancelJobs: (request) => cancelJobs(broker, request),
  };
}

async function enqueue(broker: Broker, request: EnqueueRequest, context: HandlerContext) {
  const waitMs = readWait(request);
  const enqueued = await broker.enqueue(admitSpecs(broker, request.jobs));
  if (waitMs === undefined)
    return create(EnqueueResponseSchema, { jobs: enqueued.map((one) => viewEnqueued(one)) });

  const ids = [...new Set(enqueued.map(({ job }) => job.id))];
  const seen = await broker.whenFinished(ids, { until: broker.clock.now() + waitMs, signal: context.signal });
  const jobs = enqueued.map((one) => {
    const waited = seen.get(one.job.id);
    return { ...viewEnqueued(one), ...(waited && { job: viewWaited(waited, broker.settings.retention) }) };
  });
  return create(EnqueueResponseSchema, { jobs });
}

function readWait({ jobs, wait }: EnqueueRequest): number | undefined {
  if (!wait) return undefined;
  const waitMs = spanMs("wait", wait);
  if (waitMs < 0 || waitMs > LIMITS.enqueueWaitMsMax) throw invalid("wait", "must be 0 to 60 s");
  if (jobs.length > LIMITS.enqueueWaitJobsMax)
    throw invalid("wait", `must be for at most ${LIMITS.enqueueWaitJobsMax} jobs, is for ${jobs.length}`);

  return waitMs;
}

function viewEnqueued({ job, duplicate, replaced }: Enqueued) {
  return { id: job.id, state: STATES[job.state.is], duplicate, replacedId: replaced?.id ?? "" };
}

/** The job as it stood when the wait ended: with its result, and of its attempts the last one. */
function viewWaited(
  { job, last }: { readonly job: Job; readonly last?: AttemptRecord },
  retention: Retention,
): JobView {
  const view = viewJob(job, retention);
  if (last) view.attempts.push(viewAttempt(last));
  return view;
}

async function getJob(broker: Broker, { id }: GetJobRequest) {
  const stored = await find(broker, id);
  const explanation = await broker.explain(stored.job);

  return create(GetJobResponseSchema, {
    job: viewStored(stored, broker.settings.retention),
    explanation: viewExplanation(explanation),
  });
}

async function find(broker: Broker, id: string): Promise<StoredJob> {
  expectNone(checkId("id", id));
  const stored = await broker.get(id as JobId);
  if (!stored) throw notFound(id);

  return stored;
}

function notFound(id: string): ConnectError {
  return new ConnectError(`job ${id}: ${REFUSAL_TEXTS.not_found}`, Code.NotFound);
}

async function* watchJob(broker: Broker, { id }: WatchJobRequest, { signal }: HandlerContext) {
  const bell = new Bell(broker.clock);
  const { retention } = broker.settings;
  let latest: Job | undefined;
  let isDeleted = false;
  const stop = broker.events.watch(id as JobId, (job, isForgotten) => {
    latest = job;
    isDeleted = isForgotten && !isFinished(job.state);
    bell.ring();
  });
  signal.addEventListener("abort", bell.ring, { once: true });
  try {
    // Watching began before this look, so nothing falls between the two; a change meanwhile is newer.
    const { job: seen } = await find(broker, id);
    latest ??= seen;
    for (;;) {
      if (isDeleted) throw notFound(id);
      const job: Job | undefined = latest;
      latest = undefined;
      yield create(WatchJobResponseSchema, job ? { job: viewJob(job, retention) } : {});
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
  const outcomes = await broker.cancel(readIds("ids", ids));

  return { results: outcomes.map(cancelResult) };
}

function cancelResult({ id, was, decision }: Outcome): MessageInitShape<typeof CancelResultSchema> {
  if (!was) return { id, outcome: CancelOutcome.NOT_FOUND, state: JobState.UNSPECIFIED };
  if (isRefused(decision))
    return { id, outcome: CancelOutcome.ALREADY_FINISHED, state: STATES[was.state.is] };

  return { id, outcome: CancelOutcome.CANCELLED, state: JobState.CANCELLED };
}
