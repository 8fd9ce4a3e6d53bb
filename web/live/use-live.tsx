// The live stream, for components.
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { type WatchResponse, WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import { onPreferences, preferences } from "../settings/preferences.ts";
import { transport } from "../shell/connection.tsx";
import { BASE } from "../shell/router.tsx";
import { Live, type LiveStatus } from "./live.ts";
import { EMPTY_MODEL, type LiveModel } from "./live-model.ts";

const LiveContext = createContext<Live | undefined>(undefined);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const [live, set] = useState<Live>();
  useEffect(() => {
    const opened = new Live({ transport, name: `lakh-live ${BASE}` });
    const follow = () => opened.setInterval(preferences().refreshMs);
    follow();
    const stop = onPreferences(follow);
    set(opened);
    return () => {
      stop();
      opened.close();
    };
  }, []);
  return live && <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("there is no live stream around this component");

  return live;
}

/** As it stands, kept fresh for these topics; empty until all of them have come. Give the same list each time. */
export function useLiveModel(topics: readonly WatchTopic[]): LiveModel {
  const live = useLive();
  useEffect(() => live.subscribe(topics, () => {}), [live, topics]);
  return useSyncExternalStore(
    (listener) => live.onModel(listener),
    () => (live.has(topics) ? live.model : EMPTY_MODEL),
  );
}

export function useLiveStatus(): LiveStatus {
  const live = useLive();
  return useSyncExternalStore(
    (listener) => live.onStatus(listener),
    () => live.status,
  );
}

const JOBS = [WatchTopic.JOBS];

/** Hears of jobs that were enqueued or moved. The latest listener counts. */
export function useLiveJobs(listener: (frame: WatchResponse) => void): void {
  const live = useLive();
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => live.subscribe(JOBS, (frame) => latest.current(frame)), [live]);
}
