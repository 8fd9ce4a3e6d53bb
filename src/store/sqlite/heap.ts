// A binary heap: the first of many, again and again, when one of them has moved. With what many names cost it is the
// difference between looking at all of them for each job and looking at ten.

export class Heap<T> {
  readonly #items: T[];
  readonly #isBefore: (a: T, b: T) => boolean;

  /** Takes the list over. */
  constructor(items: T[], isBefore: (a: T, b: T) => boolean) {
    this.#items = items;
    this.#isBefore = isBefore;
    for (let i = (items.length >>> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  removeFirst(): void {
    const last = this.#items.pop();
    if (last === undefined || this.#items.length === 0) return;

    this.#items[0] = last;
    this.#sink(0);
  }

  /** The first one has gone further back. */
  sinkFirst(): void {
    if (this.#items.length > 1) this.#sink(0);
  }

  #sink(from: number): void {
    const items = this.#items;
    const item = items[from] as T;
    let at = from;
    for (let child = 2 * at + 1; child < items.length; child = 2 * at + 1) {
      const right = child + 1;
      const least =
        right < items.length && this.#isBefore(items[right] as T, items[child] as T) ? right : child;
      if (!this.#isBefore(items[least] as T, item)) break;
      items[at] = items[least] as T;
      at = least;
    }
    items[at] = item;
  }
}
