// The input of the filter with its suggestions: a combobox as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ has it.
import { useId, useLayoutEffect, useRef } from "react";
import type { FilterError } from "../../src/client/filter.ts";
import { UserText } from "../text/text.tsx";
import type { Suggestion } from "./suggestions.ts";
import { useCombobox } from "./use-combobox.ts";
import type { SeenOnPage } from "./use-sources.ts";

export interface FilterInputProps {
  readonly draft: string;
  readonly write: (text: string) => void;
  readonly send: (text: string) => void;
  readonly setCaret: (caret: number) => void;
  readonly seen: SeenOnPage;
  readonly error: FilterError | undefined;
}

export function FilterInput({ draft, write, send, setCaret, seen, error }: FilterInputProps) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const box = useCombobox({ draft, write, send, setCaret, seen, input });
  const follow = () => {
    if (mirror.current && input.current) mirror.current.scrollLeft = input.current.scrollLeft;
  };
  useLayoutEffect(follow);
  const active = box.isOpen && box.active >= 0 ? `${listId}-${box.active}` : undefined;
  return (
    <div className="filter-box">
      <div className="filter-mirror mono" ref={mirror} aria-hidden="true">
        {error && <Underlined text={draft} error={error} />}
      </div>
      <input
        ref={input}
        data-filter
        className="mono"
        role="combobox"
        aria-label="Filter"
        aria-expanded={box.isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active}
        aria-invalid={error !== undefined}
        aria-describedby={error && "filter-mistake"}
        placeholder="state:dead name:mail.* error:TimeoutError since:1h"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        value={draft}
        onScroll={follow}
        {...box.handlers}
      />
      <Suggestions
        {...{ listId, isOpen: box.isOpen, active: box.active, options: box.options, take: box.take }}
      />
    </div>
  );
}

function Underlined({ text, error: { at, end } }: { readonly text: string; readonly error: FilterError }) {
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end) || " "}</mark>
      {text.slice(end)}
    </>
  );
}

interface SuggestionsProps {
  readonly listId: string;
  readonly isOpen: boolean;
  readonly active: number;
  readonly options: readonly Suggestion[];
  readonly take: (option: Suggestion) => void;
}

function Suggestions({ listId, isOpen, active, options, take }: SuggestionsProps) {
  return (
    <div id={listId} role="listbox" aria-label="Suggestions" className="suggestions" hidden={!isOpen}>
      {options.map((option, i) => (
        // The keys are the input's, which keeps the focus.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox hears the keys
        <div
          key={option.text}
          id={`${listId}-${i}`}
          role="option"
          tabIndex={-1}
          aria-selected={i === active}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(option)}
        >
          <span className="mono">
            <UserText text={option.label} max={80} />
          </span>
          <span className="quiet">
            <UserText text={option.detail} max={120} />
          </span>
        </div>
      ))}
    </div>
  );
}
