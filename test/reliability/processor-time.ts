// What a process had of the machine: whether it was slow, or was not let run. What the tests beside this one take is not
// the server's doing, so spans that are asserted leave it out.
import { readFileSync } from "node:fs";

export interface ProcessorTime {
  /** How long the process's main thread has had a processor, in milliseconds. */
  readonly ran: number;
  /** How long it wanted one and had none. */
  readonly waited: number;
}

/** Linux counts both, https://docs.kernel.org/scheduler/sched-stats.html; elsewhere nobody waits, and the machine should be idle. */
export function processorTime(pid: number): ProcessorTime {
  if (process.platform !== "linux") return { ran: performance.now(), waited: 0 };

  const [ran = 0, waited = 0] = readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ").map(Number);
  return { ran: ran / 1e6, waited: waited / 1e6 };
}

/** How long all of them together have waited for a processor. */
export function waitedMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processorTime(pid).waited, 0);
}
