// Where the server is now, as the parent says: a client whose server was killed waits for the word of the next one
// instead of knocking.

/** What a client process hears from its parent. */
export type ClientOrder = { readonly url: string } | { readonly stop: true };

export class ServerAddresses {
  /** Resolves when the load is to end. */
  readonly stopped: Promise<void>;
  #url: string | undefined;
  #isStopped = false;
  #onNews: Set<() => void> = new Set();

  constructor() {
    const stopped = Promise.withResolvers<void>();
    this.stopped = stopped.promise;
    process.on("message", (order: ClientOrder) => {
      if ("url" in order) this.#url = order.url;
      else this.#isStopped = true;
      if (this.#isStopped) stopped.resolve();
      for (const hear of this.#onNews) hear();
    });
    process.on("disconnect", () => process.exit(1)); // nobody is left to watch it
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Resolves with where the server is, if that is elsewhere than it was. */
  async other(than?: string): Promise<string> {
    while (this.#url === undefined || this.#url === than) {
      await new Promise<void>((resolve) => {
        const hear = () => {
          this.#onNews.delete(hear);
          resolve();
        };
        this.#onNews.add(hear);
      });
    }
    return this.#url;
  }
}
