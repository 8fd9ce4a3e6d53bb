// Single keys and short sequences ("g o"), as screens and tables register them. They rest while somebody writes, while
// a dialog is open, and when the reader has turned them off (WCAG 2.1.4).
import { useEffect, useRef } from "react";
import { preferences } from "../settings/preferences.ts";

export interface KeyAction {
  /** For the list of keys: "open the job". */
  readonly does: string;
  readonly run: () => void;
}

/** By key: `r`, `#`, `Enter`, or a sequence such as `g o`. */
export type KeyMap = Readonly<Record<string, KeyAction>>;

const SEQUENCE_MS_MAX = 1_500;
/** Nobody writes into a checkbox, and it has the focus whenever a row was picked by the mouse. */
const WRITTEN_INTO = 'input:not([type="checkbox"]), textarea, select, [contenteditable]';
const maps: { readonly current: KeyMap }[] = [];
let pending: { readonly key: string; readonly at: number } | undefined;

/** In force as long as the component is there; later ones win. */
export function useKeys(map: KeyMap): void {
  const current = useRef(map);
  current.current = map;
  useEffect(() => {
    maps.push(current);
    return () => {
      maps.splice(maps.indexOf(current), 1);
    };
  }, []);
}

/** All keys that work now, the innermost first. */
export function keysInForce(): readonly (readonly [string, string])[] {
  const found = new Map<string, string>();
  for (const { current } of maps.toReversed())
    for (const [key, { does }] of Object.entries(current)) if (!found.has(key)) found.set(key, does);
  return [...found];
}

function actionOf(key: string): KeyAction | undefined {
  return maps.findLast(({ current }) => current[key])?.current[key];
}

function isBusy({ target }: KeyboardEvent): boolean {
  if (document.querySelector("dialog[open]")) return true;
  return target instanceof HTMLElement && target.matches(WRITTEN_INTO);
}

/** Buttons and links have a use of their own for Enter and the space. */
function isPress({ target, key }: KeyboardEvent): boolean {
  return (
    (key === "Enter" || key === " ") &&
    target instanceof HTMLElement &&
    target.matches("a, button, summary, input")
  );
}

function heard(event: KeyboardEvent): void {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (event.defaultPrevented || isBusy(event) || isPress(event)) return;
  if (ctrlKey || metaKey || altKey || !preferences().singleKeys) return;

  const sequence = pending && Date.now() - pending.at < SEQUENCE_MS_MAX ? `${pending.key} ${key}` : key;
  pending = undefined;
  const action = actionOf(sequence) ?? actionOf(key);
  if (action) {
    event.preventDefault();
    action.run();
  } else if (maps.some(({ current }) => Object.keys(current).some((known) => known.startsWith(`${key} `)))) {
    pending = { key, at: Date.now() };
  }
}

addEventListener("keydown", heard);
