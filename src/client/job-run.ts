// One delivery in the hands of its worker: runs the handler, keeps the reservation alive, reports the end.
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { type Result, ResultSchema } from "../gen/lakh/v1/job_pb.ts";
import { type Delivery, type Report, ReportSchema } from "../gen/lakh/v1/worker_pb.ts";
import { type DeliveredJob, failOf, type Handler, PermanentError, WorkCancelledError } from "./handler.ts";
import { fromWirePayload, type JsonValue, sizeMax, toWirePayload } from "./payload.ts";

/** How a run ended. */
export type RunEnd =
  | { readonly is: "succeeded"; readonly tookMs: number }
  | { readonly is: "failed"; readonly tookMs: number; readonly error: unknown }
  | { readonly is: "cancelled"; readonly reason: string };

/** What a run needs. */
export interface RunNeeds {
  readonly handler: Handler;
  readonly report: (report: Report) => void;
  /** The next report on this delivery is a matter of form: that it changes nothing is no news. */
  readonly onGiveUp: () => void;
}

type Saying = NonNullable<MessageInitShape<typeof ReportSchema>["report"]>;

const resultBytesMax = 64 * 1024;

/** The reservation counts from here, so it is extended from here, whether or not the handler has begun. */
export class JobRun {
  readonly job: DeliveredJob;
  readonly #needs: RunNeeds;
  readonly #control = new AbortController();
  readonly #extendTimer: NodeJS.Timeout | undefined;
  #cancelled: WorkCancelledError | undefined;
  #isOver = false;

  constructor(delivery: Delivery, needs: RunNeeds) {
    this.#needs = needs;
    this.job = toDeliveredJob(delivery);
    if (!delivery.reservationTime) return;

    // At most 24 h, so a timer can hold it.
    const thirdMs = durationMs(delivery.reservationTime) / 3;
    this.#extendTimer = setInterval(() => this.#extend(), Math.max(thirdMs, 100));
  }

  /** Whether the server counts on this worker to report the end. */
  get isHeld(): boolean {
    return !this.#isOver && !this.#cancelled && !this.job.isFireAndForget;
  }

  /** Runs the handler and reports what became of it. Never throws. */
  async run(): Promise<RunEnd> {
    const { end, report } = await this.#work();
    const cancelled = this.#cancelled;
    if (cancelled === undefined || mayStillCount(end, cancelled)) this.#report(report);
    else this.giveUp();
    this.#settle();
    if (cancelled === undefined || mayStillCount(end, cancelled)) return end;
    return { is: "cancelled", reason: cancelled.reason };
  }

  /**
   * Says that a cancelled delivery is let go of: until then its room is taken, for all that the server knows. It knows by
   * itself of what has expired or is not held.
   */
  giveUp(): void {
    if (this.#isOver || !["cancelled", "finished_elsewhere"].includes(this.#cancelled?.reason ?? "")) return;

    this.#needs.onGiveUp();
    this.#report({ case: "release", value: {} });
  }

  async #work(): Promise<{ end: RunEnd; report: Saying }> {
    const startedAt = performance.now();
    const progress = (fraction: number, text = "") => this.#progress(fraction, text);
    try {
      const returned = await this.#needs.handler(this.job, { signal: this.#control.signal, progress });
      const report: Saying = { case: "succeed", value: toSucceed(returned) };
      return { end: { is: "succeeded", tookMs: performance.now() - startedAt }, report };
    } catch (error) {
      const report: Saying = { case: "fail", value: failOf(error) };
      return { end: { is: "failed", tookMs: performance.now() - startedAt, error }, report };
    }
  }

  /** Tells the handler that its work no longer counts. */
  cancel(error: WorkCancelledError): void {
    if (this.#cancelled) return;

    this.#cancelled = error;
    clearInterval(this.#extendTimer);
    this.#control.abort(error);
  }

  /** Gives the job back unharmed and tells the handler to stop; whatever it does from now on changes nothing. */
  release(): void {
    if (this.#isOver) return;

    if (!this.#cancelled) this.#report({ case: "release", value: {} });
    this.#settle();
    this.cancel(new WorkCancelledError("released"));
  }

  #extend(): void {
    this.#report({ case: "extend", value: {} });
  }

  #progress(fraction: number, text: string): void {
    if (this.#cancelled) return;

    this.#extendTimer?.refresh();
    const progress = { fraction: Math.min(Math.max(fraction, 0), 1), text: text.slice(0, 200) };
    this.#report({ case: "extend", value: { progress } });
  }

  #settle(): void {
    this.#isOver = true;
    clearInterval(this.#extendTimer);
  }

  #report(report: Saying): void {
    if (this.#isOver || this.job.isFireAndForget) return;

    const { id: jobId, attempt } = this.job;
    this.#needs.report(create(ReportSchema, { jobId, attempt, report }));
  }
}

// A success counts from any delivery as long as the job is unfinished, so one that comes after the reservation has
// expired is still reported. The failure of a delivery that does not count was counted already.
function mayStillCount(end: RunEnd, cancelled: WorkCancelledError): boolean {
  return end.is === "succeeded" && ["expired", "not_held"].includes(cancelled.reason);
}

function toDeliveredJob(delivery: Delivery): DeliveredJob {
  return {
    ...fromWirePayload(delivery.payload),
    id: delivery.jobId,
    name: delivery.name,
    attempt: delivery.attempt,
    failures: delivery.failures,
    labels: delivery.labels,
    traceparent: delivery.traceparent || undefined,
    isFireAndForget: delivery.reservationTime === undefined,
  };
}

// The work is done, and doing it again would not make its result smaller: so what cannot be sent is final.
function toSucceed(returned: unknown): { result?: Result } {
  if (returned === undefined) return {};

  try {
    const value = toWirePayload(
      returned instanceof Uint8Array ? { data: returned } : { json: returned as JsonValue },
    );
    const result = create(ResultSchema, { value });
    if (sizeMax(value) > resultBytesMax && sizeOf(result) > resultBytesMax) {
      throw new RangeError(`it is larger than ${resultBytesMax} bytes`);
    }
    return { result };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PermanentError(`the handler's result cannot be sent: ${why}`, { cause });
  }
}

function sizeOf(result: Result): number {
  const { json } = fromWirePayload(result.value);
  const text = json === undefined ? 0 : Buffer.byteLength(JSON.stringify(json));
  return Math.max(text, toBinary(ResultSchema, result).length);
}
