// Many workers at once, each on a stream of its own: busy ones that share a heap of jobs, and idle ones.
import type { ClientHttp2Session } from "node:http2";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  EnqueueStreamRequestSchema,
  EnqueueStreamResponseSchema,
} from "../../../src/gen/lakh/v1/producer_pb.ts";
import {
  type WorkRequest,
  WorkRequestSchema,
  WorkResponseSchema,
} from "../../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openSession, readMessages, writable } from "../grpc-stream.ts";
import { PAYLOAD, success } from "../streams.ts";

/** Of one connection; the server allows 256 at once. */
const STREAMS_MAX = 200;
const BATCH = 200;
const CAPACITY = 1_000;
/** Connections that are opened at once. */
const ABREAST = 5;

/** Which worker does which names. */
export type Crowd = readonly (readonly string[])[];

/** So many jobs, evenly over the names, in messages of 200. Resolves when the last is acknowledged. */
export async function enqueueOver(url: string, jobs: number, names: readonly string[]): Promise<void> {
  const session = openSession(url);
  const call = openCall(session, "/lakh.v1.ProducerService/EnqueueStream");
  const messages = Math.ceil(jobs / BATCH);
  const acknowledged = readMessages(call, (bytes) => {
    return fromBinary(EnqueueStreamResponseSchema, bytes).messagesThrough >= BigInt(messages);
  });
  for (let i = 0; i < messages; i++) {
    call.write(envelope(messageOf(i * BATCH, Math.min(BATCH, jobs - i * BATCH), names)));
    await writable(call);
  }
  await acknowledged;
  session.destroy();
}

function messageOf(from: number, count: number, names: readonly string[]): Uint8Array {
  const payload = { case: "data" as const, value: PAYLOAD };
  const jobs = Array.from({ length: count }, (_, i) => ({
    name: names[(from + i) % names.length] ?? "",
    payload,
  }));
  return toBinary(EnqueueStreamRequestSchema, create(EnqueueStreamRequestSchema, { jobs }));
}

/** Jobs per second, from the first hello until every job is reported and that is durable. */
export async function drainTogether(url: string, jobs: number, crowd: Crowd): Promise<number> {
  const sessions = sessionsFor(url, crowd.length);
  const startedAt = performance.now();
  let left = jobs;
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  for (const [i, names] of crowd.entries()) {
    let through = 0;
    const worker = join(sessions, i, names);
    const read = readMessages(worker.call, (bytes) => {
      const { jobs: deliveries, reportsThrough } = fromBinary(WorkResponseSchema, bytes);
      if (deliveries.length > 0) worker.say(create(WorkRequestSchema, { reports: deliveries.map(success) }));
      left -= Number(reportsThrough) > through ? Number(reportsThrough) - through : 0;
      through = Math.max(through, Number(reportsThrough));
      if (left <= 0) resolve();
      return left <= 0;
    });
    read.catch((error) => left > 0 && reject(error));
  }
  await done;
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const session of sessions) session.destroy();
  return jobs / seconds;
}

/** Opens workers that get nothing to do, but answer as all must. Resolves when each was welcomed; answers how to close. */
export async function openIdleWorkers(url: string, count: number): Promise<() => void> {
  const sessions = sessionsFor(url, count);
  const connectionsOf = (session: number) => Math.min(STREAMS_MAX, count - session * STREAMS_MAX);
  for (let at = 0; at < sessions.length; at += ABREAST) {
    const opened = sessions
      .slice(at, at + ABREAST)
      .map((_, i) => openIdle(sessions, at + i, connectionsOf(at + i)));
    await Promise.all(opened);
  }
  return () => {
    for (const session of sessions) session.destroy();
  };
}

async function openIdle(
  sessions: readonly ClientHttp2Session[],
  session: number,
  count: number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const worker = join(sessions, session * STREAMS_MAX + i, ["idle"]);
      const read = readMessages(worker.call, (bytes) => {
        const { ping } = fromBinary(WorkResponseSchema, bytes);
        if (ping) worker.say(create(WorkRequestSchema, { pong: { nonce: ping.nonce } }));
        resolve();
        return false;
      });
      read.catch(reject);
      return promise;
    }),
  );
}

function sessionsFor(url: string, streams: number): ClientHttp2Session[] {
  return Array.from({ length: Math.ceil(streams / STREAMS_MAX) }, () => openSession(url));
}

function join(sessions: readonly ClientHttp2Session[], nth: number, names: readonly string[]) {
  const session = sessions[Math.floor(nth / STREAMS_MAX)];
  if (!session) throw new Error("no session");

  const call = openCall(session, "/lakh.v1.WorkerService/Work");
  const say = (request: WorkRequest) => void call.write(envelope(toBinary(WorkRequestSchema, request)));
  say(create(WorkRequestSchema, { hello: { names: [...names], capacity: CAPACITY } }));
  return { call, say };
}
