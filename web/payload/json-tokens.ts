// JSON as it was sent: every number as it is written, every key though it comes twice, in the order of the text. Never
// JSON.parse, which rounds 9007199254740993, forgets the first of two equal keys, and takes 1e400 for infinite.
// One pass over the text (https://www.rfc-editor.org/rfc/rfc8259), no recursion: a megabyte of brackets is an error, and
// no crash.

export type JsonKind = "object" | "array" | "string" | "number" | "word";

/** Deeper than this is shown as text. */
export const DEPTH_MAX = 1_000;

/** The text is no JSON. */
export class JsonFault extends SyntaxError {
  override readonly name = "JsonFault";
  /** Where, in UTF-16 units from the beginning. */
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** One value of the text. */
interface Node {
  readonly kind: JsonKind;
  readonly start: number;
  end: number;
  /** Where its key begins, with the quotes; -1 for one that has none. */
  readonly keyStart: number;
  readonly keyEnd: number;
  /** How many values are directly in it. */
  children: number;
  /** The number of the first value after it that is not in it. */
  next: number;
}

/** Values are numbered in the order of the text; 0 is the whole. */
export class JsonTree {
  readonly text: string;
  readonly #nodes: readonly Node[];

  constructor(text: string, nodes: readonly Node[]) {
    this.text = text;
    this.#nodes = nodes;
  }

  /** How many values there are in all. */
  get count(): number {
    return this.#nodes.length;
  }

  kindOf(node: number): JsonKind {
    return this.#at(node).kind;
  }

  /** As it is written. */
  sourceOf(node: number): string {
    const { start, end } = this.#at(node);
    return this.text.slice(start, end);
  }

  /** What a string says. */
  stringOf(node: number): string {
    return decode(this.sourceOf(node));
  }

  /** Undefined in an array, and for the whole. */
  keyOf(node: number): string | undefined {
    const { keyStart, keyEnd } = this.#at(node);
    return keyStart < 0 ? undefined : decode(this.text.slice(keyStart, keyEnd));
  }

  childCount(node: number): number {
    return this.#at(node).children;
  }

  /** The values directly in it, from the first, at most `max`. */
  children(node: number, max = Number.POSITIVE_INFINITY): readonly number[] {
    const found: number[] = [];
    const { next } = this.#at(node);
    for (let child = node + 1; child < next && found.length < max; child = this.#at(child).next)
      found.push(child);
    return found;
  }

  /** The value that comes after it in the text, and is not in it. */
  after(node: number): number {
    return this.#at(node).next;
  }

  #at(node: number): Node {
    const found = this.#nodes[node];
    if (!found) throw new RangeError(`there is no value ${node}`);
    return found;
  }
}

/** The text between the quotes of a string that is right. */
function decode(source: string): string {
  return source.includes("\\") ? (JSON.parse(source) as string) : source.slice(1, -1);
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** @throws {JsonFault} */
export function parseJson(text: string): JsonTree {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #nodes: Node[] = [];
  /** The objects and arrays that are open, the innermost last. */
  readonly #open: number[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonTree {
    this.#space();
    this.#value();
    while (this.#open.length > 0) this.#goOn();
    this.#space();
    if (this.#at < this.#text.length) this.#fail("nothing more is expected here");
    return new JsonTree(this.#text, this.#nodes);
  }

  /** The next value of the innermost, or its end. */
  #goOn(): void {
    const node = this.#nodes[this.#open.at(-1) ?? 0] as Node;
    const isObject = node.kind === "object";
    this.#space();
    if (this.#text[this.#at] === (isObject ? "}" : "]") && (node.children === 0 || !this.#isAfterComma)) {
      this.#close(node);
      return;
    }
    if (node.children > 0 && !this.#isAfterComma) {
      if (this.#text[this.#at] !== ",") this.#fail(`expected , or ${isObject ? "}" : "]"}`);
      this.#at++;
      this.#isAfterComma = true;
      return;
    }
    this.#isAfterComma = false;
    node.children++;
    if (isObject) this.#member();
    else this.#value();
  }

  #isAfterComma = false;

  #close(node: Node): void {
    this.#open.pop();
    this.#at++;
    node.end = this.#at;
    node.next = this.#nodes.length;
  }

  #member(): void {
    const start = this.#at;
    if (this.#text[start] !== '"') this.#fail('expected a key in "quotes"');
    this.#string();
    const end = this.#at;
    this.#space();
    if (this.#text[this.#at] !== ":") this.#fail("expected : after the key");
    this.#at++;
    this.#space();
    this.#value(start, end);
  }

  #value(keyStart = -1, keyEnd = -1): void {
    const start = this.#at;
    const kind = this.#begin();
    const isDone = kind !== "object" && kind !== "array";
    const node = { kind, start, end: this.#at, keyStart, keyEnd, children: 0, next: this.#nodes.length + 1 };
    if (!isDone) {
      if (this.#open.length >= DEPTH_MAX) this.#fail(`nested deeper than ${DEPTH_MAX}`, start);
      this.#open.push(this.#nodes.length);
    }
    this.#nodes.push(node);
  }

  #begin(): JsonKind {
    const first = this.#text[this.#at];
    if (first === "{" || first === "[") {
      this.#at++;
      return first === "{" ? "object" : "array";
    }
    if (first === '"') {
      this.#string();
      return "string";
    }
    if (this.#match(WORD)) return "word";
    if (this.#match(NUMBER)) return "number";
    return this.#fail(first === undefined ? "the text ends too early" : "expected a value");
  }

  // By hand: a pattern would take a turn of its own for each of a million characters.
  #string(): void {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return;
      }
      if (code < 0x20) this.#fail("a control character in a string must be escaped", at);
      if (code !== BACKSLASH) continue;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(this.#text)) this.#fail("there is no such escape", at);
      at = ESCAPE.lastIndex - 1;
    }
    this.#fail("this string does not end");
  }

  #space(): void {
    this.#match(SPACE);
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;

    this.#at = pattern.lastIndex;
    return true;
  }

  #fail(message: string, at = this.#at): never {
    throw new JsonFault(at, message);
  }
}
