// The part of the tab that was elected: it holds the one stream, open for what all tabs together want.
import type { Transport } from "@connectrpc/connect";
import type { WatchResponse, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { covers, Wants } from "./wants.ts";
import { type StreamState, type Wanted, WatchStream } from "./watch-stream.ts";
import type { LiveWorld } from "./world.ts";

/** What the tab has seen so far. */
export interface Seen {
  readonly sequence: bigint;
  /** Topics of which it has seen a snapshot, and all frames since. */
  readonly complete: readonly WatchTopic[];
}

export interface StreamHolderOptions {
  readonly transport: Transport;
  readonly world: LiveWorld;
  readonly seen: Seen;
  readonly onFrame: (frame: WatchResponse) => void;
  readonly onState: (state: StreamState, why: string | undefined) => void;
}

export interface Want extends Wanted {
  readonly tab: string;
}

export class StreamHolder {
  readonly #world: LiveWorld;
  readonly #seen: Seen;
  readonly #stream: WatchStream;
  readonly #wants = new Wants();
  #open: Wanted | undefined;

  constructor({ seen, ...options }: StreamHolderOptions) {
    this.#world = options.world;
    this.#seen = seen;
    this.#stream = new WatchStream(options);
  }

  /** What the stream is open for. */
  get topics(): readonly WatchTopic[] {
    return this.#open?.topics ?? [];
  }

  heardWant({ tab, topics, intervalMs }: Want): void {
    const now = this.#world.now();
    this.#wants.set(tab, { topics, intervalMs }, now);
    const union = this.#wants.union(now);
    if (union) this.#reopen(union);
    else this.#close();
  }

  stop(): void {
    this.#wants.clear();
    this.#close();
  }

  /** Goes on from what this tab has seen, where it has seen all that is wanted. */
  #reopen(union: Wanted): void {
    const isSame = this.topics.length === union.topics.length && covers(this.topics, union.topics);
    if (isSame && this.#open?.intervalMs === union.intervalMs) return;

    const { complete, sequence } = this.#seen;
    this.#open = union;
    this.#stream.want(union, covers(complete, union.topics) ? sequence : undefined);
  }

  #close(): void {
    this.#stream.stop();
    this.#open = undefined;
  }
}
