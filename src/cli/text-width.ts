// How much room a text takes in a terminal, and how it is made to fit: what people write takes two columns (世), none (a
// combining accent), or one for several characters (an emoji with its skin).

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const simple = /^[ -~]*$/;
const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that the text takes. Control characters must be escaped already. */
export function widthOf(text: string): number {
  if (simple.test(text)) return text.length;

  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text, or as much of it as fits, with an ellipsis at the end. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns < 1) return "";

  let [fits, width] = ["", 0];
  for (const { segment } of graphemes.segment(text)) {
    width += widthOfGrapheme(segment);
    if (width > columns - 1) break;
    fits += segment;
  }
  return `${fits.trimEnd()}…`;
}

/** Filled up with spaces. */
export function padded(text: string, columns: number, align: "left" | "right" = "left"): string {
  const spaces = " ".repeat(Math.max(0, columns - widthOf(text)));
  return align === "left" ? text + spaces : spaces + text;
}

function widthOfGrapheme(segment: string): number {
  if (/^\p{M}|^\u200b/u.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}
