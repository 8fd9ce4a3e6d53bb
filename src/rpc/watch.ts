// What changes, for one who watches: a frame when there is something new, at most one in each interval, and a heartbeat
// when there is not. Nothing is queued: whoever reads slowly is told later, and then how things stand by then.
import { create } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { Frame, Interest, Topic } from "../broker/feed.ts";
import {
  type WatchRequest,
  type WatchResponse,
  WatchResponseSchema,
  WatchTopic,
} from "../gen/lakh/v1/admin_pb.ts";
import { checkName } from "../job/admission.ts";
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { Bell } from "./bell.ts";
import { expectNone, invalid } from "./errors.ts";
import { viewBrief } from "./job-view.ts";
import { viewOperation } from "./operation-view.ts";
import { viewOverview, viewQueue } from "./overview-view.ts";
import { spanMs } from "./times.ts";
import { viewWorkerAlone } from "./worker-view.ts";

export async function* watch(
  broker: Broker,
  { request, serverVersion }: { request: WatchRequest; serverVersion: string },
  { signal }: HandlerContext,
): AsyncGenerator<WatchResponse> {
  const interest = readInterest(request);
  const intervalMs = readInterval(request.interval);
  let sequence = readSequence(request.afterSequence);
  const bell = new Bell(broker.clock);
  const watcher = broker.feed.watch(interest);
  signal.addEventListener("abort", bell.ring, { once: true });
  try {
    // Counted in spans, not instants: the wall clock may jump.
    let [frameInMs, beatInMs] = [0, 0];
    for (;;) {
      const frame: Frame | undefined = frameInMs === 0 ? await watcher.read(sequence) : undefined;
      signal.throwIfAborted();
      if (frame) [sequence, frameInMs] = [frame.sequence, intervalMs];
      if (beatInMs === 0 || (frame && hasNews(frame))) {
        yield frame ? viewFrame(broker, frame, serverVersion) : create(WatchResponseSchema, beatOf(sequence));
        beatInMs = LIMITS.watchBeatMs;
      }
      const stepMs = Math.min(frameInMs, beatInMs);
      await bell.wait(broker.clock.now() + stepMs);
      frameInMs -= stepMs;
      beatInMs -= stepMs;
      signal.throwIfAborted();
    }
  } finally {
    signal.removeEventListener("abort", bell.ring);
    watcher.close();
  }
}

const TOPICS: ReadonlyMap<WatchTopic, Topic> = new Map([
  [WatchTopic.OVERVIEW, "overview"],
  [WatchTopic.QUEUES, "queues"],
  [WatchTopic.WORKERS, "workers"],
  [WatchTopic.OPERATIONS, "operations"],
  [WatchTopic.JOBS, "jobs"],
]);

function readInterest({ topics, names }: WatchRequest): Interest {
  if (topics.length === 0 || topics.length > TOPICS.size)
    throw invalid("topics", `must be 1 to ${TOPICS.size} topics, is ${topics.length}`);
  const read = new Set<Topic>();
  for (const [i, said] of topics.entries()) {
    const topic = TOPICS.get(said);
    if (!topic) throw invalid(`topics[${i}]`, "must be a topic");
    if (read.has(topic)) throw invalid(`topics[${i}]`, "must not be there twice");
    read.add(topic);
  }
  if (names.length > LIMITS.filterValuesMax)
    throw invalid("names", `must be at most ${LIMITS.filterValuesMax}, is ${names.length}`);
  for (const [i, name] of names.entries()) expectNone(checkName(`names[${i}]`, name));

  return { topics: read, names: names.length === 0 ? undefined : new Set(names as JobName[]) };
}

function readInterval(interval: WatchRequest["interval"]): number {
  if (!interval) return LIMITS.watchIntervalMsDefault;
  const ms = spanMs("interval", interval);
  if (ms < LIMITS.watchIntervalMsMin || ms > LIMITS.watchIntervalMsMax)
    throw invalid("interval", "must be 1 s to 60 s");

  return ms;
}

/** Undefined for one that was never given out, as for none. */
function readSequence(sequence: bigint): number | undefined {
  return sequence === 0n || sequence > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(sequence);
}

function hasNews(frame: Frame): boolean {
  const { queues, queuesGone, workers, workersGone, operations, jobs, jobsForgotten } = frame;
  return (
    frame.isSnapshot ||
    frame.overview !== undefined ||
    frame.jobsLeftOut > 0 ||
    [queues, queuesGone, workers, workersGone, operations, jobs, jobsForgotten].some(
      ({ length }) => length > 0,
    )
  );
}

function beatOf(sequence: number | undefined) {
  return { sequence: BigInt(sequence ?? 0) };
}

function viewFrame(broker: Broker, frame: Frame, serverVersion: string): WatchResponse {
  const { overview } = frame;
  const now = broker.clock.now();
  const { retention } = broker.settings;
  return create(WatchResponseSchema, {
    sequence: BigInt(frame.sequence),
    snapshot: frame.isSnapshot,
    ...(overview && { overview: viewOverview(overview, serverVersion) }),
    queues: frame.queues.map((queue) => viewQueue(queue, now)),
    queuesGone: [...frame.queuesGone],
    workers: frame.workers.map(viewWorkerAlone),
    workersGone: [...frame.workersGone],
    operations: frame.operations.map(viewOperation),
    jobs: frame.jobs.map((job) => viewBrief(job, retention)),
    jobsLeftOut: BigInt(frame.jobsLeftOut),
    jobsForgotten: [...frame.jobsForgotten],
  });
}
