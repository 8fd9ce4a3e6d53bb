// Notices that the other side has gone silent. A connection whose peer vanished without a goodbye stays open for
// minutes, and TCP or HTTP/2 keepalive cannot see an application that has stopped.

/** Calls back once when nothing was heard for too long. */
export class Watchdog {
  readonly #onSilence: () => void;
  #silenceMaxMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMaxMs: number, onSilence: () => void) {
    this.#silenceMaxMs = silenceMaxMs;
    this.#onSilence = onSilence;
    this.heard();
  }

  /** Something was heard; from now on this much silence is too long. */
  heard(silenceMaxMs: number = this.#silenceMaxMs): void {
    if (this.#timer && silenceMaxMs === this.#silenceMaxMs) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#silenceMaxMs = silenceMaxMs;
    this.#timer = setTimeout(this.#onSilence, silenceMaxMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
