// Work that is under way together and told in the order in which it began, so that "through number n" means all of them.

/** How many messages of one stream may be under way; a faster client waits. */
const UNDER_WAY_MAX = 16;

export class Pipeline {
  readonly #underWay: Promise<void>[] = [];
  readonly #max: number;

  constructor(max: number = UNDER_WAY_MAX) {
    this.#max = max;
  }

  /** Tells the result once everything before it is told. Resolves when there is room for more; rejects as the work did. */
  async add<T>(work: Promise<T>, tell: (result: T) => void): Promise<void> {
    const told = this.#inOrder(work, tell);
    told.catch(() => {}); // heard of below, or by finish
    this.#underWay.push(told);
    if (this.#underWay.length >= this.#max) await this.#underWay.shift();
  }

  /** Resolves when all is told. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #inOrder<T>(work: Promise<T>, tell: (result: T) => void): Promise<void> {
    const before = this.#underWay.at(-1);
    const result = await work;
    await before;
    tell(result);
  }
}
