// Texts as other languages write them.

/** Linux takes no longer words on a command line (MAX_ARG_STRLEN is 128 KiB). In bytes. */
const WORD_MAX = 100_000;

/** For a POSIX shell: nothing in it means anything. (zsh takes `=ls` for /bin/ls.) */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+=,-]*$/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

// Controls, what turns the direction of writing, what nobody sees, and byte order marks, which Go refuses in a source.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

/** Too long for a word of a command line. */
export function isTooLong(text: string): boolean {
  return text.length > WORD_MAX || new TextEncoder().encode(text).length > WORD_MAX;
}

/** What a terminal into which it is pasted would take for keys, or would not show. */
export function hasUnseen(text: string): boolean {
  return text.replace(UNSEEN, "") !== text || [...text].some((character) => character < " ");
}

/** As the stdin of a command, up to a line of its own that no JSON on one line is. */
export function hereDocument(line: string): string {
  return `<<'LAKH'\n${line}\nLAKH`;
}

/** JSON with everything escaped that deceives whoever reads it. */
export function plainJson(value: unknown, space?: number): string {
  return JSON.stringify(value, undefined, space).replace(
    UNSEEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A string of JavaScript, Python and Go alike: JSON's escapes mean the same in all of them. */
export function quoted(text: string): string {
  return plainJson(text);
}

/** With each line but the first so far in. */
export function indented(text: string, by: string): string {
  return text.replaceAll("\n", `\n${by}`);
}
