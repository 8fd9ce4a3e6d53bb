// The address is the state: what a screen shows can be bookmarked, sent and gone back to.
import { type ComponentProps, type MouseEvent, useMemo, useSyncExternalStore } from "react";
import { addressOf, type Params, type Place, placeOf, type Screen } from "./screens.ts";

/** The directory that the page is in, with its slash. */
export const BASE = new URL(".", location.href).pathname;

/** Of the server, as clients write it: origin and prefix, without a slash at the end. */
export const SERVER_URL = `${location.origin}${BASE}`.replace(/\/$/, "");

const listeners = new Set<() => void>();
addEventListener("popstate", tell);

function tell(): void {
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Goes there. `replace`: without an entry of its own in the browser's history, for what changes while one types. */
export function go(screen: Screen, params: Params = {}, how?: "replace"): void {
  const address = addressOf(BASE, screen, params);
  if (how === "replace") history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  tell();
}

/** Changes some of the parameters of where one is; undefined takes one out. */
export function goParams(params: Params, how?: "replace"): void {
  const here = placeOf(new URL(location.href), BASE);
  if (here.screen !== undefined) go(here.screen, { ...here.params, ...params }, how);
}

export function usePlace(): Place {
  const address = useSyncExternalStore(subscribe, () => location.href);
  return useMemo(() => placeOf(new URL(address), BASE), [address]);
}

export interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  readonly screen: Screen;
  readonly params?: Params;
}

/** An ordinary link: what browsers do with links (a new tab, copy its address) works. */
export function Link({ screen, params, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || hasModifier(event)) return;

    event.preventDefault();
    go(screen, params);
  };
  return <a {...rest} href={addressOf(BASE, screen, params)} onClick={follow} />;
}

function hasModifier({ metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return metaKey || ctrlKey || shiftKey || altKey;
}
