// What the live stream needs of the world around it, so that a test can have a world of its own: time, chance, other
// tabs, and whether anybody looks.

/** A line to the other tabs of this browser that show the same server. What one posts, all others hear. */
export interface Channel {
  post(message: unknown): void;
  close(): void;
}

export interface LiveWorld {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls once, after so many milliseconds. The returned function takes it back. */
  after(ms: number, run: () => void): () => void;
  /** From [0, 1). */
  chance(): number;
  /** Of this tab, different from all others. */
  readonly tabId: string;
  isVisible(): boolean;
  onVisibility(listener: () => void): () => void;
  openChannel(name: string, hear: (message: unknown) => void): Channel;
  /**
   * Waits for the one lock of this name, holds it until `held` resolves, and gives it up. Undefined where browsers have
   * none: on plain HTTP beyond loopback.
   */
  readonly lock: ((name: string, signal: AbortSignal, held: () => Promise<void>) => void) | undefined;
}

/** The browser's own. */
export function browserWorld(): LiveWorld {
  return {
    now: () => Date.now(),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    chance: () => Math.random(),
    tabId: drawTabId(),
    isVisible: () => document.visibilityState === "visible",
    onVisibility(listener) {
      document.addEventListener("visibilitychange", listener);
      return () => document.removeEventListener("visibilitychange", listener);
    },
    openChannel,
    lock: navigator.locks && requestLock,
  };
}

/** crypto.randomUUID is missing on plain HTTP beyond loopback. */
function drawTabId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

function openChannel(name: string, hear: (message: unknown) => void): Channel {
  const channel = new BroadcastChannel(name);
  channel.onmessage = ({ data }) => hear(data);
  return { post: (message) => channel.postMessage(message), close: () => channel.close() };
}

function requestLock(name: string, signal: AbortSignal, held: () => Promise<void>): void {
  navigator.locks.request(name, { signal }, held).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
