// Everything a worker holds: what runs, and what waits because a cancelled handler has not let go of its place yet.
import { create } from "@bufbuild/protobuf";
import {
  type Cancellation,
  type Delivery,
  type Holding,
  HoldingSchema,
  type Report,
} from "../gen/lakh/v1/worker_pb.ts";
import { cancelledBecause, type DeliveredJob, type Handler } from "./handler.ts";
import { JobRun, type RunEnd } from "./job-run.ts";

/** What the collection needs. */
export interface HeldJobsNeeds {
  readonly handlers: Readonly<Record<string, Handler>>;
  /** How many handlers may run at once. */
  readonly capacity: number;
  readonly report: (report: Report) => void;
  /** The next report on the delivery of this key is a matter of form: that it changes nothing is no news. */
  readonly onGiveUp: (key: string) => void;
  readonly onStart: (job: DeliveredJob) => void;
  readonly onEnd: (job: DeliveredJob, end: RunEnd) => void;
}

/** Runs deliveries, never more at once than there is capacity. */
export class HeldJobs {
  readonly #needs: HeldJobsNeeds;
  readonly #running = new Map<string, JobRun>();
  readonly #waiting = new Map<string, JobRun>();
  #onIdle: (() => void)[] = [];
  #isStopped = false;

  constructor(needs: HeldJobsNeeds) {
    this.#needs = needs;
  }

  /** How many deliveries run or wait. */
  get size(): number {
    return this.#running.size + this.#waiting.size;
  }

  /** How many deliveries wait for a place. The server should send no more while there are any. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes a delivery in and runs it as soon as there is a place. */
  admit(delivery: Delivery): void {
    const key = keyOf(delivery);
    if (this.#running.has(key) || this.#waiting.has(key)) return;

    const handler = this.#handlerFor(delivery.name);
    const run = new JobRun(delivery, {
      handler,
      report: this.#needs.report,
      onGiveUp: () => this.#needs.onGiveUp(key),
    });
    this.#waiting.set(key, run);
    if (this.#isStopped) this.#releaseWaiting();
    else this.#fillPlaces();
  }

  /** Tells a handler that its work does not count any more; one that waits never begins. */
  cancel(cancellation: Cancellation): void {
    const key = keyOf(cancellation);
    const error = cancelledBecause(cancellation.reason);
    this.#running.get(key)?.cancel(error);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;

    waiting.cancel(error);
    waiting.giveUp();
    this.#waiting.delete(key);
    this.#needs.onEnd(waiting.job, { is: "cancelled", reason: error.reason });
  }

  /** What to name after a reconnect. */
  holding(): Holding[] {
    return [...this.#running.values(), ...this.#waiting.values()]
      .filter((run) => run.isHeld)
      .map(({ job }) => create(HoldingSchema, { jobId: job.id, attempt: job.attempt }));
  }

  /** Begins nothing any more: what waits, and what still comes, goes back at once. */
  stopStarting(): void {
    this.#isStopped = true;
    this.#releaseWaiting();
  }

  /** Gives everything back and tells the handlers to stop. */
  releaseAll(): void {
    this.stopStarting();
    for (const run of this.#running.values()) run.release();
  }

  #releaseWaiting(): void {
    for (const run of this.#waiting.values()) {
      run.release();
      this.#needs.onEnd(run.job, { is: "cancelled", reason: "released" });
    }
    this.#waiting.clear();
    this.#tellIdle();
  }

  /** Resolves when nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.size === 0) return;
    await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  #fillPlaces(): void {
    for (const [key, run] of this.#waiting) {
      if (this.#running.size >= this.#needs.capacity) return;
      this.#waiting.delete(key);
      this.#running.set(key, run);
      void this.#run(key, run);
    }
  }

  async #run(key: string, run: JobRun): Promise<void> {
    this.#needs.onStart(run.job);
    const end = await run.run();
    this.#running.delete(key);
    this.#fillPlaces();
    this.#needs.onEnd(run.job, end);
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.size === 0) for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #handlerFor(name: string): Handler {
    if (Object.hasOwn(this.#needs.handlers, name)) return this.#needs.handlers[name] as Handler;
    return () => {
      throw new Error(`this worker has no handler for ${name}`);
    };
  }
}

/** One delivery among all: a job may be delivered again while its last handler still runs. */
export function keyOf(delivery: { readonly jobId: string; readonly attempt: number }): string {
  return `${delivery.attempt} ${delivery.jobId}`;
}
