// Things of one kind, each with the sequence at which it last changed, so that what is newer than any sequence can be
// told. Of what is gone the newest are remembered; who has not heard of older ones must begin anew.

/** Things that are gone and remembered. */
export const GONE_MAX = 10_000;

/** After one sequence, up to another one. */
export interface Span {
  readonly after: number;
  readonly through: number;
}

export class Versions<Key, Value> {
  readonly #things = new Map<Key, { readonly value: Value; readonly sequence: number }>();
  /** The sequence at which each went, the oldest first. */
  readonly #gone = new Map<Key, number>();
  /** What went after this sequence is remembered. */
  goneSince = 0;

  get(key: Key): Value | undefined {
    return this.#things.get(key)?.value;
  }

  keys(): Iterable<Key> {
    return this.#things.keys();
  }

  values(): Value[] {
    return Array.from(this.#things.values(), ({ value }) => value);
  }

  set(key: Key, value: Value, sequence: number): void {
    this.#gone.delete(key);
    this.#things.set(key, { value, sequence });
  }

  delete(key: Key, sequence: number): void {
    if (!this.#things.delete(key)) return;

    this.#gone.set(key, sequence);
    for (const [oldest, wentAt] of this.#gone) {
      if (this.#gone.size <= GONE_MAX) return;
      this.#gone.delete(oldest);
      this.goneSince = wentAt;
    }
  }

  changed({ after, through }: Span): Value[] {
    const changed: Value[] = [];
    for (const { value, sequence } of this.#things.values())
      if (sequence > after && sequence <= through) changed.push(value);
    return changed;
  }

  gone({ after, through }: Span): Key[] {
    const gone: Key[] = [];
    for (const [key, wentAt] of this.#gone) if (wentAt > after && wentAt <= through) gone.push(key);
    return gone;
  }

  /** Up to which sequence no more than so many have changed or gone since; `through` when all fit. */
  fitting({ after, through }: Span, most: number): number {
    const sequences: number[] = [];
    for (const { sequence } of this.#things.values()) if (sequence > after) sequences.push(sequence);
    for (const sequence of this.#gone.values()) if (sequence > after) sequences.push(sequence);
    const first = sequences.length > most ? sequences.sort((a, b) => a - b)[most] : undefined;
    return first === undefined ? through : Math.min(first - 1, through);
  }

  clear(): void {
    this.#things.clear();
    this.#gone.clear();
    this.goneSince = 0;
  }
}

/** Whether two values of plain data say the same. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;

  const [ours, theirs] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  if (ours.length !== Object.keys(b).length) return false;
  return ours.every(([key, value]) => Object.hasOwn(theirs, key) && isSame(value, theirs[key]));
}
