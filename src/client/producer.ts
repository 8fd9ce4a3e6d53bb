// Hands jobs to a server and asks after them. Every call is safe to repeat, so each is repeated while the server is away.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import type { Job as WireJob } from "../gen/lakh/v1/job_pb.ts";
import { CancelOutcomeSchema, type GetJobResponse, ProducerService } from "../gen/lakh/v1/producer_pb.ts";
import { Connection, type ServerAddress } from "./connection.ts";
import { EnqueueStream, type EnqueueStreamOptions } from "./enqueue-stream.ts";
import { type Explanation, toExplanation } from "./explanation.ts";
import { isFinished, type Job, type JobStateWord, stateWord, toJob } from "./job.ts";
import { lastingStream } from "./lasting-stream.ts";
import { type NewJob, toJobSpec } from "./new-job.ts";
import { retrying } from "./retry.ts";
import { word } from "./wire-values.ts";

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
  /**
   * A job with this id was stored before, or an unfinished one with this unique key, whose id this is then; nothing was
   * changed.
   */
  readonly duplicate: boolean;
  /** The job whose place this one took by its unique key; it is cancelled. */
  readonly replacedId?: string;
}

/** How to wait for jobs. */
export interface WaitOptions {
  /** 0 to 60 s. Default 30 s. */
  readonly waitMs?: number;
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
      return response.jobs.map(({ id, state, duplicate, replacedId }, index) => {
        // An id that was made here can only have been stored by an earlier try of this very call.
        const isOwn = jobs[index]?.id === undefined && specs[index]?.id === id && tries > 1;
        const replaced = replacedId === "" ? {} : { replacedId };
        return { id, state: stateWord(state), duplicate: duplicate && !isOwn, ...replaced };
      });
    });

    const [first] = enqueued;
    return Array.isArray(input) || first === undefined ? enqueued : first;
  }

  /**
   * Stores one job, or up to 32, and waits until all of them are finished. Answers each as it stands when the wait is
   * over, which is no error: look at its state. A duplicate is waited for like any other.
   */
  enqueueAndWait(job: NewJob, options?: WaitOptions): Promise<Job>;
  enqueueAndWait(jobs: readonly NewJob[], options?: WaitOptions): Promise<Job[]>;
  async enqueueAndWait(input: NewJob | readonly NewJob[], { waitMs = 30_000 }: WaitOptions = {}) {
    const jobs: readonly NewJob[] = Array.isArray(input) ? input : [input];
    const request = { jobs: jobs.map(toJobSpec), wait: durationFromMs(waitMs) };
    const response = await this.#retrying((options) =>
      this.#client.enqueue(request, { ...options, timeoutMs: (options.timeoutMs ?? 0) + waitMs }),
    );
    const finished = response.jobs.map(({ id, job }) => {
      if (job === undefined)
        throw new ConnectError(`the server does not say how ${id} stands`, Code.Internal);
      return toJob(job);
    });
    const [first] = finished;
    return Array.isArray(input) || first === undefined ? finished : first;
  }

  /** Opens a long stream for many jobs, on a connection of its own. */
  openStream(options: Omit<EnqueueStreamOptions, "url" | "ca"> = {}): EnqueueStream {
    return new EnqueueStream({ ...this.#options, ...options });
  }

  /** The job as it stands, or undefined when there is none (any more). */
  async get(id: string): Promise<Job | undefined> {
    const job = (await this.#find(id))?.job;
    return job && toJob(job);
  }

  /** Why the job is not running, or undefined when there is none (any more). */
  async explain(id: string): Promise<Explanation | undefined> {
    const explanation = (await this.#find(id))?.explanation;
    return explanation && toExplanation(explanation);
  }

  /** The job and its explanation in the wire form. @throws {ConnectError} NOT_FOUND when there is none */
  getWire(id: string): Promise<GetJobResponse> {
    return this.#retrying((options) => this.#client.getJob({ id }, options));
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
    const jobs = lastingStream({
      connection: this.#connection,
      open: (options) => this.#client.watchJob({ id }, options),
      silenceMaxMs: watchSilenceMaxMs,
      retryForMs: this.#retryForMs,
      closing: this.#closing.signal,
      signal,
    });
    for await (const { job } of jobs) {
      if (job) yield job;
      if (job && isFinished(stateWord(job.state))) return;
    }
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#closing.abort();
    this.#connection.close();
  }

  async #find(id: string): Promise<GetJobResponse | undefined> {
    try {
      return await this.getWire(id);
    } catch (error) {
      if (ConnectError.from(error).code === Code.NotFound) return undefined;
      throw error;
    }
  }

  get #retryForMs(): number {
    return this.#options.retryForMs ?? 30_000;
  }

  async #retrying<T>(call: (options: CallOptions, tries: number) => Promise<T>): Promise<T> {
    const options: CallOptions = { timeoutMs: this.#options.timeoutMs ?? 10_000 };
    const patience = { retryForMs: this.#retryForMs, signal: this.#closing.signal };
    return retrying((tries) => call(options, tries), patience);
  }
}
