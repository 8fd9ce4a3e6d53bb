// Takes the text of a filter apart into terms: where each begins and ends, its word, its values, what was quoted. What
// the words mean is the business of filter-words.ts.

/** One thing after the colon. */
export interface Value {
  readonly text: string;
  readonly isQuoted: boolean;
  /** Quoted, with `=` before the quotes. */
  readonly isExact: boolean;
  readonly at: number;
  readonly end: number;
}

/** `word:value,value`, or `label.key:value`. */
export interface Term {
  readonly word: string;
  /** What follows the word's dot. */
  readonly key: string | undefined;
  readonly values: readonly Value[];
  readonly at: number;
  /** The end of the word: what an error about it underlines. */
  readonly wordEnd: number;
}

/** Terms that hold together: one of them, or those between brackets. */
export interface Entry {
  readonly isExcluded: boolean;
  readonly terms: readonly Term[];
}

/** A place in the text, from `at` to before `end`, counted in UTF-16 units from 0. */
export interface Span {
  readonly at: number;
  readonly end: number;
}

/** What is wrong with a filter, and where. */
export class FilterError extends Error {
  override readonly name = "FilterError";
  /** Why it does not work, without a full stop. */
  readonly why: string;
  /** What to do about it, a whole sentence. */
  readonly whatToDo: string;
  readonly at: number;
  readonly end: number;

  constructor(span: Span, why: string, whatToDo: string) {
    super(`character ${span.at + 1}: ${why}. ${whatToDo}`);
    this.at = span.at;
    this.end = span.end;
    this.why = why;
    this.whatToDo = whatToDo;
  }
}

/** At most this many terms, those between brackets counted one by one. */
export const TERMS_MAX = 32;

/** @throws {FilterError} */
export function readEntries(text: string): readonly Entry[] {
  return new Reader(text).entries();
}

const SPACE = /\s+/y;
const WORD = /[^\s:,."()]+/y;
const KEY = /[^\s:,"()]+/y;
const BARE = /[^\s,"()]+/y;
const QUOTED = /"(?:[^"\\]|\\[\s\S])*"/y;

class Reader {
  readonly #text: string;
  #at = 0;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  entries(): readonly Entry[] {
    const entries: Entry[] = [];
    for (this.#skipSpace(); this.#at < this.#text.length; this.#skipSpace()) entries.push(this.#entry());
    return entries;
  }

  #entry(): Entry {
    const isExcluded = this.#take("-");
    if (this.#text[this.#at] !== "(") return { isExcluded, terms: [this.#term()] };
    if (!isExcluded) throw this.#error("brackets are for what is excluded", "Write -(name:a state:dead).");
    return { isExcluded, terms: this.#group() };
  }

  #group(): readonly Term[] {
    const terms: Term[] = [];
    const opened = { at: this.#at, end: this.#at + 1 };
    this.#at += 1;
    for (this.#skipSpace(); !this.#take(")"); this.#skipSpace()) {
      if (this.#at >= this.#text.length) {
        throw new FilterError(opened, "the bracket is not closed", "Write ) where the exclusion ends.");
      }
      if (this.#text[this.#at] === "-") {
        throw this.#error("an exclusion holds no exclusions", "Leave out the inner minus.");
      }
      terms.push(this.#term());
    }
    if (terms.length === 0) {
      throw new FilterError(opened, "there is nothing between the brackets", "Write -(name:a state:dead).");
    }
    return terms;
  }

  #term(): Term {
    const at = this.#at;
    this.#count += 1;
    if (this.#count > TERMS_MAX) {
      throw this.#error(
        `there are more than ${TERMS_MAX} terms`,
        "Join values by commas, or leave some out.",
      );
    }
    const word = this.#match(WORD) ?? "";
    const key = this.#take(".") ? (this.#quoted() ?? this.#match(KEY) ?? "") : undefined;
    const wordEnd = Math.max(this.#at, at + 1);
    if (this.#at === at && this.#text[at] !== ":") {
      throw this.#error("a word is missing", "Write a word, a colon and a value, such as state:dead.");
    }
    if (!this.#take(":")) {
      const written = this.#text.slice(at, wordEnd);
      const whatToDo = `Write a word, a colon and a value, such as error:${JSON.stringify(written)}.`;
      throw new FilterError({ at, end: wordEnd }, `"${written}" has no colon after it`, whatToDo);
    }
    return { word, key, values: this.#values({ at, end: wordEnd }), at, wordEnd };
  }

  #values(word: Span): readonly Value[] {
    const values: Value[] = [];
    do {
      const value = this.#value();
      if (value === undefined) {
        const written = this.#text.slice(word.at, word.end);
        throw new FilterError(
          word,
          `${written}: has no value`,
          `Write ${written}:VALUE, or "" for an empty one.`,
        );
      }
      values.push(value);
    } while (this.#take(","));
    return values;
  }

  #value(): Value | undefined {
    const at = this.#at;
    const isExact = this.#text.startsWith('="', at) && this.#take("=");
    const quoted = this.#quoted();
    const text = quoted ?? this.#match(BARE);
    if (text === undefined) return undefined;
    if (quoted !== undefined && !/^[\s,()]?$/.test(this.#text[this.#at] ?? "")) {
      throw this.#error("something follows the closing quote", "Put a space or a comma there.");
    }
    if (quoted === undefined && this.#text[this.#at] === '"') {
      throw this.#error(
        "a quote stands inside of a value",
        'Quote the whole of it, and write \\" for a quote.',
      );
    }
    return { text, isQuoted: quoted !== undefined, isExact, at, end: this.#at };
  }

  // Quoted as in JSON, so that what was printed with escapes can be pasted; line feeds may also stand as they are.
  #quoted(): string | undefined {
    if (this.#text[this.#at] !== '"') return undefined;

    const at = this.#at;
    const written = this.#match(QUOTED);
    if (written === undefined) {
      throw new FilterError({ at, end: this.#text.length }, "the quote is not closed", 'Write " at its end.');
    }
    try {
      return JSON.parse(
        written.replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1)),
      ) as string;
    } catch {
      const span = { at, end: this.#at };
      throw new FilterError(
        span,
        "a backslash is followed by what it cannot escape",
        "Write \\\\ for a backslash.",
      );
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #error(why: string, whatToDo: string): FilterError {
    return new FilterError({ at: this.#at, end: this.#at + 1 }, why, whatToDo);
  }
}

/** A value as it must be written: between quotes when it could be taken for something else. */
export function quotedIfNeeded(text: string): string {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(text) && !/[,"()]/.test(text) && !text.startsWith("=")
    ? text
    : JSON.stringify(text);
}
