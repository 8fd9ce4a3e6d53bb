// What the keys do in the filter: arrows choose, Enter and Tab take what is chosen or begun, Escape closes, and Enter
// sends what is a filter.
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { mistakeIn } from "./mistake.ts";
import { accepted, type Suggestion, suggestionsFor } from "./suggestions.ts";
import { spotAt } from "./terms.ts";
import { type SeenOnPage, useSources } from "./use-sources.ts";

export interface ComboboxParts {
  readonly draft: string;
  readonly write: (text: string) => void;
  readonly send: (text: string) => void;
  readonly setCaret: (caret: number) => void;
  readonly seen: SeenOnPage;
  readonly input: RefObject<HTMLInputElement | null>;
}

export function useCombobox({ draft, write, send, setCaret, seen, input }: ComboboxParts) {
  const [caret, moveCaret] = useState<number>();
  const [chosen, choose] = useState(-1);
  const spot = caret === undefined ? undefined : spotAt(draft, caret);
  const sources = useSources(spot, seen);
  const options = spot ? suggestionsFor(spot, sources) : [];
  const [isOpen, active] = [options.length > 0, Math.min(chosen, options.length - 1)];
  const putCaret = useCaret(input, draft);
  const close = () => {
    moveCaret(undefined);
    choose(-1);
  };
  const open = () => moveCaret(input.current?.selectionStart ?? draft.length);
  const take = (option: Suggestion) => {
    if (!spot) return;
    const next = accepted(draft, spot, option);
    write(next.text);
    putCaret(next.caret);
    setCaret(next.caret);
    choose(-1);
    // What follows a word is its value; after a value one may want to send.
    if (/[:.]$/.test(option.text)) moveCaret(next.caret);
    else close();
  };
  const does = {
    open,
    close,
    choose,
    take: (at: number) => take(options[at] as Suggestion),
    send: () => {
      close();
      send(draft);
    },
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const known = { count: options.length, isBegun: spot?.written !== "", isFilter: !mistakeIn(draft) };
    const action = actionOf(event, { isOpen, active, ...known });
    if (!action) return;
    event.preventDefault();
    does[action.is](action.at ?? 0);
  };
  const handlers = {
    onKeyDown,
    onChange: ({ target }: { target: HTMLInputElement }) => {
      const at = target.selectionStart ?? target.value.length;
      write(target.value);
      moveCaret(at);
      setCaret(at);
      choose(-1);
    },
    onSelect: () => {
      const at = input.current?.selectionStart ?? 0;
      setCaret(at);
      if (caret !== undefined) moveCaret(at);
    },
    onClick: () => draft === "" && open(),
    onBlur: close,
  };
  return { options, isOpen, active, take, handlers };
}

interface Standing {
  readonly isOpen: boolean;
  readonly active: number;
  readonly count: number;
  /** Something is written of what the suggestions would complete. */
  readonly isBegun: boolean;
  /** What is written can be sent. */
  readonly isFilter: boolean;
}

interface Action {
  readonly is: "open" | "close" | "send" | "choose" | "take";
  /** Which suggestion. */
  readonly at?: number;
}

/** Undefined: what the key does anyway. */
function actionOf({ key, shiftKey }: KeyboardEvent, standing: Standing): Action | undefined {
  const { isOpen, active, count, isBegun, isFilter } = standing;
  if (key === "ArrowDown") return isOpen ? { is: "choose", at: (active + 1) % count } : { is: "open" };
  if (key === "ArrowUp" && isOpen) return { is: "choose", at: (Math.max(active, 0) - 1 + count) % count };
  if (key === "Escape" && isOpen) return { is: "close" };
  const isTaken = isOpen && (active >= 0 || (isBegun && !isFilter));
  if (key === "Enter") return isTaken ? { is: "take", at: Math.max(active, 0) } : { is: "send" };
  // With nothing begun and nothing chosen Tab goes on to what comes next, so nobody is caught here.
  if (key === "Tab" && !shiftKey && isOpen && (active >= 0 || isBegun))
    return { is: "take", at: Math.max(active, 0) };
  return undefined;
}

/** React puts the caret to the end when it changes the value, so it is moved after that. */
function useCaret(input: RefObject<HTMLInputElement | null>, draft: string): (caret: number) => void {
  const wanted = useRef<number>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the caret moves when the text has changed
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = undefined;
  }, [draft, input]);
  return (caret) => {
    wanted.current = caret;
  };
}
