// A normalised error line, taken apart: what is the same in all jobs of the group, and the holes where they differ.

export interface LinePart {
  readonly text: string;
  /** `n` for `<n>`. */
  readonly isHole: boolean;
}

/** The names that src/job/error-group.ts gives to what differs. */
const HOLES = /<(str|path|uuid|time|email|ip|hex|id|n)>/g;

export function partsOfLine(line: string): readonly LinePart[] {
  const parts: LinePart[] = [];
  let end = 0;
  for (const match of line.matchAll(HOLES)) {
    if (match.index > end) parts.push({ text: line.slice(end, match.index), isHole: false });
    parts.push({ text: match[1] ?? "", isHole: true });
    end = match.index + match[0].length;
  }
  if (end < line.length) parts.push({ text: line.slice(end), isHole: false });
  return parts;
}
