// Where a stream puts what it hears, and a test takes it: in order, and never waiting for ever.

export class Mailbox<T> {
  readonly #letters: T[] = [];
  #over: { readonly fault?: unknown } | undefined;
  #wake: () => void = () => {};

  put(letter: T): void {
    this.#letters.push(letter);
    this.#wake();
  }

  /** Nothing more will come. A fault is thrown once all letters are taken. */
  end(over: { readonly fault?: unknown } = {}): void {
    this.#over ??= over;
    this.#wake();
  }

  /** The next letter; undefined when none came in time, or none will come. */
  async take(waitMs: number): Promise<T | undefined> {
    const until = Date.now() + waitMs;
    for (;;) {
      const letter = this.#letters.shift();
      if (letter !== undefined) return letter;
      if (this.#over?.fault) throw this.#over.fault;
      const leftMs = until - Date.now();
      if (this.#over || leftMs <= 0) return undefined;

      await this.#news(leftMs);
    }
  }

  #news(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** A stream of messages that is written to step by step. */
export class Outgoing<T> implements AsyncIterable<T> {
  readonly #messages: T[] = [];
  #ended = false;
  #wake: () => void = () => {};

  send(message: T): void {
    this.#messages.push(message);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) yield message;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
