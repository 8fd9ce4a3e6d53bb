// From enqueue to delivery at a fixed rate. The load is open: a job's time counts from the moment at which it was due to
// be enqueued, so a slow server is not spared the jobs that it delayed (no coordinated omission).
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { EnqueueStreamRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { type WorkRequest, WorkRequestSchema, WorkResponseSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages } from "./grpc-stream.ts";
import { success } from "./streams.ts";

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export async function deliveryLatency(
  url: string,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Latency> {
  const session = openSession(url);
  const total = perSecond * seconds;
  const tookMs: number[] = [];
  const worker = openCall(session, "/lakh.v1.WorkerService/Work");
  const say = (request: WorkRequest) => worker.write(envelope(toBinary(WorkRequestSchema, request)));
  say(create(WorkRequestSchema, { hello: { names: ["latency"], capacity: 1_000 } }));
  const delivered = readMessages(worker, (bytes) => {
    const { jobs } = fromBinary(WorkResponseSchema, bytes);
    const now = performance.now();
    for (const { payload } of jobs) tookMs.push(now - dueAtOf(payload.value));
    if (jobs.length > 0) say(create(WorkRequestSchema, { reports: jobs.map(success) }));
    return tookMs.length >= total;
  });

  await enqueueAtRate(session, { perSecond, total });
  await delivered;
  session.destroy();
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.min(Math.floor(total * share), total - 1)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

type Rate = { readonly perSecond: number; readonly total: number };

async function enqueueAtRate(
  session: ReturnType<typeof openSession>,
  { perSecond, total }: Rate,
): Promise<void> {
  const producer = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  producer.resume();
  const startedAt = performance.now() + 50;
  let sent = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond));
      for (; sent < due; sent++) producer.write(oneJob(startedAt + (sent / perSecond) * 1_000));
      if (sent < total) return;
      clearInterval(timer);
      resolve();
    }, 1);
  });
  producer.end();
}

function oneJob(dueAt: number): Buffer {
  const value = Buffer.alloc(8);
  value.writeDoubleLE(dueAt);
  const jobs = [{ name: "latency", payload: { case: "data" as const, value } }];
  return envelope(toBinary(EnqueueStreamRequestSchema, create(EnqueueStreamRequestSchema, { jobs })));
}

function dueAtOf(value: unknown): number {
  return Buffer.from(value as Uint8Array).readDoubleLE(0);
}
