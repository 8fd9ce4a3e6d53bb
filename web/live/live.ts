// What is live on this page, over one stream for all tabs. Visible tabs elect one that streams what all of them show, and
// feeds the rest; a hidden tab passes it on. Screens only say what they show.
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import { type WatchResponse, WatchResponseSchema, type WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { stampAges } from "./ages.ts";
import { type Election, openElection } from "./election.ts";
import { EMPTY_MODEL, foldFrame, type LiveModel } from "./live-model.ts";
import { StreamHolder } from "./stream-holder.ts";
import { isTabMessage, type TabMessage } from "./tab-messages.ts";
import { covers } from "./wants.ts";
import type { StreamState, Wanted } from "./watch-stream.ts";
import { browserWorld, type Channel, type LiveWorld } from "./world.ts";

export type LiveState = StreamState | "paused";

export interface LiveStatus {
  readonly state: LiveState;
  /** When the last message came, in epoch milliseconds of this machine. */
  readonly heardAt: number | undefined;
  /** Nothing for so long that what is shown is old. */
  readonly isStale: boolean;
  readonly why: string | undefined;
}

export interface LiveOptions {
  readonly transport: Transport;
  /** Different for each server of an origin. Default: "lakh-live". */
  readonly name?: string;
  /** Default: the browser's. */
  readonly world?: LiveWorld;
}

type FrameListener = (frame: WatchResponse) => void;

const INTERVAL_MS_DEFAULT = 2_000;
/** How often a tab repeats what it wants. */
const WANT_MS = 5_000;
/** A hidden tab has neither stream nor polling after so long. */
const HIDDEN_MS_MAX = 30_000;
/** Two beats of the server. */
const STALE_MS = 10_000;

export class Live {
  readonly #world: LiveWorld;
  readonly #name: string;
  readonly #holder: StreamHolder;
  readonly #election: Election;
  readonly #subscribers = new Map<
    symbol,
    { readonly topics: readonly WatchTopic[]; readonly listener: FrameListener }
  >();
  readonly #statusListeners = new Set<() => void>();
  readonly #modelListeners = new Set<() => void>();
  #channel: Channel | undefined;
  #model: LiveModel = EMPTY_MODEL;
  #status: LiveStatus = { state: "connecting", heardAt: undefined, isStale: false, why: undefined };
  #intervalMs: number | "off" = INTERVAL_MS_DEFAULT;
  #isPaused = false;
  #isClosed = false;
  #isElected = false;
  /** Topics of which this tab has seen a snapshot, and all frames since. */
  #seen: readonly WatchTopic[] = [];
  #sequence = 0n;
  #isAway = false;
  readonly #timers = new Map<"want" | "hidden" | "stale" | "settle", () => void>();
  readonly #stopVisibility: () => void;

  constructor({ transport, name = "lakh-live", world = browserWorld() }: LiveOptions) {
    this.#world = world;
    this.#name = name;
    this.#holder = new StreamHolder({
      transport,
      world,
      seen: () => ({ model: this.#model, sequence: this.#sequence, topics: this.#seen }),
      onFrame: (frame, to) => this.#spread(frame, to),
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
    return this.#model;
  }

  /** The model has all there is of these topics. */
  has(topics: readonly WatchTopic[]): boolean {
    return covers(this.#seen, topics);
  }

  onModel(listener: () => void): () => void {
    this.#modelListeners.add(listener);
    return () => this.#modelListeners.delete(listener);
  }

  /** The same object as long as nothing has changed. */
  get status(): LiveStatus {
    return this.#status;
  }

  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
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
    this.#timer("settle", 0, () => {
      if (this.#stands) this.#rest();
      else if (!this.#isAway && !this.#isClosed) this.#join();
      this.#say();
    });
  }

  #join(): void {
    if (this.#isClosed || this.#stands) return;

    this.#channel ??= this.#world.openChannel(this.#name, (message) => this.#hear(message));
    if (this.#status.state === "paused") this.#change({ state: "connecting", why: undefined });
    this.#election.stand();
    this.#say();
    this.#watchSilence();
  }

  /** Says what this tab wants, to whoever holds the stream. */
  #say(): void {
    const { topics, intervalMs } = this.#wanted;
    const needsSnapshot = !covers(this.#seen, topics);
    this.#channel?.post({ is: "want", tab: this.#world.tabId, topics, intervalMs, needsSnapshot });
    if (this.#isElected)
      this.#holder.heardWant({ tab: this.#world.tabId, topics, intervalMs, needsSnapshot });
    this.#timer("want", WANT_MS, () => this.#say());
  }

  #hear(message: unknown): void {
    if (!isTabMessage(message)) return;
    if (message.is === "elected") this.#say();
    else if (message.is === "want" && this.#isElected) this.#holder.heardWant(message);
    else if (message.is === "state" && !this.#isElected)
      this.#change({ state: message.state, why: message.why });
    else if (message.is === "frame" && !this.#isElected) this.#heardFrame(message);
  }

  #heardFrame({ bytes, to }: Extract<TabMessage, { is: "frame" }>): void {
    if (to !== undefined && to !== this.#world.tabId) return;
    this.#take(fromBinary(WatchResponseSchema, bytes));
  }

  #elected(isElected: boolean): void {
    this.#isElected = isElected;
    this.#holder.stop();
    if (!isElected) return;

    this.#channel?.post({ is: "elected" });
    this.#say();
  }

  #spread(frame: WatchResponse, to?: string): void {
    const bytes = toBinary(WatchResponseSchema, frame);
    this.#channel?.post({ is: "frame", bytes, ...(to !== undefined && { to }) });
    if (to === undefined) this.#take(frame);
  }

  #spreadState(state: StreamState, why: string | undefined): void {
    if (state === this.#status.state && why === this.#status.why) return;

    this.#channel?.post({ is: "state", state, why });
    this.#change({ state, why });
  }

  #take(frame: WatchResponse): void {
    if (this.#isAway || this.#stands) return;

    if (frame.snapshot) this.#seen = this.#isElected ? this.#holder.topics : this.#wanted.topics;
    this.#sequence = frame.sequence;
    stampAges(frame, this.#world.now());
    const before = this.#model;
    this.#model = foldFrame(this.#model, frame);
    const isPolled = this.#status.state === "polling";
    this.#change({
      state: isPolled ? "polling" : "live",
      heardAt: this.#world.now(),
      isStale: false,
      why: isPolled ? this.#status.why : undefined,
    });
    this.#watchSilence();
    if (before !== this.#model) for (const listener of this.#modelListeners) listener();
    for (const { listener } of this.#subscribers.values()) listener(frame);
  }

  #watchSilence(): void {
    this.#timer("stale", STALE_MS, () => this.#change({ isStale: true }));
  }

  /** The tab was shown, or hidden. */
  #looked(): void {
    if (this.#world.isVisible()) {
      this.#timers.get("hidden")?.();
      if (this.#isAway) this.#seen = [];
      this.#isAway = false;
      this.#join();
      return;
    }
    this.#election.stepDown();
    this.#timer("hidden", HIDDEN_MS_MAX, () => {
      this.#isAway = true;
      this.#leave();
    });
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
  }

  #rest(): void {
    if (this.#status.state === "paused") return;

    this.#say();
    this.#election.stepDown();
    this.#timers.get("stale")?.();
    this.#timers.get("want")?.();
    this.#seen = [];
    this.#change({ state: "paused", isStale: false, why: undefined });
  }

  #change(change: Partial<LiveStatus>): void {
    const next = { ...this.#status, ...change };
    const { state, heardAt, isStale, why } = this.#status;
    if (next.state === state && next.heardAt === heardAt && next.isStale === isStale && next.why === why)
      return;

    this.#status = next;
    for (const listener of this.#statusListeners) listener();
  }

  #timer(key: "want" | "hidden" | "stale" | "settle", ms: number, run: () => void): void {
    this.#timers.get(key)?.();
    this.#timers.set(key, this.#world.after(ms, run));
  }
}
