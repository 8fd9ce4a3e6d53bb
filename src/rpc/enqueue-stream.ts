// EnqueueStream: many batches over one stream, each acknowledged when it is on disk. Batches that arrive together are
// committed together, so several are under way at once; their answers leave in their order.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import {
  type EnqueueReceipt,
  EnqueueReceiptSchema,
  type EnqueueStreamRequest,
  type EnqueueStreamResponse,
  EnqueueStreamResponseSchema,
  type KeyConflictSchema,
} from "../gen/lakh/v1/producer_pb.ts";
import type { NewJob } from "../job/admission.ts";
import { type Enqueued, StoreFault } from "../store/store.ts";
import { Bell, HEARTBEAT_MS } from "./bell.ts";
import { answerable } from "./errors.ts";
import { admitSpecs, sizeOf } from "./job-spec.ts";
import { Pipeline, weightOf } from "./pipeline.ts";

class EnqueueStream {
  readonly #broker: Broker;
  readonly #bell: Bell;
  #taken = 0;
  #through = 0n;
  #receipts: EnqueueReceipt[] = [];
  /** What ends the stream: its end, or a fault. */
  #over: { readonly fault?: unknown } | undefined;

  constructor(broker: Broker, bell: Bell) {
    this.#broker = broker;
    this.#bell = bell;
  }

  async read(requests: AsyncIterable<EnqueueStreamRequest>): Promise<void> {
    const pipeline = new Pipeline();
    try {
      for await (const { jobs } of requests) {
        const message = BigInt(++this.#taken);
        const stored = this.#store(message, jobs);
        await pipeline.add(stored, (receipt) => this.#tell(message, receipt), weightOf(sizeOf(jobs)));
      }
      await pipeline.finish();
      this.#over = {};
    } catch (fault) {
      this.#over = { fault };
    }
    this.#bell.ring();
  }

  async *write(signal: AbortSignal): AsyncGenerator<EnqueueStreamResponse> {
    yield create(EnqueueStreamResponseSchema, {});
    const { clock } = this.#broker;
    let said = 0n;
    let beatAt = clock.now() + HEARTBEAT_MS;
    for (;;) {
      if (this.#through === said && !this.#over) await this.#bell.wait(beatAt);
      signal.throwIfAborted();
      const over = this.#over;
      if (this.#through > said || (!over && clock.now() >= beatAt)) {
        beatAt = clock.now() + HEARTBEAT_MS;
        said = this.#through;
        const receipts = this.#receipts;
        this.#receipts = [];
        yield create(EnqueueStreamResponseSchema, { messagesThrough: said, receipts });
      }
      if (over?.fault) throw over.fault;
      if (over) return;
    }
  }

  #tell(message: bigint, receipt: EnqueueReceipt | undefined): void {
    this.#through = message;
    if (receipt) this.#receipts.push(receipt);
    this.#bell.ring();
  }

  /** Stored or refused; rejects when the store has failed. */
  async #store(message: bigint, jobs: EnqueueStreamRequest["jobs"]): Promise<EnqueueReceipt | undefined> {
    try {
      const admitted = admitSpecs(this.#broker, jobs);
      const enqueued = await this.#broker.enqueue(admitted);
      return receiptOf({ message, jobs, admitted }, enqueued);
    } catch (error) {
      if (error instanceof StoreFault && error.kind !== "full") throw error;
      const told = answerable(error);
      if (!(told instanceof ConnectError)) throw error;
      const refusal = { code: told.code, message: told.rawMessage };
      return create(EnqueueReceiptSchema, { message, refusal });
    }
  }
}

/** What there is to say about a stored message; undefined when there is nothing. */
function receiptOf(
  { message, jobs, admitted }: Stored,
  enqueued: readonly Enqueued[],
): EnqueueReceipt | undefined {
  const generatedIds: string[] = [];
  const duplicates: number[] = [];
  const conflicts: MessageInitShape<typeof KeyConflictSchema>[] = [];
  for (const [i, { job, duplicate, replaced }] of enqueued.entries()) {
    if (jobs[i]?.id === "") generatedIds.push(job.id);
    if (duplicate) duplicates.push(i);
    if (replaced) conflicts.push({ job: i, id: replaced.id, replaced: true });
    // A duplicate by its id would have that.
    else if (job.id !== admitted[i]?.job.id) conflicts.push({ job: i, id: job.id, replaced: false });
  }
  if (generatedIds.length === 0 && duplicates.length === 0 && conflicts.length === 0) return undefined;

  return create(EnqueueReceiptSchema, { message, generatedIds, duplicates, conflicts });
}

interface Stored {
  readonly message: bigint;
  readonly jobs: EnqueueStreamRequest["jobs"];
  readonly admitted: readonly NewJob[];
}

export async function* enqueueStream(
  broker: Broker,
  requests: AsyncIterable<EnqueueStreamRequest>,
  { signal }: HandlerContext,
): AsyncGenerator<EnqueueStreamResponse> {
  const bell = new Bell(broker.clock);
  const stream = new EnqueueStream(broker, bell);
  signal.addEventListener("abort", bell.ring, { once: true });
  const reading = stream.read(requests);
  try {
    yield* stream.write(signal);
    await reading;
  } finally {
    signal.removeEventListener("abort", bell.ring);
  }
}
