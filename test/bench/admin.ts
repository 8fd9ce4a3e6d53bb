// What those who look after the work feel: how long the pages of a dashboard take when many jobs are stored, and what
// watching costs the work itself.
import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  GetOverviewRequestSchema,
  GetOverviewResponseSchema,
  ListDeadGroupsRequestSchema,
  ListJobsRequestSchema,
  ListQueuesRequestSchema,
  WatchRequestSchema,
  WatchTopic,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { EnqueueStreamRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import {
  type Delivery,
  ReportSchema,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages, writable } from "./grpc-stream.ts";
import { PAYLOAD, success } from "./streams.ts";
import { callHttp2 } from "./unary.ts";

const NAMES = 100;
const BATCH = 500;

/** What is asked, and what of. */
interface Question {
  readonly what: string;
  readonly path: string;
  readonly body: Buffer;
}

const filtered = (filter: MessageInitShape<typeof ListJobsRequestSchema>["filter"]) =>
  question("ListJobs", ListJobsRequestSchema, { filter });

const QUESTIONS: readonly Question[] = [
  { what: "overview", ...question("GetOverview", GetOverviewRequestSchema, {}) },
  { what: "queue list, 100", ...question("ListQueues", ListQueuesRequestSchema, {}) },
  { what: "job list, newest", ...filtered(undefined) },
  { what: "job list, dead", ...filtered({ states: [JobState.DEAD] }) },
  { what: "job list, one name, ready", ...filtered({ states: [JobState.READY], names: ["load.7"] }) },
  { what: "dead groups", ...question("ListDeadGroups", ListDeadGroupsRequestSchema, {}) },
];

function question<Desc extends DescMessage>(rpc: string, schema: Desc, message: MessageInitShape<Desc>) {
  return {
    path: `/lakh.v1.AdminService/${rpc}`,
    body: Buffer.from(toBinary(schema, create(schema, message))),
  };
}

export interface PageTime {
  readonly what: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks each question `calls` times, one after the other. */
export async function pageTimes(url: string, calls: number): Promise<PageTime[]> {
  const session = openSession(url);
  const headers = { "content-type": "application/proto" };
  const times: PageTime[] = [];
  for (const { what, path, body } of QUESTIONS) {
    const tookMs: number[] = [];
    for (let i = 0; i < calls; i++) {
      const startedAt = performance.now();
      await callHttp2(session, { path, headers, body });
      tookMs.push(performance.now() - startedAt);
    }
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => tookMs[Math.min(Math.floor(calls * share), calls - 1)] ?? Number.NaN;
    times.push({ what, p50Ms: at(0.5), p99Ms: at(0.99) });
  }
  session.destroy();
  return times;
}

/** Brings the store to this many jobs over 100 names: a tenth scheduled, some succeeded, some dead, most ready. */
export async function fill(url: string, jobs: number): Promise<void> {
  const session = openSession(url);
  const missing = jobs - (await storedJobs(url));
  const producer = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  producer.resume();
  for (let sent = 0; sent < missing; sent += BATCH) {
    const count = Math.min(BATCH, missing - sent);
    producer.write(envelope(toBinary(EnqueueStreamRequestSchema, batchOf(count, sent / BATCH))));
    await writable(producer);
  }
  await new Promise((resolve) => producer.on("end", resolve).end());
  await workOff(session, Math.min(20_000, Math.floor(missing / 10)));
  session.destroy();
}

function batchOf(count: number, turn: number) {
  const name = `load.${turn % NAMES}`;
  const payload = { case: "data" as const, value: PAYLOAD };
  const later = { case: "delay" as const, value: { seconds: 86_400n } };
  const jobs = Array.from({ length: count }, (_, i) => ({
    ...{ name, payload, retry: { maxRetries: 0 } },
    ...(i % 10 === 0 && { start: later }),
  }));
  return create(EnqueueStreamRequestSchema, { jobs });
}

/** A worker finishes some of the jobs, every other one badly. */
async function workOff(session: ReturnType<typeof openSession>, jobs: number): Promise<void> {
  const call = openCall(session, "/lakh.v1.WorkerService/Work");
  const names = Array.from({ length: NAMES }, (_, i) => `load.${i}`);
  const say = (request: MessageInitShape<typeof WorkRequestSchema>) =>
    call.write(envelope(toBinary(WorkRequestSchema, create(WorkRequestSchema, request))));
  say({ hello: { names, capacity: 500 } });
  let done = 0;
  await readMessages(call, (bytes) => {
    const { jobs: deliveries } = fromBinary(WorkResponseSchema, bytes);
    if (deliveries.length > 0) say({ reports: deliveries.map((one) => reportOn(one, done++)) });
    return done >= jobs;
  });
}

function reportOn(delivery: Delivery, nth: number) {
  if (nth % 2 === 0) return success(delivery);

  const { jobId, attempt } = delivery;
  const error = { class: "TimeoutError", message: `no answer from host ${nth % 7} after ${nth} ms` };
  return create(ReportSchema, { jobId, attempt, report: { case: "fail", value: { error } } });
}

async function storedJobs(url: string): Promise<number> {
  const session = openSession(url);
  const headers = { "content-type": "application/proto" };
  const body = Buffer.from(toBinary(GetOverviewRequestSchema, create(GetOverviewRequestSchema)));
  const answer = await callHttp2(session, { path: "/lakh.v1.AdminService/GetOverview", headers, body });
  session.destroy();
  const counts = fromBinary(GetOverviewResponseSchema, answer).overview?.jobs;
  const {
    scheduled = 0n,
    ready = 0n,
    reserved = 0n,
    succeeded = 0n,
    dead = 0n,
    cancelled = 0n,
  } = counts ?? {};
  return Number(scheduled + ready + reserved + succeeded + dead + cancelled);
}

/** Opens streams that watch everything but single jobs, once a second. Answers how to close them. */
export async function openWatchers(url: string, count: number): Promise<() => void> {
  const session = openSession(url);
  const topics = [WatchTopic.OVERVIEW, WatchTopic.QUEUES, WatchTopic.WORKERS, WatchTopic.OPERATIONS];
  const request = create(WatchRequestSchema, { topics, interval: { seconds: 1n } });
  const framed = envelope(toBinary(WatchRequestSchema, request));
  await Promise.all(
    Array.from({ length: count }, async () => {
      const call = openCall(session, "/lakh.v1.AdminService/Watch");
      call.end(framed);
      await new Promise((resolve) => call.once("data", resolve));
    }),
  );
  return () => session.destroy();
}
