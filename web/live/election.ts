// Which of several tabs holds the one stream. Where the browser has locks, whoever holds the lock; else the tab with the
// lowest id among those that were heard in the last three seconds.
import type { Channel, LiveWorld } from "./world.ts";

/** Says when this tab is elected, and when it is no longer. */
export interface Election {
  /** Wants to be elected. */
  stand(): void;
  /** Gives it up, and wants it no longer. */
  stepDown(): void;
}

export interface ElectionOptions {
  readonly world: LiveWorld;
  readonly name: string;
  readonly onElected: (isElected: boolean) => void;
}

export function openElection(options: ElectionOptions): Election {
  return options.world.lock ? new LockElection(options, options.world.lock) : new BeatElection(options);
}

class LockElection implements Election {
  readonly #options: ElectionOptions;
  readonly #lock: NonNullable<LiveWorld["lock"]>;
  #candidacy: AbortController | undefined;
  #release: (() => void) | undefined;

  constructor(options: ElectionOptions, lock: NonNullable<LiveWorld["lock"]>) {
    this.#options = options;
    this.#lock = lock;
  }

  stand(): void {
    if (this.#candidacy) return;

    const candidacy = new AbortController();
    this.#candidacy = candidacy;
    this.#lock(this.#options.name, candidacy.signal, () => {
      // It was granted in the moment in which it was given up.
      if (this.#candidacy !== candidacy) return Promise.resolve();
      this.#options.onElected(true);
      return new Promise((resolve) => {
        this.#release = resolve;
      });
    });
  }

  stepDown(): void {
    const { name: _, onElected } = this.#options;
    const release = this.#release;
    this.#release = undefined;
    this.#candidacy?.abort();
    this.#candidacy = undefined;
    if (!release) return;
    onElected(false);
    release();
  }
}

const BEAT_MS = 1_000;
/** Whoever is new listens for so long, so that it does not push itself before those that are there. */
const LISTEN_MS = 500;
/** A tab that was not heard for so long is taken for gone. */
const SILENCE_MS_MAX = 3_000;

class BeatElection implements Election {
  readonly #options: ElectionOptions;
  /** When each other candidate was heard last. */
  readonly #heard = new Map<string, number>();
  #channel: Channel | undefined;
  #cancelBeat: (() => void) | undefined;
  #isNew = false;
  #isElected = false;

  constructor(options: ElectionOptions) {
    this.#options = options;
  }

  stand(): void {
    if (this.#channel) return;

    const { world, name } = this.#options;
    this.#channel = world.openChannel(`${name} election`, (message) => this.#hear(message));
    this.#isNew = true;
    this.#channel.post({ asks: world.tabId });
    this.#cancelBeat = world.after(LISTEN_MS, () => {
      this.#isNew = false;
      this.#beat();
    });
  }

  stepDown(): void {
    this.#cancelBeat?.();
    this.#channel?.post({ gone: this.#options.world.tabId });
    this.#channel?.close();
    this.#channel = undefined;
    this.#heard.clear();
    this.#elect(false);
  }

  #beat(): void {
    const { world } = this.#options;
    this.#say();
    const now = world.now();
    for (const [tab, at] of this.#heard) if (now - at > SILENCE_MS_MAX) this.#heard.delete(tab);
    this.#elect([...this.#heard.keys()].every((tab) => world.tabId < tab));
    this.#cancelBeat = world.after(BEAT_MS, () => this.#beat());
  }

  #say(): void {
    this.#channel?.post({ candidate: this.#options.world.tabId });
  }

  #hear(message: unknown): void {
    const { candidate, gone, asks } = message as { candidate?: unknown; gone?: unknown; asks?: unknown };
    if (typeof gone === "string") this.#heard.delete(gone);
    if (typeof asks === "string" && !this.#isNew) this.#say();
    if (typeof candidate !== "string") return;
    this.#heard.set(candidate, this.#options.world.now());
    if (candidate < this.#options.world.tabId) this.#elect(false);
  }

  #elect(isElected: boolean): void {
    if (isElected === this.#isElected) return;

    this.#isElected = isElected;
    this.#options.onElected(isElected);
  }
}
