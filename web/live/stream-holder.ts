// The part of the tab that was elected: it holds the one stream, open for what all tabs together want.
import type { Transport } from "@connectrpc/connect";
import type { WatchResponse, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type LiveModel, snapshotOf } from "./live-model.ts";
import { covers, Wants } from "./wants.ts";
import { type StreamState, type Wanted, WatchStream } from "./watch-stream.ts";
import type { LiveWorld } from "./world.ts";

/** What the tab has seen so far. */
export interface Seen {
  readonly model: LiveModel;
  readonly sequence: bigint;
  /** Topics of which it has seen a snapshot, and all frames since. */
  readonly topics: readonly WatchTopic[];
}

export interface StreamHolderOptions {
  readonly transport: Transport;
  readonly world: LiveWorld;
  readonly seen: () => Seen;
  /** `to`: for that tab alone. */
  readonly onFrame: (frame: WatchResponse, to?: string) => void;
  readonly onState: (state: StreamState, why: string | undefined) => void;
}

export interface Want extends Wanted {
  readonly tab: string;
  /** It has seen nothing yet, or not of these topics. */
  readonly needsSnapshot: boolean;
}

export class StreamHolder {
  readonly #options: StreamHolderOptions;
  readonly #stream: WatchStream;
  readonly #wants = new Wants();
  #open: Wanted | undefined;

  constructor(options: StreamHolderOptions) {
    const { transport, world, onFrame, onState } = options;
    this.#options = options;
    this.#stream = new WatchStream({
      transport,
      world,
      onFrame: (frame) => onFrame(frame),
      onState: (state, why) => onState(state, why),
    });
  }

  /** What the stream is open for. */
  get topics(): readonly WatchTopic[] {
    return this.#open?.topics ?? [];
  }

  heardWant({ tab, topics, intervalMs, needsSnapshot }: Want): void {
    const { world, seen } = this.#options;
    this.#wants.set(tab, { topics, intervalMs }, world.now());
    const union = this.#wants.union(world.now());
    if (!union) {
      this.#stream.stop();
      this.#open = undefined;
      return;
    }
    const has = this.#open !== undefined && covers(this.topics, topics);
    this.#reopen(union);
    const { model, sequence } = seen();
    if (needsSnapshot && has && tab !== world.tabId && !model.isEmpty)
      this.#options.onFrame(snapshotOf(model, { sequence, now: world.now() }), tab);
  }

  stop(): void {
    this.#stream.stop();
    this.#wants.clear();
    this.#open = undefined;
  }

  /** Goes on from what this tab has seen, where it has seen all that is wanted. */
  #reopen(union: Wanted): void {
    const isSame = this.topics.length === union.topics.length && covers(this.topics, union.topics);
    if (isSame && this.#open?.intervalMs === union.intervalMs) return;

    const { topics, sequence } = this.#options.seen();
    this.#open = union;
    this.#stream.want(union, covers(topics, union.topics) ? sequence : undefined);
  }
}
