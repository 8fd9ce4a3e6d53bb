// One worker, as long as it is connected: what it does, how much room it has, what it holds, and what is on its way to
// it. The dispatcher fills it, a protocol adapter empties it.
import type { Job, JobId, JobName, Payload, WorkerId } from "../job/job.ts";
import { isRefused, type Move } from "../job/move.ts";
import type { MoveById, Outcome } from "../store/store.ts";
import { type Holding, Holdings } from "./holdings.ts";
import type { WorkerKind } from "./overview.ts";
import type { Connected } from "./workers.ts";

/** One job, handed to a worker. */
export interface Delivery {
  /** Reserved for this worker. */
  readonly job: Job;
  readonly payload: Payload;
  /** The payload's largest size on the wire. */
  readonly payloadBytes: number;
}

/** A delivery that does not count any more. */
export interface Cancellation {
  readonly id: JobId;
  readonly attempt: number;
  readonly reason: "cancelled" | "expired" | "finished_elsewhere" | "not_held";
}

/** What a worker says of itself when it comes. */
export interface Introduction {
  readonly id: WorkerId;
  readonly names: readonly JobName[];
  readonly capacity: number;
  /** Whether the breaking of its stream shows that it is gone. */
  readonly stream: boolean;
  /** A reservation shorter than the jobs' own, in milliseconds. */
  readonly reservationMs?: number;
  readonly holding: readonly { readonly id: JobId; readonly attempt: number }[];
  /** How it is connected. Absent: "work" with a stream, "reserve" without. */
  readonly kind?: WorkerKind;
  readonly version?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a worker says of itself when it polls. */
export type PollIntroduction = Omit<Introduction, "stream" | "holding">;

/** Why a worker gets no more jobs, the weightiest last: it supersedes the others, and is said again. */
export const DRAIN_REASONS = ["worker_asked", "server_stopping", "operator"] as const;
export type DrainReason = (typeof DRAIN_REASONS)[number];

/** News for the worker. */
export interface Parcel {
  readonly deliveries: readonly Delivery[];
  readonly cancellations: readonly Cancellation[];
  /** Said once for each reason: no more jobs come, and why. */
  readonly drain: DrainReason | undefined;
}

/** A worker that does not read gets no more than this many payload bytes queued, so that it costs no memory. */
const QUEUED_BYTES_MAX = 1 << 20;
/** Stock gRPC clients refuse messages above 4 MiB; base64 makes 4 of 3 bytes. */
const PARCEL_BYTES_MAX = (2 << 20) + (3 << 18);
const DELIVERY_BYTES = 512;

export class Session implements Connected {
  readonly id: WorkerId;
  readonly names: readonly JobName[];
  readonly stream: boolean;
  readonly reservationMs: number | undefined;
  readonly kind: WorkerKind;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly joinedAt: number;
  /** When the worker last gave a sign of life. */
  heardAt: number;
  /** Deliveries that it reported on since it joined, and that counted. */
  succeeded = 0;
  failed = 0;
  /** Called when there is something to take, or the session ended. */
  onNews: () => void = () => {};
  /** Why the session was ended from this side; undefined while it lives. */
  ended: "replaced" | "stopped" | undefined;
  #capacity: number;
  #draining: DrainReason | undefined;
  #drainSaid: DrainReason | undefined;
  #promised = 0;
  #queuedBytes = 0;
  #queue: Delivery[] = [];
  #cancellations: Cancellation[] = [];
  readonly #held = new Holdings();

  constructor(introduction: Introduction, now: number) {
    const { id, names, stream, reservationMs, capacity } = introduction;
    this.id = id;
    this.names = names;
    this.stream = stream;
    this.reservationMs = reservationMs;
    this.kind = introduction.kind ?? (stream ? "work" : "reserve");
    this.version = introduction.version ?? "";
    this.labels = introduction.labels ?? {};
    this.joinedAt = now;
    this.heardAt = now;
    this.#capacity = capacity;
  }

  /** How many unfinished deliveries it can hold. */
  get capacity(): number {
    return this.#capacity;
  }

  /** How many it holds, and how many of those that were cancelled it has not yet reported on. */
  get heldCount(): number {
    return this.#held.size;
  }

  /** How many more jobs it may be given now. */
  get room(): number {
    if (this.#draining !== undefined || this.ended || this.#queuedBytes >= QUEUED_BYTES_MAX) return 0;

    return Math.max(0, this.#capacity - this.#held.staying - this.#promised);
  }

  /** Whether anything that it holds, or is about to be given, may still come to something. */
  get isBusy(): boolean {
    return this.#promised > 0 || this.#held.isBusy;
  }

  get hasRoom(): boolean {
    return this.room > 0;
  }

  get isDraining(): boolean {
    return this.#draining !== undefined;
  }

  /** The attempt of this job that the worker holds, if any. */
  attemptOf(id: JobId): number | undefined {
    return this.#held.attemptOf(id);
  }

  /** What it holds, and until when. */
  held(): Iterable<Holding> {
    return this.#held.all();
  }

  setCapacity(capacity: number): void {
    this.#capacity = capacity;
  }

  /** No more jobs. The worker is told so after the last delivery that was on its way. True when this was news to it. */
  drain(why: DrainReason = "worker_asked"): boolean {
    if (weight(why) <= weight(this.#draining)) return false;

    this.#draining = why;
    this.onNews();
    return true;
  }

  /** The dispatcher is about to reserve a job for it. */
  promise(bytes: number): void {
    this.#promised++;
    this.#queuedBytes += bytes;
  }

  /** The reservation came to nothing. */
  unpromise(bytes: number): void {
    this.#promised--;
    this.#queuedBytes -= bytes;
    if (this.isDraining) this.onNews();
  }

  /** The promised job is reserved. */
  deliver(delivery: Delivery): void {
    this.#promised--;
    this.hold(delivery.job);
    this.#queue.push(delivery);
    this.onNews();
  }

  /** It holds this job already, from before it reconnected. */
  hold(job: Job): void {
    const until = job.state.is === "reserved" ? job.state.until : 0;
    this.#held.hold({ id: job.id, attempt: job.attempt, until });
  }

  /** The delivery is over; true when that made room. */
  letGo(id: JobId, attempt: number): boolean {
    return this.#held.letGo(id, attempt);
  }

  /**
   * The worker reports on these. Their room can be promised from now on, since no promise is kept before it is on disk,
   * and it goes there together with these reports or after them. `areUnderWay`: false when they did not get there.
   */
  reporting(reports: readonly MoveById[], areUnderWay: boolean): void {
    for (const { id, move } of reports)
      if (endsDelivery(move)) this.#held.setLeaving(id, move.attempt, areUnderWay);
  }

  /** The worker reported on these: what it has ended it holds no more, what it has extended it holds for longer. */
  reported(reports: readonly MoveById[], outcomes: readonly Outcome[]): void {
    for (const [i, { id, move }] of reports.entries()) {
      const outcome = outcomes[i];
      if (!outcome) continue;
      if (endsDelivery(move)) this.letGo(id, move.attempt);
      else if (move.move === "extend" && !isRefused(outcome.decision)) this.hold(outcome.decision.job);
    }
  }

  /** The worker should stop working on this delivery. Its room comes back with its report, or when the reservation ends. */
  cancel(cancellation: Cancellation): void {
    if (!this.#held.finish(cancellation.id, cancellation.attempt)) return;

    this.#cancellations.push(cancellation);
    this.onNews();
  }

  /** Frees the room of cancelled deliveries on which the worker never reported; true when that made room. */
  sweep(now: number): boolean {
    return this.#held.sweep(now);
  }

  /** What there is to tell the worker, at most one message full; undefined when there is nothing. */
  take(): Parcel | undefined {
    const drain = this.#draining !== this.#drainSaid && this.#promised === 0;
    if (this.#queue.length === 0 && this.#cancellations.length === 0 && !drain) return undefined;

    const cancellations = this.#cancellations;
    this.#cancellations = [];
    const deliveries = this.#takeDeliveries();
    const isLast = drain && this.#queue.length === 0;
    if (isLast) this.#drainSaid = this.#draining;
    return { deliveries, cancellations, drain: isLast ? this.#draining : undefined };
  }

  #takeDeliveries(): Delivery[] {
    let [count, bytes] = [0, 0];
    for (const delivery of this.#queue) {
      bytes += sizeOf(delivery);
      if (count > 0 && bytes > PARCEL_BYTES_MAX) break;
      count++;
      this.#queuedBytes -= delivery.payloadBytes;
    }
    return this.#queue.splice(0, count);
  }

  /** What was never taken. */
  takeBack(): readonly Delivery[] {
    const left = this.#queue;
    this.#queue = [];
    for (const { job, payloadBytes } of left) {
      this.#queuedBytes -= payloadBytes;
      this.#held.letGo(job.id, job.attempt);
    }
    return left;
  }

  /** Ends the session from this side; the adapter closes the stream. */
  end(why: "replaced" | "stopped"): void {
    this.ended ??= why;
    this.onNews();
  }
}

/** Whatever becomes of such a report: the worker has said that it holds that attempt no more. */
function endsDelivery(
  move: Move,
): move is Exclude<Move, { readonly move: "extend" }> & { readonly attempt: number } {
  return move.move !== "extend" && "attempt" in move && move.attempt !== undefined;
}

function weight(why: DrainReason | undefined): number {
  return why === undefined ? -1 : DRAIN_REASONS.indexOf(why);
}

function sizeOf({ job, payloadBytes }: Delivery): number {
  let bytes = payloadBytes + DELIVERY_BYTES;
  for (const key in job.labels) bytes += 3 * (key.length + (job.labels[key]?.length ?? 0));
  return bytes;
}
