// Work that is under way together and told in the order in which it began, so that "through number n" means all of them.
// What is under way together is committed together: a client that says little in each message must not be given a commit
// for every few of them, and one that says much must not fill the memory.

/** How many of the smallest messages of one stream may be under way; a faster client waits. */
const ROOM = 1_000;
/** What the largest messages take of that, 4 MiB each: 16 of them fill it. */
const WEIGHT_MAX = Math.floor(ROOM / 16);
const BYTES_OF_WEIGHT = 64 << 10;

/** How much room a message takes that holds so many bytes. */
export function weightOf(bytes: number): number {
  return Math.min(1 + Math.floor(bytes / BYTES_OF_WEIGHT), WEIGHT_MAX);
}

export class Pipeline {
  readonly #underWay: { readonly told: Promise<void>; readonly weight: number }[] = [];
  #weight = 0;

  /** Tells the result once everything before it is told. Resolves when there is room for more; rejects as the work did. */
  async add<T>(work: Promise<T>, tell: (result: T) => void, weight = 1): Promise<void> {
    const told = this.#inOrder(work, tell);
    told.catch(() => {}); // heard of below, or by finish
    this.#underWay.push({ told, weight });
    this.#weight += weight;
    while (this.#weight >= ROOM) {
      const oldest = this.#underWay.shift();
      await oldest?.told;
      this.#weight -= oldest?.weight ?? 0;
    }
  }

  /** Resolves when all is told. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay.map(({ told }) => told));
  }

  async #inOrder<T>(work: Promise<T>, tell: (result: T) => void): Promise<void> {
    const before = this.#underWay.at(-1)?.told;
    const result = await work;
    await before;
    tell(result);
  }
}
