// What has changed, for those who hear the page: one short sentence, at most every ten seconds, and none when nothing has.
import { useEffect, useRef, useState } from "react";
import { WatchTopic } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { Counts } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatCount } from "../format/numbers.ts";
import { useLiveModel } from "../live/use-live.tsx";

const OVERVIEW = [WatchTopic.OVERVIEW];
const SAID_EVERY_MS = 10_000;

export function LiveSummary() {
  const { overview } = useLiveModel(OVERVIEW);
  const latest = useRef("");
  latest.current = overview?.jobs ? wordsOf(overview.jobs) : "";
  const [said, say] = useState("");
  useEffect(() => {
    const timer = setInterval(() => say(latest.current), SAID_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <p className="unseen" aria-live="polite">
      {said}
    </p>
  );
}

function wordsOf({ ready, reserved, dead }: Counts): string {
  return `${formatCount(ready)} ready, ${formatCount(reserved)} reserved, ${formatCount(dead)} dead`;
}
