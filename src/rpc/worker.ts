// WorkerService: jobs go out, reports come in. Work has a file of its own; here are its slower sisters for those who
// cannot send a stream.
import { create } from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { Parcel, Session } from "../broker/session.ts";
import {
  type ReportRequest,
  type ReserveRequest,
  type ReserveResponse,
  ReserveResponseSchema,
  type SubscribeRequest,
  type SubscribeResponse,
  SubscribeResponseSchema,
  type WorkerService,
} from "../gen/lakh/v1/worker_pb.ts";
import { checkRange } from "../job/admission.ts";
import type { WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { Bell, HEARTBEAT_MS } from "./bell.ts";
import { viewDelivery, viewParcel, viewWelcome } from "./delivery.ts";
import { expectNone, expectTaking, invalid } from "./errors.ts";
import { readHello, readNames, readReservation, readWorkerId } from "./introduction.ts";
import { carryOutReports } from "./reports.ts";
import { inSession, parcels } from "./session-stream.ts";
import { spanMs } from "./times.ts";
import { work } from "./work-stream.ts";

export function buildWorkerService(broker: Broker, serverVersion: string): ServiceImpl<typeof WorkerService> {
  return {
    work: (requests, context) => work(broker, { requests, serverVersion }, context),
    subscribe: (request, context) => subscribe(broker, { request, serverVersion }, context),
    reserve: (request, context) => reserve(broker, request, context),
    report: (request) => report(broker, request),
  };
}

async function* subscribe(
  broker: Broker,
  { request, serverVersion }: { request: SubscribeRequest; serverVersion: string },
  { signal }: HandlerContext,
): AsyncGenerator<SubscribeResponse> {
  const { hello, reservationTime } = request;
  if (!hello) throw invalid("hello", "is required");
  const reservation = readReservation(
    "reservation_time",
    reservationTime && spanMs("reservation_time", reservationTime),
  );
  const who = readHello(hello, () => broker.newId());
  const introduction = { ...who, ...reservation, kind: "subscribe", stream: true } as const;

  yield* inSession(broker, { introduction, signal }, async function* (stream) {
    const { session, notHeld } = stream;
    yield create(SubscribeResponseSchema, { welcome: viewWelcome(session.id, serverVersion, notHeld) });
    let beatAt = broker.clock.now() + HEARTBEAT_MS;
    for await (const parcel of parcels(broker, stream, () => beatAt)) {
      if (!parcel && broker.clock.now() < beatAt) continue;
      beatAt = broker.clock.now() + HEARTBEAT_MS;
      broker.sweep(session);
      yield create(SubscribeResponseSchema, parcel ? viewParcel(parcel) : {});
    }
  });
}

async function reserve(
  broker: Broker,
  request: ReserveRequest,
  { signal }: HandlerContext,
): Promise<ReserveResponse> {
  const { waitMs, introduction } = readReserve(broker, request);
  expectTaking(broker);

  const session = broker.poll(introduction);
  const parcel = await takeOne(broker, session, { signal, until: broker.clock.now() + waitMs });
  const deliveries = parcel?.deliveries ?? [];
  if (signal.aborted) {
    await broker.undeliver(session, deliveries);
    throw signal.reason;
  }
  await broker.sent(session, deliveries);
  return create(ReserveResponseSchema, { workerId: session.id, jobs: deliveries.map(viewDelivery) });
}

function readReserve(broker: Broker, { names, maxJobs, workerId, wait, reservationTime }: ReserveRequest) {
  const waitMs = wait ? spanMs("wait", wait) : 0;
  expectNone(checkRange("max_jobs", maxJobs, [0, LIMITS.reserveJobsMax]));
  if (waitMs < 0 || waitMs > LIMITS.reserveWaitMsMax) throw invalid("wait", "must be 0 to 60 s");

  const introduction = {
    id: readWorkerId("worker_id", workerId) ?? (broker.newId() as WorkerId),
    names: readNames("names", names),
    kind: "reserve" as const,
    version: "",
    labels: {},
    capacity: maxJobs || 1,
    ...readReservation("reservation_time", reservationTime && spanMs("reservation_time", reservationTime)),
  };
  return { waitMs, introduction };
}

type Waiting = { readonly signal: AbortSignal; readonly until: number };

/** The first jobs that come; undefined when none came in time. Leaves the session in any case. */
async function takeOne(
  broker: Broker,
  session: Session,
  { signal, until }: Waiting,
): Promise<Parcel | undefined> {
  const bell = new Bell(broker.clock);
  session.onNews = bell.ring;
  signal.addEventListener("abort", bell.ring, { once: true });
  try {
    // One look at the store even when there is no time to wait.
    let looked = false;
    broker.dispatched().then(() => {
      looked = true;
      bell.ring();
    });
    let parcel = session.take();
    while (!parcel && !signal.aborted && !session.ended && (!looked || broker.clock.now() < until)) {
      await bell.wait(looked ? until : Number.POSITIVE_INFINITY);
      parcel = session.take();
    }
    return parcel;
  } finally {
    signal.removeEventListener("abort", bell.ring);
    await broker.leave(session, "goodbye");
  }
}

async function report(broker: Broker, { workerId, reports }: ReportRequest) {
  const worker = readWorkerId("worker_id", workerId);
  if (!worker) throw invalid("worker_id", "is required: your own, or the one that Reserve or Subscribe told");
  if (reports.length === 0 || reports.length > LIMITS.batchMax) {
    throw invalid("reports", `must be 1 to ${LIMITS.batchMax} reports, is ${reports.length}`);
  }

  return { outcomes: await carryOutReports(broker, worker, reports) };
}
