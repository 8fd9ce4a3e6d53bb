// A store with many jobs in it, over 100 names: nine of ten ready, a tenth scheduled, some succeeded, some dead.
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { GetOverviewRequestSchema, GetOverviewResponseSchema } from "../../../src/gen/lakh/v1/admin_pb.ts";
import { EnqueueStreamRequestSchema } from "../../../src/gen/lakh/v1/producer_pb.ts";
import {
  type Delivery,
  ReportSchema,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages, writable } from "../grpc-stream.ts";
import { PAYLOAD, success } from "../streams.ts";
import { callHttp2 } from "./http2-call.ts";

export const BACKLOG_NAMES = Array.from({ length: 100 }, (_, i) => `load.${i}`);
const BATCH = 500;
/** Jobs that a worker finishes, every other one badly, so that there is something to group. */
const WORKED_OFF_MAX = 20_000;
const DAY_SECONDS = 86_400n;

/** Brings the store to this many jobs. */
export async function fill(url: string, jobs: number): Promise<void> {
  const session = openSession(url);
  const missing = jobs - (await storedJobs(session));
  const producer = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  producer.resume();
  for (let sent = 0; sent < missing; sent += BATCH) {
    const count = Math.min(BATCH, missing - sent);
    producer.write(envelope(toBinary(EnqueueStreamRequestSchema, batchOf(count, sent / BATCH))));
    await writable(producer);
  }
  await new Promise((resolve) => producer.on("end", resolve).end());
  await workOff(session, Math.min(WORKED_OFF_MAX, Math.floor(missing / 10)));
  session.destroy();
}

function batchOf(count: number, turn: number) {
  const name = BACKLOG_NAMES[turn % BACKLOG_NAMES.length] ?? "";
  const payload = { case: "data" as const, value: PAYLOAD };
  const later = { case: "delay" as const, value: { seconds: DAY_SECONDS } };
  const jobs = Array.from({ length: count }, (_, i) => ({
    ...{ name, payload, retry: { maxRetries: 0 } },
    ...(i % 10 === 0 && { start: later }),
  }));
  return create(EnqueueStreamRequestSchema, { jobs });
}

async function workOff(session: ClientHttp2Session, jobs: number): Promise<void> {
  if (jobs === 0) return;

  const call = openCall(session, "/lakh.v1.WorkerService/Work");
  const say = (request: MessageInitShape<typeof WorkRequestSchema>) =>
    call.write(envelope(toBinary(WorkRequestSchema, create(WorkRequestSchema, request))));
  say({ hello: { names: BACKLOG_NAMES, capacity: BATCH } });
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

async function storedJobs(session: ClientHttp2Session): Promise<number> {
  const answer = await callHttp2(session, {
    path: "/lakh.v1.AdminService/GetOverview",
    headers: { "content-type": "application/proto" },
    body: Buffer.from(toBinary(GetOverviewRequestSchema, create(GetOverviewRequestSchema))),
  });
  const counts = fromBinary(GetOverviewResponseSchema, answer).overview?.jobs;
  if (!counts) throw new Error("the server does not say how many jobs it has");

  const { scheduled, ready, reserved, succeeded, dead, cancelled } = counts;
  return Number(scheduled + ready + reserved + succeeded + dead + cancelled);
}
