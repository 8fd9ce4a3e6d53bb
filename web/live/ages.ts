// Ages grow while nothing else changes, and what has not changed is not told again: the oldest job of a queue that is
// stuck. So it is kept here when each age came, and whoever shows it adds what has passed since.
import type { Duration } from "@bufbuild/protobuf/wkt";
import type { WatchResponse } from "../../src/gen/lakh/v1/admin_pb.ts";
import { spanMsOf } from "../format/times.ts";

const cameAt = new WeakMap<Duration, number>();

/** To be called when the frame comes. `now`: epoch milliseconds of this machine. */
export function stampAges({ overview, queues }: WatchResponse, now: number): void {
  for (const { oldestReadyAge } of [...queues, ...(overview ? [overview] : [])])
    if (oldestReadyAge) cameAt.set(oldestReadyAge, now);
}

/** What the age is at `now`, in milliseconds; undefined when there is none. One without a stamp came just now. */
export function ageMsAt(age: Duration | undefined, now: number): number | undefined {
  if (!age) return undefined;
  const came = cameAt.get(age) ?? now;
  cameAt.set(age, came);

  return (spanMsOf(age) ?? 0) + Math.max(0, now - came);
}
