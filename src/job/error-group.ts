// Which jobs went wrong in the same way: the same name, the same class of error, and the same first line once that which
// differs from job to job is taken out of it.

/** What went wrong last with a job, as far as lists and groups need it. */
export interface LastError {
  /** In the worker's words; empty when no report said so. */
  readonly class: string;
  /** The first line of the message, cut to 200 characters. */
  readonly line: string;
  /** 16 hexadecimal digits: the same for errors of the same kind. */
  readonly group: string;
}

/** Characters of an error's first line that are kept with the job. */
export const ERROR_LINE_LENGTH_MAX = 200;

/** What went wrong, of a job of this name. */
export function lastError(
  name: string,
  error: { readonly class: string; readonly message: string },
): LastError {
  const line = firstLine(error.message);
  return { class: error.class, line, group: hash64(`${name}\0${error.class}\0${errorPattern(line)}`) };
}

/** The first line that says something. */
function firstLine(message: string): string {
  const line = /[^\s][^\r\n]*/.exec(message)?.[0] ?? "";
  const cut = line.slice(0, ERROR_LINE_LENGTH_MAX).trimEnd();
  // A cut between the halves of a surrogate pair would leave text that is not valid Unicode.
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}

// In this order: an instant is full of numbers, a path of quoted words. Each pattern is linear in the length of the line,
// which is bounded.
const HOLES: readonly (readonly [pattern: RegExp, hole: string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<uuid>"],
  [/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?\b/g, "<time>"],
  [/"[^"]*"|'[^']*'|`[^`]*`/g, "<str>"],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/g, "<email>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<ip>"],
  [/(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})(?![\w:])/gi, "<ip>"],
  [/(?<![\w<])(?:[A-Za-z]:)?(?:[\\/][\w.@~+-]{1,100}){2,}[\\/]?/g, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b/gi, "<hex>"],
  [/\d+(?:[.,]\d+)*/g, "<n>"],
];

/** The line with what differs from job to job replaced by `<n> <uuid> <hex> <str> <email> <ip> <time> <path>`. */
export function errorPattern(line: string): string {
  let pattern = line;
  for (const [what, hole] of HOLES) pattern = pattern.replace(what, hole);
  return pattern;
}

/**
 * 16 hexadecimal digits that tell texts apart and keep no secret: FNV-1a
 * (http://www.isthe.com/chongo/tech/comp/fnv/) over UTF-16 code units, twice with different beginnings, since 64-bit
 * arithmetic would need BigInts.
 */
export function hash64(text: string): string {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low ^= low >>> 13;
  }
  return hex32(high) + hex32(low);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
