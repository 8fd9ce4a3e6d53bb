// What was said on a stream and is not known to be on the server's disk yet. Both long streams of the protocol answer
// with a count ("reports through", "messages through"), and both want the rest repeated after a reconnect.

/** A queue whose front is given up only when the server has dealt with it. */
export class Outbox<T> {
  #items: T[] = [];
  #sent = 0;
  #through = 0;
  #onEmpty: (() => void)[] = [];

  /** How many items are not acknowledged. */
  get size(): number {
    return this.#items.length;
  }

  /** How many of them wait to be sent on this stream. */
  get unsent(): number {
    return this.#items.length - this.#sent;
  }

  add(item: T): void {
    this.#items.push(item);
  }

  /** Takes the next items to send: at most countMax, as long as each fits, and one in any case. They stay until acknowledged. */
  take(countMax: number, fits: (item: T) => boolean = () => true): T[] {
    const from = this.#sent;
    for (const item of this.#items.slice(from, from + countMax)) {
      const doesFit = fits(item);
      if (!doesFit && this.#sent > from) break;
      this.#sent += 1;
    }
    return this.#items.slice(from, this.#sent);
  }

  /** The item that this stream's count calls `number`, counted from 1. */
  numbered(number: number): T | undefined {
    return this.#items[number - this.#through - 1];
  }

  /** The server has dealt with this many of the stream's items. Answers those that are settled by it. */
  acknowledge(through: number): T[] {
    const count = Math.min(Math.max(through - this.#through, 0), this.#sent);
    const settled = this.#items.splice(0, count);
    this.#sent -= count;
    this.#through += count;
    if (this.#items.length === 0) for (const resolve of this.#onEmpty.splice(0)) resolve();
    return settled;
  }

  /** A new stream begins: everything that is left will be sent again, and the count starts anew. */
  restart(): void {
    this.#sent = 0;
    this.#through = 0;
  }

  /** Resolves when everything has been acknowledged. */
  async empty(): Promise<void> {
    if (this.#items.length > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  /** Everything that is not acknowledged, oldest first. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
