// Which rows of a list are picked: one by one, a range with shift, all that are shown.
import { useMemo, useState } from "react";

export interface Picks {
  readonly keys: ReadonlySet<string>;
  has(key: string): boolean;
  toggle(key: string): void;
  /** From the row that was picked last to this one, in the order of the list. */
  extend(key: string, order: readonly string[]): void;
  setAll(keys: readonly string[], isPicked: boolean): void;
  clear(): void;
}

interface Picked {
  readonly keys: ReadonlySet<string>;
  readonly last: string | undefined;
}

const NOTHING: Picked = { keys: new Set(), last: undefined };

export function usePicks(): Picks {
  const [{ keys, last }, set] = useState(NOTHING);
  return useMemo(
    () => ({
      keys,
      has: (key) => keys.has(key),
      toggle: (key) => set({ keys: without(keys, key) ?? new Set([...keys, key]), last: key }),
      extend: (key, order) => set({ keys: new Set([...keys, ...range(order, last ?? key, key)]), last: key }),
      setAll: (all, isPicked) => set({ keys: new Set(isPicked ? all : []), last: undefined }),
      clear: () => set(NOTHING),
    }),
    [keys, last],
  );
}

function without(keys: ReadonlySet<string>, key: string): ReadonlySet<string> | undefined {
  return keys.has(key) ? new Set([...keys].filter((other) => other !== key)) : undefined;
}

/** Both ends included, whichever comes first. */
export function range(order: readonly string[], one: string, other: string): readonly string[] {
  const [first, last] = [order.indexOf(one), order.indexOf(other)].toSorted((a, b) => a - b);
  return order.slice(Math.max(first ?? 0, 0), (last ?? 0) + 1);
}
