// A payload as text: as it came, or, for JSON, indented. Of a long one only the beginning, until all is asked for.
import { useMemo, useState } from "react";
import { formatBytes } from "../format/numbers.ts";
import { sliceText } from "../text/visible.ts";
import { indent } from "./indented.ts";
import type { JsonTree } from "./json-tree.ts";
import { LongText } from "./long-text.tsx";

const SHOWN_MAX = 65_536;

export interface TextViewProps {
  readonly text: string;
  /** When it is JSON. */
  readonly tree: JsonTree | undefined;
}

export function TextView({ text, tree }: TextViewProps) {
  const [isRaw, setRaw] = useState(false);
  const [isWhole, setWhole] = useState(false);
  // One more than is shown, so that one sees whether there is more.
  const max = isWhole ? Number.POSITIVE_INFINITY : SHOWN_MAX + 1;
  const whole = useMemo(() => (tree && !isRaw ? indent(tree, max) : text), [tree, isRaw, text, max]);
  const shown = isWhole ? whole : sliceText(whole, SHOWN_MAX);
  return (
    <div className="payload-text">
      {tree && (
        <label className="row quiet">
          <input type="checkbox" checked={isRaw} onChange={({ target }) => setRaw(target.checked)} /> as it
          was sent
        </label>
      )}
      <pre>
        <LongText text={shown} lines="many" />
      </pre>
      {shown.length < whole.length && (
        <button type="button" className="button small" onClick={() => setWhole(true)}>
          Show all {formatBytes(text.length)}
        </button>
      )}
    </div>
  );
}
