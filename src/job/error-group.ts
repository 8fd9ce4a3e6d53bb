// Which jobs went wrong in the same way: the same name, the same class of error, and the same first line once that which
// differs from job to job is taken out of it.
import { cutChars } from "./history.ts";
import { LIMITS } from "./limits.ts";

/** What went wrong last with a job, as far as lists and groups need it. */
export interface LastError {
  /** In the worker's words; empty when no report said so. */
  readonly class: string;
  /** The first line of the message that says something, cut to `LIMITS.errorLineLengthMax` characters. */
  readonly line: string;
  /** 16 hexadecimal digits: the same for errors of the same kind. */
  readonly group: string;
}

/** What went wrong, of a job of this name. */
export function lastError(
  name: string,
  error: { readonly class: string; readonly message: string },
): LastError {
  const said = firstLine(error.message);
  const first = said === "" && error.class === "" ? WORDLESS : said;
  const line = cutChars(first, LIMITS.errorLineLengthMax).trimEnd();
  return { class: error.class, line, group: hash64(`${name}\0${error.class}\0${errorPattern(first)}`) };
}

const WORDLESS = "failed without an error";

function firstLine(message: string): string {
  const start = Math.max(message.search(/\S/), 0);
  const read = cutChars(message.slice(start, start + LIMITS.errorLineReadMax + 1), LIMITS.errorLineReadMax);
  return (/^[^\r\n]*/.exec(read)?.[0] ?? "").toWellFormed().trimEnd();
}

/**
 * The line with what differs from job to job replaced by `<str> <path> <uuid> <time> <email> <ip> <hex> <id> <n>`, cut to
 * `LIMITS.errorLineLengthMax` characters. It is cut last: a long number must not move what comes after it out of sight.
 */
export function errorPattern(line: string): string {
  const pattern = line.replace(ANY, (found, ...groups) => SOUGHT[groups.findIndex(Boolean)]?.[0] ?? found);
  return cutChars(pattern, LIMITS.errorLineLengthMax).trimEnd();
}

// What is sought at each place of the line, capitals or not; the first that fits is taken. None has groups of its own. A
// line may be hostile, so each either begins where few places do, or looks a bounded number of characters ahead: the
// time is linear in the length of the line.
const SOUGHT: readonly (readonly [hole: string | undefined, what: RegExp])[] = [
  // Codes say what went wrong, so they stay.
  [undefined, /\b(?:(?:status|response)(?: code)?|http(?:\/[\d.]{1,3})?)[ :=[(]{1,3}\d{3}(?!\w)/],
  [
    undefined,
    /\b(?:(?:exit|error|return) (?:code|status)|exited with(?: code| status)?|signal|errno)[ :=[(]{1,3}-?\d{1,5}(?!\w)/,
  ],
  [undefined, /\bsqlstate[ :=[(]{1,3}[0-9a-z]{5}(?!\w)/],
  // An apostrophe is no quote, and Ruby closes ` by '.
  ["<str>", /(?<!\\)"(?:[^"\\]|\\.)*"|(?<!\w)'(?:[^']|(?<=\w)'(?=\w))*'(?!\w)|`[^`']*[`']/],
  ["<str>", /“[^“”]*”|[«»][^«»]*[«»]/],
  // Of a URL the host stays.
  ["<path>", /(?=[/?#])(?<=:\/\/[^\s/?#"'<>]{1,100})[/?#][^\s"'<>()[\]]*/],
  ["<path>", /(?<!\w|:\/)(?:[a-z]:)?(?:[\\/][^\s\\/:*?"'<>|,;()[\]{}]{1,100}){2,}[\\/]?/],
  ["<uuid>", /(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])/],
  [
    "<time>",
    /(?<!\w)\d{4}[-/]\d{2}[-/]\d{2}(?:[T ,]{1,2}\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?)?(?!\w)/,
  ],
  [
    "<time>",
    /(?<!\w)(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? )?(?:\d{1,2}[ -])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ -]{1,2}\d{1,4}(?!\w)/,
  ],
  ["<time>", /(?<![\w:])\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?!\w|:\w)/],
  ["<email>", /(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}/],
  ["<ip>", /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?!\w|\.\d)/],
  [
    "<ip>",
    /(?<![\w:.])(?=[a-f:]{0,38}\d)(?=[0-9a-f]{0,4}:[0-9a-f]{0,4}:)[0-9a-f:]{1,38}(?:[0-9a-f]|::)(?!\w|:\w|::)/,
  ],
  ["<ip>", /\[(?!\d{1,2}:\d{2}:\d{2}\])(?=[0-9a-f]{0,4}:[0-9a-f]{0,4}:)[0-9a-f:.]{2,45}\](?::\d{1,5})?/],
  ["<hex>", /(?<![0-9a-z])0x[0-9a-f]+|(?<=[\w$]@)[0-9a-f]{5,16}(?!\w)/],
  ["<hex>", /(?<![0-9a-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}(?![0-9a-z])/],
  ["<id>", /(?<![0-9a-z])(?=[a-z]*\d+[a-z]+\d)[0-9a-z]{16,}/],
  ["<n>", /(?:(?<![\w.)\]])-)?\d+(?:[.,_]\d+)*(?:e[+-]?\d+)?/],
];

const ANY = new RegExp(SOUGHT.map(([, what]) => `(${what.source})`).join("|"), "gi");

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
