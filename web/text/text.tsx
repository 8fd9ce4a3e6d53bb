// A user's text on screen: by itself in its direction of writing, and with nothing hidden in it.
import { cutText, visibleParts } from "./visible.ts";

export interface UserTextProps {
  readonly text: string;
  /** Line breaks break lines, or are shown as signs. Default: one. */
  readonly lines?: "one" | "many";
  /** Characters at most. */
  readonly max?: number;
}

export function UserText({ text, lines = "one", max }: UserTextProps) {
  const shown = max === undefined ? text : cutText(text, max);
  return (
    <bdi className={lines === "many" ? "lines" : undefined} title={shown === text ? undefined : "cut short"}>
      {visibleParts(shown, { lines }).map(({ text: part, isEscape, title }, i) =>
        isEscape ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text stay where they are
          <span key={i} className="escape" title={title}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </bdi>
  );
}
