// A JSON text taken apart: what each value is and where it stands in the text. The values are rows of one flat table,
// since a payload of 1 MiB can have half a million of them, and as many objects would take a second to make.

export type JsonKind = "object" | "array" | "string" | "number" | "word";

const KINDS: readonly JsonKind[] = ["object", "array", "string", "number", "word"];

// The columns. CHILDREN is how many values are directly in it; NEXT is the number of the first value after it that is not
// in it; a key has its quotes, and begins at -1 where there is none.
const KIND = 0;
const START = 1;
const END = 2;
const KEY_START = 3;
const KEY_END = 4;
const CHILDREN = 5;
const NEXT = 6;
const COLUMNS = 7;
const ROWS_AT_FIRST = 256;

/** What a parser writes down. Values are numbered as they are added. */
export class JsonTable {
  #cells = new Int32Array(ROWS_AT_FIRST * COLUMNS);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** A value that begins here; its number. */
  add(kind: JsonKind, start: number, key: { readonly start: number; readonly end: number }): number {
    const row = this.#count++;
    if (this.#count * COLUMNS > this.#cells.length) this.#grow();
    const at = row * COLUMNS;
    this.#cells[at + KIND] = KINDS.indexOf(kind);
    this.#cells[at + START] = start;
    this.#cells[at + KEY_START] = key.start;
    this.#cells[at + KEY_END] = key.end;
    return row;
  }

  addChild(row: number): void {
    this.#cells[row * COLUMNS + CHILDREN] = this.childCount(row) + 1;
  }

  /** All that is in it has been added. */
  end(row: number, end: number): void {
    this.#cells[row * COLUMNS + END] = end;
    this.#cells[row * COLUMNS + NEXT] = this.#count;
  }

  kindOf(row: number): JsonKind {
    return KINDS[this.#cell(row, KIND)] as JsonKind;
  }

  childCount(row: number): number {
    return this.#cell(row, CHILDREN);
  }

  next(row: number): number {
    return this.#cell(row, NEXT);
  }

  place(row: number): readonly [start: number, end: number] {
    return [this.#cell(row, START), this.#cell(row, END)];
  }

  keyPlace(row: number): readonly [start: number, end: number] {
    return [this.#cell(row, KEY_START), this.#cell(row, KEY_END)];
  }

  #cell(row: number, column: number): number {
    if (row < 0 || row >= this.#count) throw new RangeError(`there is no value ${row}`);
    return this.#cells[row * COLUMNS + column] as number;
  }

  #grow(): void {
    const wider = new Int32Array(this.#cells.length * 2);
    wider.set(this.#cells);
    this.#cells = wider;
  }
}

/** Values are numbered in the order of the text; 0 is the whole. */
export class JsonTree {
  readonly text: string;
  readonly #table: JsonTable;

  constructor(text: string, table: JsonTable) {
    this.text = text;
    this.#table = table;
  }

  /** How many values there are in all. */
  get count(): number {
    return this.#table.count;
  }

  kindOf(node: number): JsonKind {
    return this.#table.kindOf(node);
  }

  /** As it is written. */
  sourceOf(node: number): string {
    return this.text.slice(...this.#table.place(node));
  }

  /** What a string says. */
  stringOf(node: number): string {
    return decode(this.sourceOf(node));
  }

  /** As it is written, with its quotes. Undefined in an array, and for the whole. */
  keySourceOf(node: number): string | undefined {
    const [start, end] = this.#table.keyPlace(node);
    return start < 0 ? undefined : this.text.slice(start, end);
  }

  /** What the key says. */
  keyOf(node: number): string | undefined {
    const source = this.keySourceOf(node);
    return source === undefined ? undefined : decode(source);
  }

  childCount(node: number): number {
    return this.#table.childCount(node);
  }

  /** The values directly in it, from the first, at most `max`. */
  children(node: number, max = Number.POSITIVE_INFINITY): readonly number[] {
    const found: number[] = [];
    const end = this.after(node);
    for (let child = node + 1; child < end && found.length < max; child = this.after(child))
      found.push(child);
    return found;
  }

  /** The value that comes after it in the text, and is not in it. */
  after(node: number): number {
    return this.#table.next(node);
  }
}

/** The text between the quotes of a string that is right. */
function decode(source: string): string {
  return source.includes("\\") ? (JSON.parse(source) as string) : source.slice(1, -1);
}
