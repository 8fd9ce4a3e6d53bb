// A user's text on screen: by itself in its direction of writing, and with nothing hidden in it.
import type { ReactNode } from "react";
import { cutText, type TextPart, visibleParts } from "./visible.ts";

export interface UserTextProps {
  readonly text: string;
  /** Line breaks break lines, or are shown as signs. Default: one. */
  readonly lines?: "one" | "many";
  /** Characters at most. */
  readonly max?: number;
}

/** A text of which every character is an escape is as safe in one piece, and a browser takes it. */
const PARTS_MAX = 2_000;

export function UserText({ text, lines = "one", max }: UserTextProps) {
  const shown = max === undefined ? text : cutText(text, max);
  const parts = visibleParts(shown, { lines });
  return (
    <bdi className={lines === "many" ? "lines" : undefined} title={shown === text ? undefined : "cut short"}>
      {parts.length > PARTS_MAX ? parts.map((part) => part.text).join("") : parts.map(shownPart)}
    </bdi>
  );
}

function shownPart({ text, isEscape, title }: TextPart, place: number): ReactNode {
  if (!isEscape) return text;

  return (
    <span key={place} className="escape" title={title}>
      {text}
    </span>
  );
}
