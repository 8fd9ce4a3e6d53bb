// A filter as it is being written: where its terms are, and what stands at the caret. Unlike the parser of
// src/client/filter.ts it takes half a term for what it is, since that is what people have while they type.

/** From `at` to before `end`, in UTF-16 units. */
export interface Place {
  readonly at: number;
  readonly end: number;
}

/** What somebody is about to write. */
export interface Spot extends Place {
  readonly is: "word" | "key" | "value";
  /** The word of the term; at a word, what there is of it before the caret. */
  readonly word: string;
  /** Of a label. */
  readonly key: string;
  /** What stands before the caret, without quotes. */
  readonly written: string;
  /** What is being written is followed by its colon already. */
  readonly hasColon: boolean;
}

/** The terms of the outermost level; one exclusion in brackets is one. */
export function termsIn(text: string): readonly Place[] {
  const terms: Place[] = [];
  let [at, depth, isQuoted] = [-1, 0, false];
  for (let i = 0; i <= text.length; i++) {
    const character = text[i] ?? "";
    if (character === "\\" && isQuoted) i++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === "(") depth++;
    else if (!isQuoted && character === ")") depth--;
    const isSpace = i === text.length || (/\s/.test(character) && !isQuoted && depth <= 0);
    if (!isSpace && at < 0) at = i;
    if (isSpace && at >= 0) {
      terms.push({ at, end: Math.min(i, text.length) });
      at = -1;
    }
  }
  return terms;
}

/** What stands at the caret. */
export function spotAt(text: string, caret: number): Spot {
  const at = startOfTerm(text, caret);
  const before = text.slice(at, caret);
  const match = /^([^\s:,."()]*)(?:\.("(?:[^"\\]|\\.)*"?|[^\s:,"()]*))?(:)?/.exec(before);
  const [head = "", word = "", key, colon] = match ?? [];
  if (!colon) return headSpot(text, { caret, word, key, at });

  const values = before.slice(head.length);
  const from = at + head.length + lastComma(values);
  const isQuoted = text[from] === '"';
  const rest = isQuoted ? /^(?:[^"\\]|\\.)*"?/ : /^[^\s,"()]*/;
  const after = isClosed(text.slice(from, caret)) ? "" : (rest.exec(text.slice(caret))?.[0] ?? "");
  const written = text.slice(from, caret).replaceAll(/^=?"|"$/g, "");
  return { is: "value", word, key: bare(key), written, hasColon: true, at: from, end: caret + after.length };
}

interface Head {
  readonly caret: number;
  readonly at: number;
  readonly word: string;
  readonly key: string | undefined;
}

function headSpot(text: string, { caret, at, word, key }: Head): Spot {
  const after = /^[^\s:,"()]*/.exec(text.slice(caret))?.[0] ?? "";
  const end = caret + after.length;
  const hasColon = text[end] === ":";
  if (key === undefined) return { is: "word", word, key: "", written: word, hasColon, at, end };
  return { is: "key", word, key: "", written: bare(key), hasColon, at: at + word.length + 1, end };
}

function startOfTerm(text: string, caret: number): number {
  let [start, isQuoted] = [0, false];
  for (let i = 0; i < caret; i++) {
    const character = text[i] ?? "";
    if (character === "\\" && isQuoted) i++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[\s()]/.test(character)) start = i + 1;
  }
  return text[start] === "-" && start < caret ? start + 1 : start;
}

/** Where the last of some values begins. */
function lastComma(values: string): number {
  let [last, isQuoted] = [0, false];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === "\\" && isQuoted) i++;
    else if (values[i] === '"') isQuoted = !isQuoted;
    else if (values[i] === "," && !isQuoted) last = i + 1;
  }
  return last;
}

function isClosed(value: string): boolean {
  return /^=?"(?:[^"\\]|\\.)*"$/.test(value);
}

function bare(key: string | undefined): string {
  return (key ?? "").replaceAll(/^"|"$/g, "");
}
