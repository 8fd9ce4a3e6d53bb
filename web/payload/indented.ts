// JSON with each value on a line of its own; the values themselves are as they were written.
import type { JsonTree } from "./json-tokens.ts";

/** An object or array of which some values are written. */
interface Open {
  readonly closing: string;
  /** The next value in it. */
  next: number;
  isBegun: boolean;
  readonly end: number;
}

/** Ends early once the text is longer than `max` UTF-16 units. No recursion: it may be deep. */
export function indent(tree: JsonTree, max = Number.POSITIVE_INFINITY): string {
  const out: string[] = [];
  const open: Open[] = [];
  let length = 0;
  const write = (text: string) => {
    out.push(text);
    length += text.length;
  };
  const begin = (node: number) => {
    const key = tree.keyOf(node);
    if (key !== undefined) write(`${JSON.stringify(key)}: `);
    const kind = tree.kindOf(node);
    if (kind !== "object" && kind !== "array") return write(tree.sourceOf(node));
    const [opening, closing] = kind === "object" ? ["{", "}"] : ["[", "]"];
    if (tree.childCount(node) === 0) return write(opening + closing);
    write(opening);
    open.push({ closing, next: node + 1, isBegun: false, end: tree.after(node) });
  };
  begin(0);
  for (let top = open.at(-1); top && length < max; top = open.at(-1)) {
    if (top.next === top.end) {
      open.pop();
      write(`\n${"  ".repeat(open.length)}${top.closing}`);
      continue;
    }
    const node = top.next;
    write(`${top.isBegun ? "," : ""}\n${"  ".repeat(open.length)}`);
    top.isBegun = true;
    top.next = tree.after(node);
    begin(node);
  }
  return out.join("");
}
