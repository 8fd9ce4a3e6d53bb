// JSON with each value on a line of its own; keys and values are as they were written.
import type { JsonTree } from "./json-tree.ts";

/** An object or array of which some values are written. */
interface Open {
  readonly closing: string;
  /** The next value in it. */
  next: number;
  readonly first: number;
  readonly end: number;
}

/** Deeper values stand no further to the right: else a megabyte that is nested deep would become a gigabyte. */
const INDENTED_MAX = 32;
const LINES = Array.from({ length: INDENTED_MAX + 1 }, (_, depth) => `\n${"  ".repeat(depth)}`);

/** Ends early once the text is longer than `max` UTF-16 units. No recursion: it may be deep. */
export function indent(tree: JsonTree, max = Number.POSITIVE_INFINITY): string {
  const open: Open[] = [];
  let text = opened(tree, 0, open);
  for (let top = open.at(-1); top && text.length < max; top = open.at(-1)) {
    if (top.next === top.end) {
      open.pop();
      text += lineAt(open.length) + top.closing;
      continue;
    }
    const node = top.next;
    text += (node === top.first ? "" : ",") + lineAt(open.length);
    top.next = tree.after(node);
    text += opened(tree, node, open);
  }
  return text;
}

function lineAt(depth: number): string {
  return LINES[Math.min(depth, INDENTED_MAX)] ?? "\n";
}

/** The whole value, or its first character when there is more in it. */
function opened(tree: JsonTree, node: number, open: Open[]): string {
  const keySource = tree.keySourceOf(node);
  const key = keySource === undefined ? "" : `${keySource}: `;
  const kind = tree.kindOf(node);
  if (kind !== "object" && kind !== "array") return key + tree.sourceOf(node);
  const [opening, closing] = kind === "object" ? ["{", "}"] : ["[", "]"];
  if (tree.childCount(node) === 0) return key + opening + closing;

  open.push({ closing, next: node + 1, first: node + 1, end: tree.after(node) });
  return key + opening;
}
