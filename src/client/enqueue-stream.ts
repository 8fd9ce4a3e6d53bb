// Enqueues many jobs over one long stream: jobs are batched while the last batch is being written, the number that is
// not on disk yet is bounded, and what a broken connection left open is repeated with the same ids.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import type { JobSpec } from "../gen/lakh/v1/job_pb.ts";
import {
  type EnqueueReceipt,
  type EnqueueStreamRequest,
  EnqueueStreamRequestSchema,
  type EnqueueStreamResponse,
  ProducerService,
} from "../gen/lakh/v1/producer_pb.ts";
import type { ServerAddress } from "./connection.ts";
import { Conversation } from "./conversation.ts";
import { type NewJob, toJobSpec } from "./new-job.ts";
import { Outbox } from "./outbox.ts";
import { sizeMax } from "./payload.ts";
import { isTransient, type RetryDelay, retryDelayMs, standardDelay } from "./retry.ts";
import { pause } from "./waiting.ts";

/** How a stream behaves. */
export interface EnqueueStreamOptions extends ServerAddress {
  /** How many jobs may be on their way before `add` waits. Default 10,000. */
  readonly unacknowledgedMax?: number;
  /** How long the server may be away while jobs are on their way. Default 30 s. */
  readonly retryForMs?: number;
  readonly delay?: RetryDelay;
}

/** Some jobs were refused; the others are on disk. */
export class EnqueueRefusedError extends Error {
  override readonly name = "EnqueueRefusedError";
  readonly refused: readonly { readonly id: string; readonly code: Code; readonly reason: string }[];

  constructor(refused: EnqueueRefusedError["refused"]) {
    super(`${refused.length} of the jobs were refused, the first because: ${refused[0]?.reason}`);
    this.refused = refused;
  }
}

const jobsMax = 1_000;
const bytesMax = 2 * 1024 * 1024;
const silenceMaxMs = 45_000;

type Batch = readonly JobSpec[];

/** Made by `Producer.openStream`. Await `add` for each job, then `flush` or `close`. */
export class EnqueueStream {
  readonly #options: EnqueueStreamOptions;
  readonly #unacknowledgedMax: number;
  readonly #batches = new Outbox<Batch>();
  readonly #closing = new AbortController();
  readonly #finished: Promise<void>;
  #gathering: JobSpec[] = [];
  #unacknowledged = 0;
  /** How many batches have been dealt with, over all connections. */
  #settled = 0;
  #waiters: (() => void)[] = [];
  #refused: { id: string; code: Code; reason: string }[] = [];
  #failure: unknown;
  #conversation: Conversation<EnqueueStreamRequest, EnqueueStreamResponse> | undefined;

  constructor(options: EnqueueStreamOptions) {
    this.#options = options;
    this.#unacknowledgedMax = options.unacknowledgedMax ?? 10_000;
    this.#finished = this.#keepConnected();
  }

  /**
   * Takes a job along and answers its id, as soon as there is room; it is on disk when `flush` resolves.
   *
   * @throws when the stream is closed or has given up on the server
   */
  async add(job: NewJob): Promise<string> {
    const spec = toJobSpec(job);
    while (this.#unacknowledged >= this.#unacknowledgedMax) await this.#change();
    this.#refuseWhenOver();

    this.#unacknowledged += 1;
    this.#gathering.push(spec);
    this.#conversation?.ring();
    return spec.id;
  }

  /**
   * Resolves when every job added so far is on disk.
   *
   * @throws {EnqueueRefusedError} when some of them break a rule; each refusal is told once
   */
  async flush(): Promise<void> {
    while (this.#unacknowledged > 0) await this.#change();
    if (this.#failure) throw this.#failure;
    if (this.#refused.length > 0) throw new EnqueueRefusedError(this.#refused.splice(0));
  }

  /** Flushes, then ends the stream. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      this.#closing.abort();
      this.#conversation?.end();
      await this.#finished;
    }
  }

  async #change(): Promise<void> {
    if (this.#failure) throw this.#failure;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
    if (this.#failure) throw this.#failure;
  }

  #refuseWhenOver(): void {
    if (this.#failure) throw this.#failure;
    if (this.#closing.signal.aborted) throw new ConnectError("the stream is closed", Code.Canceled);
  }

  async #keepConnected(): Promise<void> {
    let failures = 0;
    let awaySince = Date.now();
    while (!this.#closing.signal.aborted) {
      const settledBefore = this.#settled;
      try {
        await this.#converse();
      } catch (error) {
        // An idle stream waits for its server however long that takes; only jobs on their way make it impatient.
        const isFresh = this.#settled > settledBefore || this.#unacknowledged === 0;
        if (isFresh) [failures, awaySince] = [0, Date.now()];
        if (!isTransient(error) || Date.now() - awaySince > (this.#options.retryForMs ?? 30_000)) {
          this.#fail(error);
          return;
        }
      }
      failures += 1;
      await pause(retryDelayMs(failures, this.#options.delay ?? standardDelay), this.#closing.signal);
    }
  }

  #fail(error: unknown): void {
    this.#failure = error;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  async #converse(): Promise<void> {
    this.#batches.restart();
    this.#conversation = new Conversation(this.#options, {
      say: () => this.#say(),
      hear: (response) => this.#hear(response),
      silenceMaxMs,
    });
    if (this.#closing.signal.aborted) this.#conversation.end();
    await this.#conversation.run((connection, requests, options) =>
      createClient(ProducerService, connection.transport).enqueueStream(requests, options),
    );
  }

  #say(): EnqueueStreamRequest | undefined {
    if (this.#batches.unsent === 0 && this.#gathering.length > 0) this.#batches.add(this.#nextBatch());
    const [jobs] = this.#batches.take(1);
    return jobs && create(EnqueueStreamRequestSchema, { jobs: [...jobs] });
  }

  #nextBatch(): Batch {
    let bytes = 0;
    let count = 0;
    for (const job of this.#gathering) {
      bytes += sizeMax(job.payload) + 1_024;
      if (count > 0 && (count >= jobsMax || bytes > bytesMax)) break;
      count += 1;
    }
    return this.#gathering.splice(0, count);
  }

  #hear(response: EnqueueStreamResponse): void {
    for (const receipt of response.receipts) this.#takeReceipt(receipt);
    for (const batch of this.#batches.acknowledge(Number(response.messagesThrough))) {
      this.#unacknowledged -= batch.length;
      this.#settled += 1;
    }
    this.#wakeAll();
    this.#conversation?.ring();
  }

  // A batch is ours, not the caller's: when one job in it is wrong the others must not suffer, so it is halved until
  // the wrong one is alone.
  #takeReceipt(receipt: EnqueueReceipt): void {
    const batch = this.#batches.numbered(Number(receipt.message));
    if (receipt.refusal === undefined || batch === undefined) return;
    const { code, message } = receipt.refusal;
    if (code === Code.Unavailable) throw new ConnectError(message, code);

    if (batch.length === 1) {
      this.#refused.push(...batch.map(({ id }) => ({ id, code, reason: message })));
      return;
    }
    const half = Math.ceil(batch.length / 2);
    for (const part of [batch.slice(0, half), batch.slice(half)]) this.#batches.add(part);
    this.#unacknowledged += batch.length;
  }
}
