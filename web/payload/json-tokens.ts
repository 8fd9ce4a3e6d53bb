// JSON as it was sent: every number as it is written, every key though it comes twice, in the order of the text. Never
// JSON.parse, which rounds 9007199254740993, forgets the first of two equal keys, and takes 1e400 for infinite.
// One pass over the text (https://www.rfc-editor.org/rfc/rfc8259), no recursion: a megabyte of brackets is an error, and
// no crash.
import { type JsonKind, JsonTable, JsonTree } from "./json-tree.ts";

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

/** @throws {JsonFault} */
export function parseJson(text: string): JsonTree {
  return new Parser(text).parse();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const NO_KEY = { start: -1, end: -1 };

// Characters, as charCodeAt tells them.
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

class Parser {
  readonly #text: string;
  readonly #table = new JsonTable();
  /** The objects and arrays that are open, the innermost last. */
  readonly #open: number[] = [];
  #at = 0;
  /** A comma is behind, so a value must come. */
  #isAfterComma = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonTree {
    this.#space();
    this.#value(NO_KEY);
    for (let row = this.#open.at(-1); row !== undefined; row = this.#open.at(-1)) this.#goOn(row);
    this.#space();
    if (this.#at < this.#text.length) this.#fail("expected nothing more");
    return new JsonTree(this.#text, this.#table);
  }

  /** The next value of the innermost, the comma before it, or the end of the innermost. */
  #goOn(row: number): void {
    const isObject = this.#table.kindOf(row) === "object";
    const isFirst = this.#table.childCount(row) === 0;
    this.#space();
    const isClosing = this.#code() === (isObject ? CLOSING_BRACE : CLOSING_BRACKET);
    if (isClosing && !this.#isAfterComma) {
      this.#open.pop();
      this.#table.end(row, ++this.#at);
      return;
    }
    if (!isFirst && !this.#isAfterComma) {
      if (this.#code() !== COMMA) this.#fail(`expected , or ${isObject ? "}" : "]"}`);
      this.#at++;
      this.#isAfterComma = true;
      return;
    }
    this.#isAfterComma = false;
    this.#table.addChild(row);
    if (isObject) this.#member();
    else this.#value(NO_KEY);
  }

  #member(): void {
    const start = this.#at;
    if (this.#code() !== QUOTE) this.#fail('expected a key in "quotes"');
    this.#string();
    const end = this.#at;
    this.#space();
    if (this.#code() !== COLON) this.#fail("expected : after the key");
    this.#at++;
    this.#space();
    this.#value({ start, end });
  }

  #value(key: { readonly start: number; readonly end: number }): void {
    const start = this.#at;
    const kind = this.#begin();
    const row = this.#table.add(kind, start, key);
    if (kind !== "object" && kind !== "array") {
      this.#table.end(row, this.#at);
      return;
    }
    if (this.#open.length >= DEPTH_MAX) this.#fail(`nested deeper than ${DEPTH_MAX}`, start);
    this.#open.push(row);
  }

  #begin(): JsonKind {
    const first = this.#code();
    if (first === OPENING_BRACE || first === OPENING_BRACKET) {
      this.#at++;
      return first === OPENING_BRACE ? "object" : "array";
    }
    if (first === QUOTE) {
      this.#string();
      return "string";
    }
    const isNumber = first === MINUS || (first >= ZERO && first <= NINE);
    if (isNumber && this.#match(NUMBER)) return "number";
    if (this.#match(WORD)) return "word";
    return this.#fail(Number.isNaN(first) ? "the text ends too early" : "expected a value");
  }

  // By hand, as is all that is done for each character: a pattern would take a turn of its own for each of a million.
  #string(): void {
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return;
      }
      if (code < BLANK) this.#fail("a control character in a string must be escaped", at);
      if (code !== BACKSLASH) continue;
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(this.#text)) this.#fail("there is no such escape", at);
      at = ESCAPE.lastIndex - 1;
    }
    this.#fail("this string does not end");
  }

  #space(): void {
    for (let code = this.#code(); isSpace(code); code = this.#code()) this.#at++;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;

    this.#at = pattern.lastIndex;
    return true;
  }

  /** Not a number at the end of the text. */
  #code(): number {
    return this.#text.charCodeAt(this.#at);
  }

  #fail(message: string, at = this.#at): never {
    throw new JsonFault(at, message);
  }
}

function isSpace(code: number): boolean {
  return code === BLANK || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}
