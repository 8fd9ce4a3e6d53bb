// One line in which people say which jobs. What is written becomes the filter by Enter; a wrong word is underlined while
// one goes on, with what was probably meant.
import { useEffect, useState } from "react";
import type { FilterError } from "../../src/client/filter.ts";
import { Icon } from "../parts/icon.tsx";
import { replaceAt } from "./edits.ts";
import "./filter.css";
import { FilterInput } from "./filter-input.tsx";
import { mistakeIn } from "./mistake.ts";
import { termsIn } from "./terms.ts";
import type { SeenOnPage } from "./use-sources.ts";

export interface FilterBarProps {
  /** The filter in force. */
  readonly text: string;
  readonly apply: (text: string) => void;
  readonly seen: SeenOnPage;
}

export function FilterBar({ text, apply, seen }: FilterBarProps) {
  const [draft, setDraft] = useState(text);
  const [caret, setCaret] = useState(text.length);
  const [isSent, setSent] = useState(true);
  useEffect(() => {
    setDraft(text);
    setSent(true);
  }, [text]);
  const error = mistakeIn(draft);
  // While a term is being written it is half a term, and no mistake yet.
  const shown = error && (isSent || !isBeingWritten(draft, caret, error.at)) ? error : undefined;
  const write = (next: string) => {
    setDraft(next);
    setSent(false);
  };
  const send = (next: string) => {
    setDraft(next);
    setSent(true);
    if (mistakeIn(next) === undefined) apply(next.trim());
  };
  return (
    <search className="filter">
      <div className="filter-line">
        <Icon name="search" />
        <FilterInput {...{ draft, write, send, setCaret, seen, error: shown }} />
        {draft !== "" && (
          <button
            type="button"
            className="button bare icon-only"
            aria-label="Clear the filter"
            onClick={() => send("")}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {shown && <FilterMistake error={shown} mend={(by) => send(replaceAt(draft, shown, by))} />}
    </search>
  );
}

/** Below the word, as far as the line is wide. */
function FilterMistake({
  error,
  mend,
}: {
  readonly error: FilterError;
  readonly mend: (by: string) => void;
}) {
  const meant = /^Did you mean (?<word>[a-z]+)\?$/.exec(error.whatToDo)?.groups?.word;
  return (
    <p
      className="filter-mistake mono"
      id="filter-mistake"
      role="alert"
      style={{ marginInlineStart: `min(${error.at}ch, 40%)` }}
    >
      <span className="wrong">{error.why}.</span>{" "}
      {meant === undefined ? (
        <span className="quiet">{error.whatToDo}</span>
      ) : (
        <button type="button" className="button small" onClick={() => mend(meant)}>
          Did you mean {meant}?
        </button>
      )}
    </p>
  );
}

function isBeingWritten(text: string, caret: number, mistakeAt: number): boolean {
  return termsIn(text).some(
    ({ at, end }) => caret >= at && caret <= end && mistakeAt >= at && mistakeAt <= end,
  );
}
