// A stranger's text, taken apart into what can be shown as it is and what would deceive: control characters, escapes of
// terminals, characters that turn the direction of writing, and those that nobody sees.

export interface TextPart {
  readonly text: string;
  /** A visible stand-in for something that is not. */
  readonly isEscape: boolean;
  /** What it stands for. */
  readonly title?: string;
}

export interface VisibleOptions {
  /** Line breaks and tabs are what they are; otherwise they are shown as ⏎ and ⇥. */
  readonly lines?: "one" | "many";
}

// Each is looked for by itself, in this order.
const SOURCES = [
  // ECMA-48, https://www.ecma-international.org/publications-and-standards/standards/ecma-48: CSI and OSC sequences
  // whole, the latter only of plain characters, so that nothing can hide in one.
  String.raw`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][ -~]{0,200}(?:\x07|\x1b\\)`,
  // C0, DEL and C1; line and paragraph separators; annotations between lines; half a surrogate pair.
  String.raw`[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Cs}`,
  // What Unicode says is not to be seen: bidirectional controls, zero width, fillers, tags. Joiners and selectors come
  // below: they are honest parts of emoji and of ideographs.
  String.raw`(?![\u200d\ufe0e\ufe0f\u{e0100}-\u{e01ef}])\p{Default_Ignorable_Code_Point}`,
  String.raw`(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})`,
  String.raw`(?<!\p{Emoji})[\ufe0e\ufe0f]|(?<!\p{Unified_Ideograph})[\u{e0100}-\u{e01ef}]`,
  // More marks on one letter than any language has: they would run over other lines, or out of the page.
  String.raw`\p{M}(?<=\p{M}{9})`,
];
const DECEPTIVE = new RegExp(SOURCES.join("|"), "gu");

const NAMES: Readonly<Record<string, string>> = {
  "\u00ad": "soft hyphen",
  "\u034f": "combining grapheme joiner",
  "\u061c": "arabic letter mark",
  "\u200b": "zero width space",
  "\u200c": "zero width non-joiner",
  "\u200d": "zero width joiner",
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u202a": "left-to-right embedding",
  "\u202b": "right-to-left embedding",
  "\u202c": "pop directional formatting",
  "\u202d": "left-to-right override",
  "\u202e": "right-to-left override",
  "\u2028": "line separator",
  "\u2029": "paragraph separator",
  "\u2060": "word joiner",
  "\u2066": "left-to-right isolate",
  "\u2067": "right-to-left isolate",
  "\u2068": "first strong isolate",
  "\u2069": "pop directional isolate",
  "\u3164": "hangul filler",
  "\ufeff": "byte order mark",
};

export function visibleParts(text: string, { lines = "one" }: VisibleOptions = {}): readonly TextPart[] {
  const parts: TextPart[] = [];
  let plain = "";
  let end = 0;
  const flush = () => {
    if (plain !== "") parts.push({ text: plain, isEscape: false });
    plain = "";
  };
  for (const match of text.matchAll(DECEPTIVE)) {
    plain += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (lines === "many" && (match[0] === "\n" || match[0] === "\t")) {
      plain += match[0];
      continue;
    }
    flush();
    parts.push(escapeOf(match[0]));
  }
  plain += text.slice(end);
  flush();
  return parts;
}

/** The same as one string. */
export function visibleText(text: string, options?: VisibleOptions): string {
  return visibleParts(text, options)
    .map((part) => part.text)
    .join("");
}

function escapeOf(found: string): TextPart {
  const code = found.codePointAt(0) ?? 0;
  if (found.length > 2 || (found.length === 2 && code === 0x1b))
    return { text: picture(found), isEscape: true, title: "terminal escape" };
  if (found === "\n") return { text: "⏎", isEscape: true, title: "line break" };
  if (found === "\t") return { text: "⇥", isEscape: true, title: "tab" };
  if (code < 0x20 || code === 0x7f) return { text: picture(found), isEscape: true, title: unicodeName(code) };
  return { text: `⟨${unicodeName(code)}⟩`, isEscape: true, title: NAMES[found] ?? unicodeName(code) };
}

/** Control characters have pictures of their own: ␛ for escape. */
function picture(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\x00-\x1f\x7f]/g, (control) =>
    control === "\x7f" ? "␡" : String.fromCodePoint(0x2400 + control.charCodeAt(0)),
  );
}

function unicodeName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** UTF-16 units, on average: more than any emoji has. */
const GRAPHEME_MAX = 16;
const SEGMENTER = new Intl.Segmenter("en", { granularity: "grapheme" });

/** At most so many characters as people count them, with an ellipsis for the rest. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;

  let [kept, count] = ["", 0];
  // A grapheme can be long, but not all of the text need be looked at.
  for (const { segment } of SEGMENTER.segment(text.slice(0, max * GRAPHEME_MAX))) {
    if (count === max) return `${kept}…`;
    kept += segment;
    count++;
  }
  return kept.length < text.length ? `${sliceText(kept, kept.length)}…` : kept;
}

/** The first UTF-16 units, one less where the last would be half of a pair. */
export function sliceText(text: string, max: number): string {
  return text.slice(0, isHigh(text, max - 1) ? max - 1 : max);
}

function isHigh(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code < 0xdc00;
}
