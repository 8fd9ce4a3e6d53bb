// Scheduled jobs that become due within a short time, and a worker that joins very many waiting jobs. The group is due.ts;
// names, workers and idle streams have groups of their own.
//
// `scaleLines` yields lines of { what, figure, unit }, with `anchor` where there is one:
//   scheduled jobs due within a minute: how late the last one is (s), the server's processor for one (us), and the p99 of
//     others' enqueues meanwhile (ms), its anchor the p99 before;
//   the same jobs waiting: the first job of a worker that joins, the median of several (ms).
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobSpecSchema } from "../../src/gen/lakh/v1/job_pb.ts";
import {
  EnqueueStreamRequestSchema,
  EnqueueStreamResponseSchema,
} from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkRequestSchema, WorkResponseSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages, writable } from "./grpc-stream.ts";

const BATCH = 500;
/** So many jobs are surely stored in a second, while none is due yet. */
const STORED_PER_SECOND = 20_000;
/** A prime, so that every place comes up once. */
const STRIDE = 7_919;
const QUIET_MS = 3_000;
const JOINS = 20;

export interface ScaleLoad {
  readonly url: string;
  /** Microseconds of processor that the server has used so far. */
  readonly processorUs: () => number;
  readonly jobs: number;
  /** Within how many milliseconds they become due. */
  readonly withinMs: number;
  /** Whether in the order of their enqueue, or all over the store: then it is the disk that is measured. */
  readonly inOrder: boolean;
}

export interface ScaleLine {
  readonly what: string;
  readonly figure: number;
  readonly unit: "s" | "ms" | "us";
  readonly anchor?: number;
}

export async function* scaleLines(load: ScaleLoad): AsyncGenerator<ScaleLine> {
  const many = load.jobs.toLocaleString("en");
  const session = openSession(load.url);
  const firstDueAt = Date.now() + (load.jobs / STORED_PER_SECOND) * 1_000 + 2 * QUIET_MS;
  await schedule(session, load, firstDueAt);
  const quietMs = await enqueueUntil(session, Date.now() + QUIET_MS);
  await enqueueUntil(session, firstDueAt);
  const usedBefore = load.processorUs();
  const lastDueAt = firstDueAt + load.withinMs;
  const busyMs = await enqueueUntil(session, lastDueAt);
  await until(async () => (await scheduled(load.url)) === 0);
  const lateS = (Date.now() - lastDueAt) / 1_000;
  const what = `${many} jobs due within ${load.withinMs / 1_000} s${load.inOrder ? "" : ", all over the store"}`;
  yield { what: `${what}: the last one late by`, figure: lateS, unit: "s" };
  yield { what: `${what}: processor`, figure: (load.processorUs() - usedBefore) / load.jobs, unit: "us" };
  yield { what: `${what}: others' p99`, figure: at(busyMs, 0.99), unit: "ms", anchor: at(quietMs, 0.99) };

  const firstMs: number[] = [];
  for (let i = 0; i < JOINS; i++) firstMs.push(await firstJob(load.url));
  yield { what: `${many} jobs waiting: first job of who joins`, figure: at(firstMs, 0.5), unit: "ms" };
  session.destroy();
}

async function schedule(session: ClientHttp2Session, load: ScaleLoad, firstDueAt: number) {
  const { jobs, withinMs, inOrder } = load;
  const step = inOrder ? 1 : STRIDE;
  const call = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  call.resume();
  for (let sent = 0; sent < jobs; sent += BATCH) {
    const specs = Array.from({ length: Math.min(BATCH, jobs - sent) }, (_, i) => {
      const dueAt = firstDueAt + (((sent + i) * step) % jobs) * (withinMs / jobs);
      return {
        name: "scheduled",
        start: { case: "delay" as const, value: durationFromMs(Math.max(0, Math.round(dueAt - Date.now()))) },
      };
    });
    call.write(messageOf(specs));
    await writable(call);
  }
  await new Promise((resolve) => call.on("end", resolve).end());
}

function messageOf(jobs: MessageInitShape<typeof JobSpecSchema>[]): Buffer {
  return envelope(toBinary(EnqueueStreamRequestSchema, create(EnqueueStreamRequestSchema, { jobs })));
}

/** One enqueue after the other until that instant: how long each took, in milliseconds. */
async function enqueueUntil(session: ClientHttp2Session, instant: number): Promise<number[]> {
  const call = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  const message = messageOf([{ name: "other" }]);
  const tookMs: number[] = [];
  let saidAt = performance.now();
  call.write(message);
  await readMessages(call, (bytes) => {
    if (fromBinary(EnqueueStreamResponseSchema, bytes).messagesThrough <= tookMs.length) return false;
    tookMs.push(performance.now() - saidAt);
    if (Date.now() >= instant) return true;
    setTimeout(() => {
      saidAt = performance.now();
      call.write(message);
    }, 5);
    return false;
  });
  call.close();
  return tookMs;
}

async function scheduled(url: string): Promise<number> {
  const admin = createClient(AdminService, createGrpcTransport({ baseUrl: url }));
  const { overview } = await admin.getOverview({});
  return Number(overview?.jobs?.scheduled ?? 0n);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Over a connection of its own, from its hello to its first job. */
async function firstJob(url: string): Promise<number> {
  const session = openSession(url);
  const startedAt = performance.now();
  const call = openCall(session, "/lakh.v1.WorkerService/Work");
  const hello = { names: ["scheduled"], capacity: 10 };
  call.write(envelope(toBinary(WorkRequestSchema, create(WorkRequestSchema, { hello }))));
  await readMessages(call, (bytes) => fromBinary(WorkResponseSchema, bytes).jobs.length > 0);
  session.destroy();
  return performance.now() - startedAt;
}

function at(ms: readonly number[], share: number): number {
  const sorted = ms.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}
