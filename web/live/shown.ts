// What this tab knows: what frames add up to, of which topics, and how fresh it is. What is old is never said to be fresh.
import type { WatchResponse, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { stampAges } from "./ages.ts";
import { EMPTY_MODEL, foldFrame, type LiveModel } from "./live-model.ts";
import { covers } from "./wants.ts";
import type { StreamState } from "./watch-stream.ts";
import type { LiveWorld } from "./world.ts";

export type LiveState = "connecting" | StreamState | "paused";

export interface LiveStatus {
  readonly state: LiveState;
  /** When the server was heard last, in epoch milliseconds of this machine. */
  readonly heardAt: number | undefined;
  /** Nothing for so long that what is shown is old. */
  readonly isStale: boolean;
  readonly why: string | undefined;
}

/** Where a frame comes from: how things stand with whoever heard it. */
export interface Source {
  /** What the stream is open for. */
  readonly topics: readonly WatchTopic[];
  readonly state: StreamState;
  readonly why: string | undefined;
  readonly heardAt: number;
}

/** Two beats of the server. */
const STALE_MS = 10_000;

export class Shown {
  readonly #world: LiveWorld;
  readonly #modelListeners = new Set<() => void>();
  readonly #statusListeners = new Set<() => void>();
  #model = EMPTY_MODEL;
  #status: LiveStatus = { state: "connecting", heardAt: undefined, isStale: false, why: undefined };
  #topics: readonly WatchTopic[] = [];
  /** Frames were missed, so that differences say nothing: only a snapshot does. */
  #isBehind = true;
  #sequence = 0n;
  #cancelStale: (() => void) | undefined;

  constructor(world: LiveWorld) {
    this.#world = world;
  }

  get model(): LiveModel {
    return this.#model;
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Of the last frame. */
  get sequence(): bigint {
    return this.#sequence;
  }

  /** Topics of which it has seen a snapshot, and all frames since. */
  get complete(): readonly WatchTopic[] {
    return this.#isBehind ? [] : this.#topics;
  }

  /** It has all there is of these topics, as of `heardAt`. */
  has(topics: readonly WatchTopic[]): boolean {
    return covers(this.#topics, topics);
  }

  onModel(listener: () => void): () => void {
    this.#modelListeners.add(listener);
    return () => this.#modelListeners.delete(listener);
  }

  onStatus(listener: () => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  /** False for differences to something that it has not seen. */
  take(frame: WatchResponse, { topics, state, why, heardAt }: Source): boolean {
    if (this.#isBehind && !frame.snapshot) return false;

    if (frame.snapshot) this.#topics = topics;
    else this.narrow(topics);
    this.#isBehind = false;
    this.#sequence = frame.sequence;
    stampAges(frame, this.#world.now());
    const before = this.#model;
    this.#model = foldFrame(before, frame);
    this.change({ state, why, heardAt, isStale: this.#isOld(heardAt) });
    this.#watchSilence(heardAt);
    if (before !== this.#model) for (const listener of this.#modelListeners) listener();
    return true;
  }

  /** Nothing but these topics is told any more: what is known of others grows old. */
  narrow(topics: readonly WatchTopic[]): void {
    if (!covers(topics, this.#topics)) this.#topics = this.#topics.filter((topic) => topics.includes(topic));
  }

  /** From now on it listens, and silence counts. What it knows from long ago is old until somebody says otherwise. */
  listen(): void {
    if (this.#cancelStale) return;

    if (this.#status.state === "paused") this.change({ state: "connecting" });
    const { heardAt } = this.#status;
    this.change({ isStale: heardAt !== undefined && this.#isOld(heardAt) });
    this.#watchSilence(this.#world.now());
  }

  /** Somebody looks again: if what they see is old, there may be fresher news than that the server is silent. */
  expectNews(): void {
    const { state, isStale } = this.#status;
    if (isStale && state === "live") this.change({ state: "connecting" });
  }

  /** From now on it hears nothing, and is not expected to. */
  rest(state: "paused" | "connecting"): void {
    this.#cancelStale?.();
    this.#cancelStale = undefined;
    this.#isBehind = true;
    this.change({ state, isStale: false, why: undefined });
  }

  change(change: Partial<LiveStatus>): void {
    const next = { ...this.#status, ...change };
    const { state, heardAt, isStale, why } = this.#status;
    if (next.state === state && next.heardAt === heardAt && next.isStale === isStale && next.why === why)
      return;

    this.#status = next;
    for (const listener of this.#statusListeners) listener();
  }

  #isOld(heardAt: number): boolean {
    return this.#world.now() - heardAt >= STALE_MS;
  }

  #watchSilence(since: number): void {
    this.#cancelStale?.();
    const leftMs = Math.max(0, since + STALE_MS - this.#world.now());
    this.#cancelStale = this.#world.after(leftMs, () => this.change({ isStale: true }));
  }
}
