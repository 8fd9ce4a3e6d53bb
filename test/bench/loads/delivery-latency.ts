// From enqueue to delivery at a fixed rate, as an open load: a slow server is not spared the jobs that it delayed.
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { EnqueueStreamRequestSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import {
  type WorkRequest,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages } from "../grpc-stream.ts";
import { Histogram } from "../histogram.ts";
import { dueAt, keepSchedule, type Schedule } from "../schedule.ts";
import { success } from "../streams.ts";
import { callHttp2 } from "./http2-call.ts";

const NAME = "latency";
const PAYLOAD_BYTES = 100;
/** Between the hello of the worker and the first job. */
const PAUSE_MS = 50;
/** For what is still on its way when the last job was sent. */
const PATIENCE_MS = 60_000;

export interface OpenLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Messages of one stream, or a gRPC call for each job. */
  readonly by: "stream" | "calls";
}

/** Each job on its own, to one worker that reports it at once. Counts from when it was due until it is delivered. */
export async function deliveryLatency(url: string, { perSecond, seconds, by }: OpenLoad): Promise<Histogram> {
  const session = openSession(url);
  const schedule: Schedule = {
    startsAt: performance.now() + PAUSE_MS,
    perSecond,
    total: perSecond * seconds,
  };
  const delivered = deliveries(session, schedule);
  const { send, end } = by === "stream" ? openStream(session) : openCalls(session);
  await keepSchedule(schedule, (nth) => send(oneJob(dueAt(schedule, nth))));
  end();
  const giveUp = setTimeout(() => session.destroy(new Error("jobs do not arrive")), PATIENCE_MS);
  const histogram = await delivered.finally(() => clearTimeout(giveUp));
  session.destroy();
  return histogram;
}

async function deliveries(session: ClientHttp2Session, { startsAt, total }: Schedule): Promise<Histogram> {
  const histogram = new Histogram();
  const worker = openCall(session, "/lakh.v1.WorkerService/Work");
  const say = (request: WorkRequest) => worker.write(envelope(toBinary(WorkRequestSchema, request)));
  say(create(WorkRequestSchema, { hello: { names: [NAME], capacity: 1_000 } }));
  await readMessages(worker, (bytes) => {
    const { jobs } = fromBinary(WorkResponseSchema, bytes);
    const now = performance.now();
    for (const { payload } of jobs) {
      const wasDueAt = dueAtOf(payload.value);
      // The last reports of a run before this one may have been cut off; those jobs come again when they are lost.
      if (wasDueAt >= startsAt) histogram.record(now - wasDueAt);
    }
    if (jobs.length > 0) say(create(WorkRequestSchema, { reports: jobs.map(success) }));
    return histogram.count >= total;
  });
  return histogram;
}

interface Sender {
  send(message: Buffer): void;
  end(): void;
}

function openStream(session: ClientHttp2Session): Sender {
  const producer = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  producer.resume();
  return { send: (message) => producer.write(message), end: () => producer.end() };
}

/** A call that fails ends the measurement: its job would never be delivered. */
function openCalls(session: ClientHttp2Session): Sender {
  const call = { path: "/lakh.v1.ProducerService/Enqueue", headers: { "content-type": "application/grpc" } };
  return {
    send: (body) => void callHttp2(session, { ...call, body }).catch((error) => session.destroy(error)),
    end: () => {},
  };
}

/** One message of one job; those of a stream and of a call are the same on the wire. */
function oneJob(due: number): Buffer {
  const value = Buffer.alloc(PAYLOAD_BYTES);
  value.writeDoubleLE(due);
  const jobs = [{ name: NAME, payload: { case: "data" as const, value } }];
  return envelope(toBinary(EnqueueStreamRequestSchema, create(EnqueueStreamRequestSchema, { jobs })));
}

function dueAtOf(value: unknown): number {
  return Buffer.from(value as Uint8Array).readDoubleLE(0);
}
