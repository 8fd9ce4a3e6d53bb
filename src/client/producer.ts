// Hands jobs to a server and asks after them. Every call is safe to repeat, so each is repeated while the server is away.
import { type CallOptions, type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import type { Job as WireJob } from "../gen/lakh/v1/job_pb.ts";
import { CancelOutcomeSchema, ProducerService, type WatchJobResponse } from "../gen/lakh/v1/producer_pb.ts";
import { Connection, type ServerAddress } from "./connection.ts";
import { EnqueueStream, type EnqueueStreamOptions } from "./enqueue-stream.ts";
import { isFinished, type Job, type JobStateWord, stateWord, toJob, word } from "./job.ts";
import { type NewJob, toJobSpec } from "./new-job.ts";
import { isTransient, retryDelayMs, retrying, standardDelay } from "./retry.ts";
import { pause } from "./waiting.ts";
import { Watchdog } from "./watchdog.ts";

/** How a producer behaves. */
export interface ProducerOptions extends ServerAddress {
  /** How long a call is repeated while the server is away. Default 30 s; 0 tries once. */
  readonly retryForMs?: number;
  /** How long one try may take. Default 10 s. */
  readonly timeoutMs?: number;
}

/** What became of one job. */
export interface Enqueued {
  readonly id: string;
  /** `ready`, `scheduled`, or for a duplicate wherever it has got to. */
  readonly state: JobStateWord;
  /** A job with this id was stored before; nothing was changed. */
  readonly duplicate: boolean;
}

/** What became of one cancellation. */
export interface Cancelled {
  readonly id: string;
  readonly outcome: "cancelled" | "already_finished" | "not_found";
  readonly state: JobStateWord;
}

const watchSilenceMaxMs = 45_000;

/** A producer. It connects at the first call; close it when done. Calls throw ConnectError, whose `code` says why. */
export class Producer {
  readonly #options: ProducerOptions;
  readonly #connection: Connection;
  readonly #client: Client<typeof ProducerService>;
  readonly #closing = new AbortController();

  constructor(options: ProducerOptions = {}) {
    this.#options = options;
    this.#connection = new Connection(options);
    this.#client = createClient(ProducerService, this.#connection.transport);
  }

  /** Stores one job, or up to 1,000, all or nothing. When it resolves they are on the server's disk. */
  enqueue(job: NewJob): Promise<Enqueued>;
  enqueue(jobs: readonly NewJob[]): Promise<Enqueued[]>;
  async enqueue(input: NewJob | readonly NewJob[]): Promise<Enqueued | Enqueued[]> {
    const jobs: readonly NewJob[] = Array.isArray(input) ? input : [input];
    const specs = jobs.map(toJobSpec);
    const enqueued = await this.#retrying(async (options, tries) => {
      const response = await this.#client.enqueue({ jobs: specs }, options);
      return response.jobs.map(({ id, state, duplicate }, index) => {
        // An id that was made here can only have been stored by an earlier try of this very call.
        const isOwn = jobs[index]?.id === undefined && tries > 1;
        return { id, state: stateWord(state), duplicate: duplicate && !isOwn };
      });
    });

    const [first] = enqueued;
    return Array.isArray(input) || first === undefined ? enqueued : first;
  }

  /** Opens a long stream for many jobs, on a connection of its own. */
  openStream(options: Omit<EnqueueStreamOptions, "url" | "ca"> = {}): EnqueueStream {
    return new EnqueueStream({ ...this.#options, ...options });
  }

  /** The job as it stands, or undefined when there is none (any more). */
  async get(id: string): Promise<Job | undefined> {
    try {
      const { job } = await this.#retrying((options) => this.#client.getJob({ id }, options));
      return job && toJob(job);
    } catch (error) {
      if (ConnectError.from(error).code === Code.NotFound) return undefined;
      throw error;
    }
  }

  /** Cancels unfinished jobs, 1 to 1,000. A worker that holds one is told. */
  async cancel(ids: readonly string[]): Promise<Cancelled[]> {
    const { results } = await this.#retrying((options) =>
      this.#client.cancelJobs({ ids: [...ids] }, options),
    );
    return results.map(({ id, outcome, state }) => ({
      id,
      outcome: word(CancelOutcomeSchema, outcome) as Cancelled["outcome"],
      state: stateWord(state),
    }));
  }

  /**
   * Follows a job: as it stands, then each change, until it is finished. Goes on over broken connections, for
   * retryForMs each time. What it yields has no payload.
   */
  async *watch(id: string, options: { readonly signal?: AbortSignal } = {}): AsyncGenerator<Job> {
    for await (const job of this.watchWire(id, options)) yield toJob(job);
  }

  /** The same in the wire form, for those who print it as the API's JSON. */
  async *watchWire(id: string, { signal }: { readonly signal?: AbortSignal } = {}): AsyncGenerator<WireJob> {
    let [failures, awaySince] = [0, Date.now()];
    for (;;) {
      try {
        for await (const { job } of this.#watchOnce(id, signal)) {
          [failures, awaySince] = [0, Date.now()];
          if (job) yield job;
          if (job && isFinished(stateWord(job.state))) return;
        }
      } catch (error) {
        const isLate = Date.now() - awaySince >= this.#retryForMs;
        if (signal?.aborted || this.#closing.signal.aborted || !isTransient(error) || isLate) throw error;
      }
      failures += 1;
      if (!(await pause(retryDelayMs(failures, standardDelay), signal))) throw signal?.reason;
    }
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  get #retryForMs(): number {
    return this.#options.retryForMs ?? 30_000;
  }

  async #retrying<T>(call: (options: CallOptions, tries: number) => Promise<T>): Promise<T> {
    const options: CallOptions = { timeoutMs: this.#options.timeoutMs ?? 10_000 };
    const patience = { retryForMs: this.#retryForMs, signal: this.#closing.signal };
    return retrying((tries) => call(options, tries), patience);
  }

  async *#watchOnce(id: string, signal: AbortSignal | undefined): AsyncGenerator<WatchJobResponse> {
    const call = new AbortController();
    const abort = () => call.abort(signal?.reason);
    const silent = new ConnectError("the server has gone silent", Code.Unavailable);
    const watchdog = new Watchdog(watchSilenceMaxMs, () => this.#connection.close(silent));
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
    try {
      for await (const response of this.#client.watchJob({ id }, { signal: call.signal })) {
        watchdog.heard();
        yield response;
      }
    } finally {
      watchdog.stop();
      signal?.removeEventListener("abort", abort);
      call.abort();
    }
  }
}
