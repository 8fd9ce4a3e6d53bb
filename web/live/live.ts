// What is live on this page, over one stream for all tabs. Visible tabs elect one that streams what all of them show, and
// feeds the rest; a hidden tab passes it on. Screens only say what they show.
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { type WatchResponse, WatchResponseSchema, type WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { type Election, openElection } from "./election.ts";
import { type LiveModel, snapshotOf } from "./live-model.ts";
import { type LiveStatus, Shown, type Source } from "./shown.ts";
import { StreamHolder } from "./stream-holder.ts";
import { isTabMessage, type TabMessage } from "./tab-messages.ts";
import { covers } from "./wants.ts";
import type { StreamState, Wanted } from "./watch-stream.ts";
import { browserWorld, type Channel, type LiveWorld } from "./world.ts";

export type { LiveState, LiveStatus } from "./shown.ts";

export interface LiveOptions {
  readonly transport: Transport;
  /** Different for each server of an origin. Default: "lakh-live". */
  readonly name?: string;
  /** Default: the browser's. */
  readonly world?: LiveWorld;
}

type FrameListener = (frame: WatchResponse) => void;
type WantMessage = Extract<TabMessage, { is: "want" }>;

const INTERVAL_MS_DEFAULT = 2_000;
/** How often a tab repeats what it wants. */
const WANT_MS = 5_000;
/** A hidden tab has neither stream nor polling after so long. */
const HIDDEN_MS_MAX = 30_000;

export class Live {
  readonly #world: LiveWorld;
  readonly #name: string;
  readonly #holder: StreamHolder;
  readonly #election: Election;
  readonly #subscribers = new Map<
    symbol,
    { readonly topics: readonly WatchTopic[]; readonly listener: FrameListener }
  >();
  readonly #shown: Shown;
  #channel: Channel | undefined;
  #intervalMs: number | "off" = INTERVAL_MS_DEFAULT;
  #isPaused = false;
  #isClosed = false;
  #isElected = false;
  #isAway = false;
  readonly #timers = new Map<"want" | "hidden" | "settle", () => void>();
  readonly #stopVisibility: () => void;

  constructor({ transport, name = "lakh-live", world = browserWorld() }: LiveOptions) {
    this.#world = world;
    this.#name = name;
    this.#shown = new Shown(world);
    this.#holder = new StreamHolder({
      transport,
      world,
      seen: this.#shown,
      onFrame: (frame) => this.#spread(frame),
      onState: (state, why) => this.#spreadState(state, why),
    });
    this.#election = openElection({ world, name, onElected: (isElected) => this.#elected(isElected) });
    this.#stopVisibility = world.onVisibility(() => this.#looked());
    if (world.isVisible()) this.#join();
    else this.#isAway = true;
  }

  /** What this tab shows now. The returned function takes it back. */
  subscribe(topics: readonly WatchTopic[], listener: FrameListener): () => void {
    const key = Symbol();
    this.#subscribers.set(key, { topics, listener });
    this.#settle();
    return () => {
      this.#subscribers.delete(key);
      this.#settle();
    };
  }

  /** What all frames add up to. The same object as long as nothing has changed. */
  get model(): LiveModel {
    return this.#shown.model;
  }

  /** The model has all there is of these topics. */
  has(topics: readonly WatchTopic[]): boolean {
    return this.#shown.has(topics);
  }

  onModel(listener: () => void): () => void {
    return this.#shown.onModel(listener);
  }

  /** The same object as long as nothing has changed. */
  get status(): LiveStatus {
    return this.#shown.status;
  }

  onStatus(listener: () => void): () => void {
    return this.#shown.onStatus(listener);
  }

  /** How often numbers may change, 1 s to 60 s; "off" stands still. */
  setInterval(ms: number | "off"): void {
    if (ms === this.#intervalMs) return;

    this.#intervalMs = ms;
    this.#settle();
  }

  pause(): void {
    this.#isPaused = true;
    this.#settle();
  }

  resume(): void {
    this.#isPaused = false;
    this.#settle();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopVisibility();
    this.#leave();
  }

  get #stands(): boolean {
    return this.#isPaused || this.#intervalMs === "off";
  }

  /** What this tab wants, if it wants anything. */
  get #wanted(): Wanted {
    const isQuiet = this.#isAway || this.#isClosed || this.#stands;
    const topics = isQuiet
      ? []
      : [...new Set([...this.#subscribers.values()].flatMap(({ topics }) => topics))];
    return { topics, intervalMs: this.#intervalMs === "off" ? INTERVAL_MS_DEFAULT : this.#intervalMs };
  }

  // Screens come and go in one turn; what they want together is looked at after it.
  #settle(): void {
    if (this.#isClosed) return;

    this.#timer("settle", 0, () => {
      if (this.#stands) this.#rest();
      else if (!this.#isAway) this.#join();
    });
  }

  #join(): void {
    if (this.#isClosed || this.#stands) return;

    this.#channel ??= this.#world.openChannel(this.#name, (message) => this.#hear(message));
    this.#shown.listen();
    // What a hidden tab shows may change too; but it does not come forward.
    if (this.#world.isVisible()) this.#election.stand();
    this.#say();
  }

  /** Says what this tab wants, to whoever holds the stream. */
  #say(): void {
    const { topics, intervalMs } = this.#wanted;
    const needsSnapshot = !covers(this.#shown.complete, topics);
    const want = { is: "want", tab: this.#world.tabId, topics, intervalMs, needsSnapshot } as const;
    this.#post(want);
    this.#heardWant(want);
    this.#timer("want", WANT_MS, () => this.#say());
  }

  #hear(message: unknown): void {
    if (!isTabMessage(message) || this.#stands) return;
    if (message.is === "elected") this.#say();
    else if (message.is === "want") this.#heardWant(message);
    else if (!this.#isElected && (message.to ?? this.#world.tabId) === this.#world.tabId)
      this.#follow(message);
  }

  #heardWant(want: WantMessage): void {
    if (!this.#isElected) return;

    this.#holder.heardWant(want);
    this.#shown.narrow(this.#holder.topics);
    if (want.needsSnapshot && want.tab !== this.#world.tabId) this.#catchUp(want);
  }

  /** Tells a tab how things stand: it may have come when nothing else is to be heard. */
  #catchUp({ tab: to, topics: wanted }: WantMessage): void {
    const { model, sequence, complete: topics, status } = this.#shown;
    const { state, why, heardAt } = status;
    if (state === "connecting" || state === "paused") return;

    this.#post({ is: "state", state, why, to });
    if (heardAt === undefined || !covers(topics, wanted)) return;
    const bytes = toBinary(WatchResponseSchema, snapshotOf(model, { sequence, now: this.#world.now() }));
    this.#post({ is: "frame", bytes, topics, state, why, heardAt, to });
  }

  #follow(message: Extract<TabMessage, { is: "frame" | "state" }>): void {
    if (message.is === "state") this.#shown.change({ state: message.state, why: message.why });
    else this.#take(fromBinary(WatchResponseSchema, message.bytes), message);
  }

  #elected(isElected: boolean): void {
    this.#isElected = isElected;
    this.#holder.stop();
    if (!isElected) return;

    this.#post({ is: "elected" });
    this.#say();
  }

  #spread(frame: WatchResponse): void {
    const { state, why } = this.#shown.status;
    if (state === "connecting" || state === "paused") return;

    const source = { topics: this.#holder.topics, state, why, heardAt: this.#world.now() };
    this.#post({ is: "frame", bytes: toBinary(WatchResponseSchema, frame), ...source });
    this.#take(frame, source);
  }

  #spreadState(state: StreamState, why: string | undefined): void {
    const { status } = this.#shown;
    if (state === status.state && why === status.why) return;

    this.#post({ is: "state", state, why });
    this.#shown.change({ state, why });
  }

  #take(frame: WatchResponse, source: Source): void {
    if (this.#isAway || this.#stands || !this.#shown.take(frame, source)) return;

    for (const { listener } of this.#subscribers.values()) listener(frame);
  }

  /** The tab was shown, or hidden. */
  #looked(): void {
    if (this.#world.isVisible()) {
      this.#timers.get("hidden")?.();
      this.#isAway = false;
      this.#join();
      this.#shown.expectNews();
      return;
    }
    this.#election.stepDown();
    this.#timer("hidden", HIDDEN_MS_MAX, () => this.#leave());
  }

  /** Neither stream nor polling, until somebody looks again. */
  #leave(): void {
    this.#isAway = true;
    this.#say();
    this.#election.stepDown();
    this.#channel?.close();
    this.#channel = undefined;
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#shown.rest(this.#stands ? "paused" : "connecting");
  }

  #rest(): void {
    if (this.#shown.status.state === "paused") return;

    this.#say();
    this.#election.stepDown();
    this.#timers.get("want")?.();
    this.#shown.rest("paused");
  }

  #post(message: TabMessage): void {
    this.#channel?.post(message);
  }

  #timer(key: "want" | "hidden" | "settle", ms: number, run: () => void): void {
    this.#timers.get(key)?.();
    this.#timers.set(key, this.#world.after(ms, run));
  }
}
