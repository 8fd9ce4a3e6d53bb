// The one stream to the server, and what to do when it breaks, falls silent, or never begins: come back with backoff, say
// so, and where a proxy swallows streams, ask instead.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Client, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  AdminService,
  type WatchResponse,
  WatchResponseSchema,
  WatchTopic,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import type { LiveWorld } from "./world.ts";

export type StreamState = "live" | "reconnecting" | "polling";

export interface WatchStreamOptions {
  readonly transport: Transport;
  readonly world: LiveWorld;
  readonly onFrame: (frame: WatchResponse) => void;
  /** `why`: what broke it. */
  readonly onState: (state: StreamState, why: string | undefined) => void;
}

export interface Wanted {
  readonly topics: readonly WatchTopic[];
  readonly intervalMs: number;
}

/** The server says something every 5 s, if only that it is there. */
const SILENCE_MS_MAX = 10_000;
/** No first message for so long: something in between holds it back, or the server does not run. */
const FIRST_MS_MAX = 5_000;
/** From an answer to the next question, and how long an answer may take. */
const POLL_MS = 5_000;
/** How long it is polled until a stream is tried again. */
const POLLING_MS = 60_000;
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 2_000;
const LIST_MAX = 1_000;

export class WatchStream {
  readonly #options: WatchStreamOptions;
  readonly #client: Client<typeof AdminService>;
  #wanted: Wanted | undefined;
  #sequence = 0n;
  #attempt: AbortController | undefined;
  /** Set while it polls. */
  #asking: AbortController | undefined;
  #cancelTimer: () => void = () => {};
  #cancelPoll: () => void = () => {};
  #failures = 0;

  constructor(options: WatchStreamOptions) {
    this.#options = options;
    this.#client = createClient(AdminService, options.transport);
  }

  /**
   * Opens the stream, or opens it anew when something else is wanted. `sequence` is that of the last frame that whoever
   * wants it has seen; undefined asks for a snapshot.
   */
  want(wanted: Wanted, sequence: bigint | undefined): void {
    this.#wanted = wanted;
    this.#sequence = sequence ?? 0n;
    this.#open(wanted);
    if (this.#asking) this.#poll(wanted);
  }

  stop(): void {
    this.#wanted = undefined;
    this.#failures = 0;
    this.#cancelTimer();
    this.#attempt?.abort();
    this.#attempt = undefined;
    this.#endPolling();
  }

  #open(wanted: Wanted): void {
    this.#attempt?.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#timer(FIRST_MS_MAX, () => this.#noWord());
    this.#read(wanted, attempt.signal).then(
      () => this.#broken(attempt, "the server ended the stream"),
      (error: unknown) => this.#broken(attempt, ConnectError.from(error).message),
    );
  }

  async #read({ topics, intervalMs }: Wanted, signal: AbortSignal): Promise<void> {
    const request = {
      topics: [...topics],
      interval: durationFromMs(intervalMs),
      afterSequence: this.#sequence,
    };
    for await (const frame of this.#client.watch(request, { signal, timeoutMs: 0 })) {
      if (signal.aborted) return;
      this.#failures = 0;
      this.#sequence = frame.sequence;
      this.#endPolling();
      this.#timer(SILENCE_MS_MAX, () => this.#break("the server has fallen silent"));
      this.#options.onState("live", undefined);
      this.#options.onFrame(frame);
    }
  }

  #broken(attempt: AbortController, why: string): void {
    if (this.#attempt !== attempt) return;

    this.#attempt = undefined;
    // While it polls, the next stream has its time.
    if (!this.#asking) this.#break(why);
  }

  /** There is neither a stream nor an answer: it is tried again, soon at first. */
  #break(why: string): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    this.#endPolling();
    this.#failures++;
    this.#options.onState("reconnecting", why);
    const backoffMs = Math.min(BACKOFF_MS_MIN * 2 ** (this.#failures - 1), BACKOFF_MS_MAX);
    const jitteredMs = backoffMs * (0.75 + this.#options.world.chance() / 4);
    this.#timer(jitteredMs, () => this.#wanted && this.#open(this.#wanted));
  }

  /** The stream stays open meanwhile: a first message after all ends the polling. */
  #noWord(): void {
    if (this.#wanted && !this.#asking) this.#poll(this.#wanted);
    this.#timer(POLLING_MS, () => this.#wanted && this.#open(this.#wanted));
  }

  /** An answer shows that it is the stream alone that does not come through. None means that there is no server. */
  #poll(wanted: Wanted): void {
    this.#endPolling();
    const asking = new AbortController();
    this.#asking = asking;
    this.#cancelPoll = this.#options.world.after(POLL_MS, () => this.#break("the server does not answer"));
    this.#ask(wanted.topics, asking.signal).then(
      (frame) => {
        if (this.#asking !== asking) return;
        this.#cancelPoll();
        this.#cancelPoll = this.#options.world.after(POLL_MS, () => this.#poll(this.#wanted ?? wanted));
        this.#sequence = 0n;
        this.#options.onState("polling", "streams do not come through; asking every 5 s instead");
        this.#options.onFrame(frame);
      },
      (error: unknown) => this.#asking === asking && this.#break(ConnectError.from(error).message),
    );
  }

  #endPolling(): void {
    this.#cancelPoll();
    this.#asking?.abort();
    this.#asking = undefined;
  }

  async #ask(topics: readonly WatchTopic[], signal: AbortSignal): Promise<WatchResponse> {
    const has = (topic: WatchTopic) => topics.includes(topic);
    const page = { pageSize: LIST_MAX };
    const [{ overview }, queues, workers, operations] = await Promise.all([
      this.#client.getOverview({}, { signal }),
      has(WatchTopic.QUEUES) ? this.#client.listQueues(page, { signal }) : undefined,
      has(WatchTopic.WORKERS) ? this.#client.listWorkers(page, { signal }) : undefined,
      has(WatchTopic.OPERATIONS) ? this.#client.listOperations({}, { signal }) : undefined,
    ]);
    return create(WatchResponseSchema, {
      snapshot: true,
      ...(overview && { overview }),
      queues: queues?.queues ?? [],
      workers: workers?.workers ?? [],
      operations: operations?.operations ?? [],
    });
  }

  #timer(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.world.after(ms, run);
  }
}
