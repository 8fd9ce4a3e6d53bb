// strace, with which the durability tests count system calls and make them fail. It is not everywhere.
import { spawnSync } from "node:child_process";

/** Why the tests that need strace cannot run here; undefined when they can. */
export const straceMissing: string | undefined = whyMissing();

function whyMissing(): string | undefined {
  const { error, status } = spawnSync("strace", ["-f", "-e", "trace=fsync", "true"]);
  if (error) return "NOT RUN: needs strace. Install it (apt install strace, dnf install strace)";
  return status === 0
    ? undefined
    : "NOT RUN: strace may not trace here. Allow ptrace (CAP_SYS_PTRACE), or run outside";
}

/** The beginning of a command line that runs the rest of it under strace. */
export function strace(options: readonly string[]): string[] {
  return ["strace", "-f", "-qq", ...options];
}
