// A browser with several tabs, made by hand: time that a test turns, locks and channels that work as the browser's do,
// and a server that streams what the test says.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport, type Transport } from "@connectrpc/connect";
import { AdminService, type WatchRequest, WatchResponseSchema } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { LiveWorld } from "../../web/live/world.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** What all tabs share. */
export class FakeBrowser {
  now = 1_000_000;
  readonly #timers = new Set<Timer>();
  readonly #channels = new Map<string, Set<(message: unknown) => void>>();
  readonly #locks = new Map<string, (() => void)[]>();
  readonly #hasLocks: boolean;
  #tabs = 0;

  constructor({ hasLocks = true }: { readonly hasLocks?: boolean } = {}) {
    this.#hasLocks = hasLocks;
  }

  openTab(id = `tab-${++this.#tabs}`): FakeTab {
    return new FakeTab(this, id);
  }

  /** How much is planned, by tabs that are alive. */
  get timers(): number {
    return this.#timers.size;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, and everything happen that it brings, in its order. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.run();
      await settle();
    }
    this.now = end;
  }

  join(name: string, hear: (message: unknown) => void) {
    const members = this.#channels.get(name) ?? new Set();
    this.#channels.set(name, members.add(hear));
    return {
      post: (message: unknown) => {
        const copy = structuredClone(message);
        for (const other of members)
          if (other !== hear) queueMicrotask(() => members.has(other) && other(copy));
      },
      close: () => void members.delete(hear),
    };
  }

  get lock(): LiveWorld["lock"] {
    return this.#hasLocks ? (name, signal, held) => this.#request(name, signal, held) : undefined;
  }

  #request(name: string, signal: AbortSignal, held: () => Promise<void>): void {
    const queue = this.#locks.get(name) ?? [];
    this.#locks.set(name, queue);
    const turn = () => {
      void held().finally(() => {
        queue.shift();
        queue[0]?.();
      });
    };
    signal.addEventListener("abort", () => {
      const place = queue.indexOf(turn);
      if (place > 0) queue.splice(place, 1); // it only waits; whoever holds it lets go by itself
    });
    queue.push(turn);
    if (queue.length === 1) queueMicrotask(turn);
  }
}

export class FakeTab implements LiveWorld {
  readonly tabId: string;
  readonly lock: LiveWorld["lock"];
  readonly #browser: FakeBrowser;
  readonly #listeners = new Set<() => void>();
  #isVisible = true;
  #isDead = false;

  constructor(browser: FakeBrowser, tabId: string) {
    this.#browser = browser;
    this.tabId = tabId;
    this.lock = browser.lock;
  }

  now = () => this.#browser.now;
  chance = () => 0.5;
  isVisible = () => this.#isVisible;

  after(ms: number, run: () => void): () => void {
    return this.#browser.after(ms, () => !this.#isDead && run());
  }

  onVisibility(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  openChannel(name: string, hear: (message: unknown) => void) {
    return this.#browser.join(name, (message) => !this.#isDead && hear(message));
  }

  show(isVisible: boolean): void {
    this.#isVisible = isVisible;
    for (const listener of this.#listeners) listener();
  }

  /** Gone without a word, as when the browser's process is killed. Its locks are another matter. */
  die(): void {
    this.#isDead = true;
  }
}

/** Everything that was promised has come to pass. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

type FrameInit = MessageInitShape<typeof WatchResponseSchema>;

interface OpenStream {
  readonly request: WatchRequest;
  readonly send: (frame: FrameInit | undefined) => void;
}

/** A server of one stream or many. */
export class FakeServer {
  readonly transport: Transport;
  /** Every stream that was ever asked for, in its order. */
  readonly requests: WatchRequest[] = [];
  readonly open = new Set<OpenStream>();
  /** How often it was asked without a stream. */
  polls = 0;
  /** Questions without a stream that wait for an answer. */
  asking = 0;
  isUp = true;
  /** Stopped: whoever asks waits until it goes on or gives up. A stream says nothing. */
  isFrozen = false;
  /** A new stream begins with a snapshot of this sequence; undefined says nothing. */
  greets: bigint | undefined = 1n;

  constructor() {
    this.transport = createRouterTransport(({ service }) => {
      service(AdminService, {
        watch: (request, { signal }) => this.#watch(request, signal),
        getOverview: (_, { signal }) => this.#poll({ overview: { workers: 7 } }, signal),
        listQueues: (_, { signal }) => this.#poll({ queues: [] }, signal),
        listWorkers: (_, { signal }) => this.#poll({ workers: [] }, signal),
        listOperations: (_, { signal }) => this.#poll({ operations: [] }, signal),
      });
    });
  }

  /** To all who stream. */
  send(frame: FrameInit): void {
    for (const stream of this.open) stream.send(frame);
  }

  /** Gone, with all its streams. */
  die(): void {
    this.isUp = false;
    for (const stream of this.open) stream.send(undefined);
  }

  async #poll<T>(answer: T, signal: AbortSignal): Promise<T> {
    if (!this.isUp) throw new ConnectError("refused", Code.Unavailable);
    if (this.isFrozen) {
      this.asking++;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      this.asking--;
      signal.throwIfAborted();
    }
    this.polls++;
    return answer;
  }

  async *#watch(request: WatchRequest, signal: AbortSignal) {
    if (!this.isUp) throw new ConnectError("refused", Code.Unavailable);
    this.requests.push(request);
    const frames: (FrameInit | undefined)[] = [];
    let wake = () => {};
    const stream = {
      request,
      send: (frame: FrameInit | undefined) => {
        frames.push(frame);
        wake();
      },
    };
    this.open.add(stream);
    signal.addEventListener("abort", () => wake());
    try {
      if (this.greets !== undefined && !this.isFrozen)
        yield create(WatchResponseSchema, { sequence: this.greets, snapshot: request.afterSequence === 0n });
      while (!signal.aborted) {
        const frame = frames.shift();
        if (frame) yield create(WatchResponseSchema, frame);
        else if (frames.length > 0) throw new ConnectError("the server died", Code.Unavailable);
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (frames.length > 0 || signal.aborted) resolve();
          });
        if (!this.isUp) throw new ConnectError("the server died", Code.Unavailable);
      }
    } finally {
      this.open.delete(stream);
    }
  }
}
