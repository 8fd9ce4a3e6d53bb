// A text of up to a megabyte, all of it. In blocks that the browser lays out when they come into view.
import { UserText } from "../text/text.tsx";
import { textBlocks } from "./text-blocks.ts";

export interface LongTextProps {
  readonly text: string;
  /** As UserText has it. */
  readonly lines: "one" | "many";
}

export function LongText({ text, lines }: LongTextProps) {
  return textBlocks(text).map((block, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a block is known by its place
    <span key={place} className="payload-block">
      <UserText text={block} lines={lines} />
    </span>
  ));
}
