// Streams: many jobs in over EnqueueStream, many jobs out to one worker over Work. All durable.
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, fromJson, toBinary } from "@bufbuild/protobuf";
import { ValueSchema } from "@bufbuild/protobuf/wkt";
import type { JobSpec } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  EnqueueStreamRequestSchema,
  EnqueueStreamResponseSchema,
} from "../../src/gen/lakh/v1/producer_pb.ts";
import {
  type Delivery,
  type Report,
  ReportSchema,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages, writable } from "./grpc-stream.ts";

export const PAYLOAD = Buffer.alloc(100, "x");

/** About as many bytes, as the JSON that jobs often are. */
export const JSON_PAYLOAD = {
  user: 48_151,
  email: "ada@example.org",
  urgent: false,
  tags: ["welcome", "trial"],
};

/** Jobs per second, counted when they are acknowledged. Default: jobs of 100 opaque bytes. */
export async function streamEnqueue(
  url: string,
  {
    jobs,
    batch,
    payload = PAYLOAD,
  }: { jobs: number; batch: number; payload?: Uint8Array | typeof JSON_PAYLOAD },
): Promise<number> {
  const session = openSession(url);
  const call = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  const spec = { name: "bench", payload: contentOf(payload) };
  const message = create(EnqueueStreamRequestSchema, { jobs: Array.from({ length: batch }, () => spec) });
  const framed = envelope(toBinary(EnqueueStreamRequestSchema, message));
  const messages = BigInt(Math.ceil(jobs / batch));

  const startedAt = performance.now();
  const acknowledged = readMessages(call, (bytes) => {
    return fromBinary(EnqueueStreamResponseSchema, bytes).messagesThrough >= messages;
  });
  for (let i = 0n; i < messages; i++) {
    call.write(framed);
    await writable(call);
  }
  await acknowledged;
  const seconds = (performance.now() - startedAt) / 1_000;
  session.destroy();
  return jobs / seconds;
}

function contentOf(payload: Uint8Array | typeof JSON_PAYLOAD): JobSpec["payload"] {
  if (payload instanceof Uint8Array) return { case: "data", value: payload };
  return { case: "json", value: fromJson(ValueSchema, payload) };
}

export interface DrainLoad {
  readonly jobs: number;
  readonly capacity: number;
  /** Default: one. */
  readonly workers?: number;
  /** Whether each report has a message of its own. Default: one for all that came together. */
  readonly singly?: boolean;
}

/** Jobs per second from the hello until the last report is durable. */
export async function drain(
  url: string,
  { jobs, capacity, workers = 1, singly = false }: DrainLoad,
): Promise<number> {
  const sessions = Array.from({ length: workers }, () => openSession(url));
  const startedAt = performance.now();
  let left = jobs;
  const all = Promise.withResolvers<void>();
  const reported = (count: number) => {
    left -= count;
    if (left <= 0) all.resolve();
  };
  for (const session of sessions) workOn(session, { capacity, singly, reported }).catch(all.reject);
  await all.promise;
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const session of sessions) session.destroy();
  return jobs / seconds;
}

interface Worker {
  readonly capacity: number;
  readonly singly: boolean;
  /** So many more of its reports are durable. */
  readonly reported: (count: number) => void;
}

async function workOn(session: ClientHttp2Session, { capacity, singly, reported }: Worker): Promise<void> {
  const call = openCall(session, "/lakh.v1.WorkerService/Work");
  const hello = create(WorkRequestSchema, { hello: { names: ["bench"], capacity } });
  call.write(envelope(toBinary(WorkRequestSchema, hello)));
  let through = 0n;
  await readMessages(call, (bytes) => {
    const { jobs: deliveries, reportsThrough, outcomes } = fromBinary(WorkResponseSchema, bytes);
    if (outcomes.length > 0) throw new Error(`a report was not accepted: ${outcomes[0]?.reason}`);
    const reports = deliveries.map(success);
    if (singly) call.write(Buffer.concat(reports.map((report) => requestOf([report]))));
    else if (reports.length > 0) call.write(requestOf(reports));
    if (reportsThrough > through) reported(Number(reportsThrough - through));
    through = reportsThrough > through ? reportsThrough : through;
    return false;
  });
}

function requestOf(reports: Report[]): Buffer {
  return envelope(toBinary(WorkRequestSchema, create(WorkRequestSchema, { reports })));
}

export function success({ jobId, attempt }: Delivery) {
  return create(ReportSchema, { jobId, attempt, report: { case: "succeed", value: {} } });
}

/** Megabytes per second of the same messages through a raw echo, there and back. */
export async function echoBytes(
  url: string,
  { framed, count }: { framed: Buffer; count: number },
): Promise<number> {
  const session = openSession(url);
  const call = openCall(session, "/stream");
  let received = 0;
  const startedAt = performance.now();
  const back = readMessages(call, () => ++received >= count);
  for (let i = 0; i < count; i++) {
    call.write(framed);
    await writable(call);
  }
  await back;
  const seconds = (performance.now() - startedAt) / 1_000;
  session.destroy();
  return count / seconds;
}
