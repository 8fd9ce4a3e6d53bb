// Texts as other languages write them.

/** For a POSIX shell: nothing in it means anything. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

// Controls, what turns the direction of writing, what nobody sees, and byte order marks, which Go refuses in a source.
const UNSEEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

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
