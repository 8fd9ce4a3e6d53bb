// Does jobs: keeps one stream to the server, runs handlers for what it brings, and says what became of them, over broken
// connections and until it is told to stop.
import { EventEmitter } from "node:events";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  HelloSchema,
  ReportResultSchema,
  DrainReason as WireDrainReason,
  type WorkResponse,
} from "../gen/lakh/v1/worker_pb.ts";
import type { ServerAddress } from "./connection.ts";
import type { DeliveredJob, Handler } from "./handler.ts";
import { HeldJobs, keyOf } from "./held-jobs.ts";
import { newJobId } from "./job-id.ts";
import type { RunEnd } from "./job-run.ts";
import { ReportOutbox } from "./report-outbox.ts";
import { type RetryDelay, retryDelayMs, standardDelay } from "./retry.ts";
import { pause, within } from "./waiting.ts";
import { word } from "./wire-values.ts";
import { WorkStream } from "./work-stream.ts";

/** How a worker behaves. */
export interface WorkerOptions extends ServerAddress {
  /** What it does, by name. */
  readonly handlers: Readonly<Record<string, Handler>>;
  /** How many handlers may run at once, 1 to 10,000. Default 1. */
  readonly capacity?: number;
  /** Who it is. Default: a UUID. Two workers must not share one. */
  readonly workerId?: string;
  /** The worker's version, for people. */
  readonly version?: string;
  /** Facts for people. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The wait between two connections. Default 100 ms to 30 s. */
  readonly delay?: RetryDelay;
  /** How long the server may take to say its first word. Default 10 s. */
  readonly welcomeMaxMs?: number;
}

/** What a worker tells those who listen. */
export interface WorkerEvents {
  connected: [welcome: { readonly workerId: string; readonly serverVersion: string }];
  /** The stream broke or ended; the next connection is tried after retryInMs. */
  disconnected: [cause: { readonly error: unknown; readonly retryInMs: number }];
  started: [job: DeliveredJob];
  ended: [job: DeliveredJob, end: RunEnd];
  /** A report changed nothing: it came too late, or it broke a rule. */
  ignored: [report: IgnoredReport];
  /**
   * The server sends no more jobs on this connection. `server_stopping`: it stops, and the worker comes back to it.
   * `operator`: it wants this worker to stop, and `run` ends once what is held is finished and reported.
   */
  drained: [reason: DrainReason];
}

/** Why a worker gets no more jobs. */
export type DrainReason = "server_stopping" | "operator";

/** A report that was not accepted. */
export interface IgnoredReport {
  readonly jobId: string;
  readonly attempt: number;
  /** `ignored`, `not_found`, `refused`. */
  readonly result: string;
  readonly reason: string;
}

/** How a worker stops. */
export interface CloseOptions {
  /** How long running handlers may take before they are aborted and their jobs given back. Default 25 s; no limit: Infinity. */
  readonly graceMs?: number;
  /** How long the last reports may take to reach the server's disk. Default 5 s; no limit: Infinity. */
  readonly flushMs?: number;
}

const standardGraceMs = 25_000;
const standardFlushMs = 5_000;
/** How long the server may take to confirm our wish to stop, which it does after the last delivery. */
const crossingMs = 2_000;
/** A connection that lived this long was a good one: after it, waiting starts from the bottom again. */
const goodMs = 5_000;
/** Answers to a hello that would be the same the next time. */
const finalCodes: readonly Code[] = [
  Code.InvalidArgument,
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.Unimplemented,
];

/** A worker. Listen to its events, then `run` it. */
export class Worker extends EventEmitter<WorkerEvents> {
  readonly workerId: string;
  readonly #options: WorkerOptions;
  readonly #capacity: number;
  readonly #held: HeldJobs;
  readonly #outbox = new ReportOutbox();
  /** Cancelled deliveries whose last report is on its way. */
  readonly #givenUp = new Set<string>();
  readonly #hurry = new AbortController();
  readonly #wake = new AbortController();
  readonly #over = new AbortController();
  #stream: WorkStream | undefined;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #drained = new AbortController();
  #isFinished = false;

  constructor(options: WorkerOptions) {
    super();
    this.#options = options;
    this.workerId = options.workerId ?? newJobId();
    this.#capacity = options.capacity ?? 1;
    this.#held = new HeldJobs({
      handlers: options.handlers,
      capacity: this.#capacity,
      report: (report) => {
        this.#outbox.add(report);
        this.#stream?.ring();
      },
      onGiveUp: (key) => this.#givenUp.add(key),
      onStart: (job) => this.emit("started", job),
      onEnd: (job, end) => {
        this.#adjust();
        this.emit("ended", job, end);
      },
    });
  }

  /**
   * Works until `close` has done its work, or an operator has drained this worker.
   *
   * @throws {ConnectError} when the server refuses this worker for good: its hello is wrong, or it may not work here
   */
  run(): Promise<void> {
    this.#running ??= this.#keepConnected();
    return this.#running;
  }

  /**
   * Stops without losing an attempt: takes no more jobs, lets running handlers finish, gives back what they did not
   * finish in time, and leaves when all reports are on the server's disk. A second call with a shorter grace hurries the
   * first.
   */
  close(options: CloseOptions = {}): Promise<void> {
    if (this.#closing) void this.#hurryIn(options.graceMs ?? standardGraceMs);
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  async #hurryIn(graceMs: number): Promise<void> {
    if (await pause(graceMs, this.#over.signal)) this.#hurry.abort();
  }

  async #close({ graceMs = standardGraceMs, flushMs = standardFlushMs }: CloseOptions): Promise<void> {
    this.#wake.abort();
    this.#stream?.drain();
    this.#held.stopStarting();
    await within(this.#held.idle(), graceMs, this.#hurry.signal);
    this.#held.releaseAll();
    // What the server sent before it heard that we stop is still on its way; a goodbye now would lose it.
    if (this.#stream) await pause(Math.min(crossingMs, flushMs), this.#drained.signal);
    const isFlushed = await within(this.#outbox.empty(), flushMs, this.#hurry.signal);
    if (!isFlushed && this.#hurry.signal.aborted) {
      await within(this.#outbox.empty(), Math.min(flushMs, standardFlushMs));
    }

    this.#isFinished = true;
    this.#over.abort();
    if (this.#stream?.isWelcome) this.#stream.end();
    else this.#stream?.abort(new ConnectError("the worker is closed", Code.Canceled));
    // What went wrong is for those who await run().
    await this.#running?.catch(() => undefined);
  }

  async #keepConnected(): Promise<void> {
    for (let failures = 1; !this.#isFinished; failures++) {
      const startedAt = Date.now();
      const error = await this.#serve();
      if (this.#isFinished) return;
      if (error && finalCodes.includes(ConnectError.from(error).code)) {
        this.#held.releaseAll();
        throw error;
      }

      if (Date.now() - startedAt > goodMs) failures = 1;
      await this.#pauseBeforeReconnect(failures, error);
    }
  }

  // Who closes is in a hurry to get the last reports out.
  async #pauseBeforeReconnect(failures: number, error: unknown): Promise<void> {
    const delay = this.#options.delay ?? standardDelay;
    const retryInMs = this.#closing ? delay.minMs : retryDelayMs(failures, delay);
    this.emit("disconnected", { error, retryInMs });
    await pause(retryInMs, this.#closing ? undefined : this.#wake.signal);
  }

  /** One stream, from hello to its end. Answers what broke it. */
  async #serve(): Promise<unknown> {
    this.#outbox.restart();
    this.#drained = new AbortController();
    this.#stream = new WorkStream(this.#options, {
      hello: create(HelloSchema, {
        names: Object.keys(this.#options.handlers),
        capacity: this.#capacity,
        workerId: this.workerId,
        holding: [...this.#held.holding(), ...this.#outbox.holding()],
        version: this.#options.version ?? "",
        labels: { ...this.#options.labels },
      }),
      outbox: this.#outbox,
      hear: (response) => this.#hear(response),
      welcomeMaxMs: this.#options.welcomeMaxMs ?? 10_000,
    });
    if (this.#closing) this.#stream.drain();
    try {
      await this.#stream.run();
      return undefined;
    } catch (error) {
      return error;
    } finally {
      this.#stream = undefined;
    }
  }

  #hear(response: WorkResponse): void {
    const { welcome, jobs, cancelled, outcomes, drain, drainReason } = response;
    if (welcome) {
      this.emit("connected", { workerId: welcome.workerId, serverVersion: welcome.serverVersion });
    }
    for (const one of [...(welcome?.notHeld ?? []), ...cancelled]) this.#held.cancel(one);
    for (const job of jobs) this.#held.admit(job);
    for (const { jobId, attempt, result, reason } of outcomes) {
      if (this.#givenUp.delete(keyOf({ jobId, attempt }))) continue;
      this.emit("ignored", { jobId, attempt, result: word(ReportResultSchema, result), reason });
    }
    if (this.#outbox.size === 0) this.#givenUp.clear();
    if (drain && !this.#drained.signal.aborted) {
      this.#drained.abort();
      if (!this.#closing)
        this.#hearDrain(drainReason === WireDrainReason.OPERATOR ? "operator" : "server_stopping");
    }
    this.#adjust();
  }

  #hearDrain(reason: DrainReason): void {
    this.emit("drained", reason);
    const forever = Number.POSITIVE_INFINITY;
    if (reason === "operator") void this.close({ graceMs: forever, flushMs: forever });
  }

  /** Declares the room there is, and leaves a server that drains when there is nothing left to say. */
  #adjust(): void {
    this.#stream?.declareCapacity(this.#held.waiting > 0 ? 0 : this.#capacity);
    if (this.#drained.signal.aborted && this.#held.size === 0 && this.#outbox.size === 0) this.#stream?.end();
  }
}
