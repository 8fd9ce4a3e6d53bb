// Times on screen: how long ago, when, how long. Each says the exact instant to whoever points at it.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { useSyncExternalStore } from "react";
import { formatInstant, formatSpan, msOf, spanMsOf } from "../format/times.ts";
import { usePreferences } from "../settings/preferences.ts";

const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

// While nobody listens the clock stands, so whoever begins to listen is told anew.
function current(): number {
  if (!timer) now = Math.floor(Date.now() / 1_000) * 1_000;
  return now;
}

/** Now, in epoch milliseconds; moves once a second, for the whole page at once. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, current);
}

/** `3 min ago`, or `in 2 h`. */
export function Ago({ at }: { readonly at: Timestamp | undefined }) {
  const now = useNow();
  const { zone } = usePreferences();
  const ms = msOf(at);
  if (ms === undefined) return <span className="quiet">-</span>;

  const words =
    ms > now ? `in ${formatSpan(ms - now)}` : now - ms < 1_000 ? "just now" : `${formatSpan(now - ms)} ago`;
  return (
    <time dateTime={new Date(ms).toISOString()} title={formatInstant(ms, zone, "ms")}>
      {words}
    </time>
  );
}

/** `2026-11-24 09:12:33`. */
export function Instant({
  at,
  precision,
}: {
  readonly at: Timestamp | undefined;
  readonly precision?: "ms";
}) {
  const { zone } = usePreferences();
  const ms = msOf(at);
  if (ms === undefined) return <span className="quiet">-</span>;

  return <time dateTime={new Date(ms).toISOString()}>{formatInstant(ms, zone, precision)}</time>;
}

/** `4.2 s`. */
export function Span({ of }: { readonly of: Duration | number | undefined }) {
  const ms = typeof of === "number" ? of : spanMsOf(of);
  return ms === undefined ? <span className="quiet">-</span> : <span>{formatSpan(ms)}</span>;
}
