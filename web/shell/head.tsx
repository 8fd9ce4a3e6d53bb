// The line above every screen: which server this is, whether what one sees is fresh, and how to enqueue.

import { EnqueueButton } from "../enqueue/enqueue-button.tsx";
import { formatSpan } from "../format/times.ts";
import { useKeys } from "../keys/keys.ts";
import { useLive, useLiveStatus } from "../live/use-live.tsx";
import { Icon } from "../parts/icon.tsx";
import { useNow } from "../parts/time.tsx";
import { changePreferences, preferences } from "../settings/preferences.ts";
import { LiveSummary } from "./live-summary.tsx";
import { useMe } from "./me.ts";

export function Head() {
  return (
    <header className="head">
      <EnvironmentBadge />
      <span className="gap" />
      <LiveSummary />
      <LiveBadge />
      <EnqueueButton />
    </header>
  );
}

/** Repeated in every dialog that changes many jobs. */
export function EnvironmentBadge() {
  const me = useMe();
  if (!me?.environment) return null;

  return (
    <span className="environment" data-color={me.environmentColor}>
      {me.environment}
    </span>
  );
}

const WORDS = {
  connecting: "Connecting",
  live: "Live",
  paused: "Paused",
  reconnecting: "Reconnecting",
  polling: "Polling",
} as const;

/** Whether numbers are fresh; pressed, it stands still or goes on. */
function LiveBadge() {
  const live = useLive();
  const { state, isStale, why } = useLiveStatus();
  const isPaused = state === "paused";
  const press = () => {
    if (!isPaused) live.pause();
    else if (preferences().refreshMs === "off") changePreferences({ refreshMs: 2_000 });
    else live.resume();
  };
  useKeys({ p: { does: "pause, or go on", run: press } });
  return (
    <button
      type="button"
      className="button bare small live"
      data-state={isStale ? "stale" : state}
      title={why ?? "Press to pause"}
      onClick={press}
    >
      {isPaused ? <Icon name="pause" /> : <span className="dot" aria-hidden="true" />}
      {WORDS[state]}
    </button>
  );
}

/** Says that the numbers are old, and since when. */
export function StaleBanner() {
  const { state, heardAt, isStale, why } = useLiveStatus();
  const now = useNow();
  // While it connects, what is old is dimmed; that nobody answers is not known yet.
  const isSilent = isStale && state !== "connecting";
  if (state !== "reconnecting" && state !== "polling" && !isSilent) return null;

  const since = heardAt === undefined ? "" : ` Numbers are ${formatSpan(now - heardAt)} old.`;
  const text =
    state === "polling"
      ? "Streams do not come through to this browser: numbers are asked for every 5 s. A proxy may be holding them back."
      : `The server does not answer.${since} Trying again.`;
  return (
    <div className="banner" role="status" data-state={state} title={why}>
      <Icon name="warning" /> {text}
    </div>
  );
}
