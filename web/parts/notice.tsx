// Short news in the corner: what was done, what went wrong. Read out politely, gone after a while.
import { type ReactNode, useSyncExternalStore } from "react";

export interface Notice {
  readonly tone: "done" | "error";
  readonly text: string;
  /** A link to what came of it. */
  readonly more?: ReactNode;
}

const SHOWN_MS = { done: 6_000, error: 15_000 } as const;
const NOTICES_MAX = 4;

let shown: readonly (Notice & { readonly key: number })[] = [];
let nextKey = 1;
const listeners = new Set<() => void>();

export function tellNotice(notice: Notice): void {
  const key = nextKey++;
  show([...shown, { ...notice, key }].slice(-NOTICES_MAX));
  setTimeout(() => dropNotice(key), SHOWN_MS[notice.tone]);
}

function dropNotice(key: number): void {
  show(shown.filter((notice) => notice.key !== key));
}

function show(next: typeof shown): void {
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Notices() {
  const notices = useSyncExternalStore(subscribe, () => shown);
  return (
    <div className="notices" role="status">
      {notices.map(({ key, tone, text, more }) => (
        <div className={`notice ${tone}`} key={key}>
          <span>{text}</span>
          {more}
          <button type="button" className="button bare small" onClick={() => dropNotice(key)}>
            Close
          </button>
        </div>
      ))}
    </div>
  );
}
