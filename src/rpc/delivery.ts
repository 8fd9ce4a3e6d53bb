// What the server says to a worker, from the broker's words to the contract's.
import { create } from "@bufbuild/protobuf";
import type { Cancellation, Delivery, Parcel } from "../broker/session.ts";
import {
  CancellationReason,
  CancellationSchema,
  type Cancellation as CancellationView,
  DeliverySchema,
  type Delivery as DeliveryView,
  DrainReason,
  type Welcome,
  WelcomeSchema,
} from "../gen/lakh/v1/worker_pb.ts";
import { isFireAndForget } from "../job/job.ts";
import { HEARTBEAT_MS } from "./bell.ts";
import { writeContent } from "./payload.ts";
import { toDuration, toTimestamp } from "./times.ts";

const REASONS: Readonly<Record<Cancellation["reason"], CancellationReason>> = {
  cancelled: CancellationReason.CANCELLED,
  expired: CancellationReason.EXPIRED,
  finished_elsewhere: CancellationReason.FINISHED_ELSEWHERE,
  not_held: CancellationReason.NOT_HELD,
};

const DRAIN_REASONS: Readonly<Record<NonNullable<Parcel["drain"]>, DrainReason>> = {
  server_stopping: DrainReason.SERVER_STOPPING,
  worker_asked: DrainReason.WORKER_ASKED,
  operator: DrainReason.OPERATOR,
};

export function viewWelcome(
  workerId: string,
  serverVersion: string,
  notHeld: readonly Cancellation[],
): Welcome {
  const heartbeatInterval = toDuration(HEARTBEAT_MS);
  return create(WelcomeSchema, {
    workerId,
    serverVersion,
    heartbeatInterval,
    notHeld: notHeld.map(viewCancellation),
  });
}

/** The fields that every message of a worker's stream may carry. */
export function viewParcel(parcel: Parcel) {
  return { jobs: parcel.deliveries.map(viewDelivery), ...viewNews(parcel) };
}

/** All of them but the jobs. */
export function viewNews({ cancellations, drain }: Parcel) {
  return {
    cancelled: cancellations.map(viewCancellation),
    drain: drain !== undefined,
    drainReason: drain ? DRAIN_REASONS[drain] : DrainReason.UNSPECIFIED,
  };
}

export function viewDelivery({ job, payload }: Delivery): DeliveryView {
  const view = create(DeliverySchema);
  view.jobId = job.id;
  view.name = job.name;
  view.attempt = job.attempt;
  view.failures = job.failures;
  view.labels = { ...job.labels };
  view.traceparent = job.traceparent ?? "";
  view.payload = writeContent(payload);
  if (job.state.is === "reserved" && !isFireAndForget(job)) {
    view.reservedUntil = toTimestamp(job.state.until);
    view.reservationTime = toDuration(job.state.until - job.state.since);
  }
  return view;
}

function viewCancellation({ id, attempt, reason }: Cancellation): CancellationView {
  return create(CancellationSchema, { jobId: id, attempt, reason: REASONS[reason] });
}
