// The one stream to the server, and what to do when it breaks, falls silent, or never begins: come back with backoff, say
// so, and where a proxy swallows streams, ask instead.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  AdminService,
  type WatchResponse,
  WatchResponseSchema,
  WatchTopic,
} from "../../src/gen/lakh/v1/admin_pb.ts";
import type { LiveWorld } from "./world.ts";

export type StreamState = "connecting" | "live" | "reconnecting" | "polling";

export interface WatchStreamOptions {
  readonly transport: Transport;
  readonly world: LiveWorld;
  readonly onFrame: (frame: WatchResponse) => void;
  /** `why`: what broke it. */
  readonly onState: (state: StreamState, why?: string) => void;
}

export interface Wanted {
  readonly topics: readonly WatchTopic[];
  readonly intervalMs: number;
}

/** The server says something every 5 s, if only that it is there. */
const SILENCE_MS_MAX = 10_000;
/** No first message for so long: something in between holds it back. */
const FIRST_MS_MAX = 5_000;
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
  #cancelTimer: () => void = () => {};
  #failures = 0;
  #state: StreamState = "connecting";

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
    this.#open();
  }

  /** Of the last frame. */
  get sequence(): bigint {
    return this.#sequence;
  }

  stop(): void {
    this.#wanted = undefined;
    this.#cancelTimer();
    this.#attempt?.abort();
    this.#attempt = undefined;
  }

  #open(): void {
    if (!this.#wanted) return;

    this.#attempt?.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    if (this.#state !== "polling") this.#say(this.#failures > 0 ? "reconnecting" : "connecting");
    this.#timer(FIRST_MS_MAX, () => this.#poll());
    this.#read(this.#wanted, attempt.signal).then(
      () => this.#broken(attempt, "the server ended the stream"),
      (error: unknown) => this.#broken(attempt, error instanceof Error ? error.message : String(error)),
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
      this.#say("live");
      this.#timer(SILENCE_MS_MAX, () => this.#silent());
      this.#options.onFrame(frame);
    }
  }

  /** The connection stands, and nothing comes: the server is frozen, or the way to it is. */
  #silent(): void {
    const { attempt } = { attempt: this.#attempt };
    attempt?.abort();
    if (attempt) this.#broken(attempt, "the server has fallen silent");
  }

  #broken(attempt: AbortController, why: string): void {
    if (this.#attempt !== attempt || !this.#wanted) return;

    this.#attempt = undefined;
    this.#failures++;
    if (this.#state === "polling") return;
    this.#say("reconnecting", why);
    const backoffMs = Math.min(BACKOFF_MS_MIN * 2 ** (this.#failures - 1), BACKOFF_MS_MAX);
    this.#timer(backoffMs * (0.75 + this.#options.world.chance() / 4), () => this.#open());
  }

  /** The stream stays open meanwhile: a first message after all ends the polling. */
  #poll(untilMs = this.#options.world.now() + POLLING_MS): void {
    if (!this.#wanted) return;
    if (this.#options.world.now() >= untilMs) {
      this.#open();
      return;
    }

    this.#say("polling", "streams do not come through; asking every 5 s instead");
    const { topics } = this.#wanted;
    this.#timer(POLL_MS, () => this.#poll(untilMs));
    this.#ask(topics).then(
      (frame) => this.#state === "polling" && this.#wanted && this.#options.onFrame(frame),
      () => {
        // Not there at all: then it is no proxy, and the stream is tried again at its own pace.
        if (this.#state !== "polling") return;
        this.#state = "reconnecting";
        this.#failures++;
        this.#open();
      },
    );
  }

  async #ask(topics: readonly WatchTopic[]): Promise<WatchResponse> {
    const has = (topic: WatchTopic) => topics.includes(topic);
    const page = { pageSize: LIST_MAX };
    const [overview, queues, workers, operations] = await Promise.all([
      has(WatchTopic.OVERVIEW) ? this.#client.getOverview({}) : undefined,
      has(WatchTopic.QUEUES) ? this.#client.listQueues(page) : undefined,
      has(WatchTopic.WORKERS) ? this.#client.listWorkers(page) : undefined,
      has(WatchTopic.OPERATIONS) ? this.#client.listOperations({}) : undefined,
    ]);
    return create(WatchResponseSchema, {
      snapshot: true,
      ...(overview?.overview && { overview: overview.overview }),
      queues: queues?.queues ?? [],
      workers: workers?.workers ?? [],
      operations: operations?.operations ?? [],
    });
  }

  #say(state: StreamState, why?: string): void {
    this.#state = state;
    this.#options.onState(state, why);
  }

  #timer(ms: number, run: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.world.after(ms, run);
  }
}
