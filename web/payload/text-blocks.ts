// A long text in blocks of lines. A browser lays out a megabyte in one piece for half a minute, and blocks that nobody
// sees not at all.
import { sliceText } from "../text/visible.ts";

/** UTF-16 units in a block, at most. */
export const BLOCK_MAX = 8_192;

/** Each ends with a line, where there is a line that ends. Together they are the text. */
export function textBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let from = 0; from < text.length; ) {
    const block = blockAt(text, from);
    blocks.push(block);
    from += block.length;
  }
  return blocks;
}

function blockAt(text: string, from: number): string {
  const most = text.slice(from, from + BLOCK_MAX);
  if (from + BLOCK_MAX >= text.length) return most;

  const lineEnd = most.lastIndexOf("\n") + 1;
  return lineEnd > 0 ? most.slice(0, lineEnd) : sliceText(most, BLOCK_MAX);
}
