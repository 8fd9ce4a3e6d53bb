// Whether anything is going on here.
import type { Overview } from "../../src/gen/lakh/v1/overview_pb.ts";

/** No job is stored, and none has passed of late. */
export function isIdle({ jobs, rates, wait }: Pick<Overview, "jobs" | "rates" | "wait">): boolean {
  const { scheduled = 0n, ready = 0n, reserved = 0n, succeeded = 0n, dead = 0n, cancelled = 0n } = jobs ?? {};
  const stored = scheduled + ready + reserved + succeeded + dead + cancelled;
  return stored === 0n && (rates?.enqueued ?? 0) === 0 && (wait?.count ?? 0n) === 0n;
}
