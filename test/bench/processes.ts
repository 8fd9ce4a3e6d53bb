// Child processes of a run: started, waited for until they have said their line, looked at, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface Child extends AsyncDisposable {
  /** The first line it printed. */
  readonly line: string;
  readonly pid: number;
  /** From its start until it said that line. */
  readonly readyMs: number;
  end(): Promise<void>;
}

/** Starts a file beside this one, with flags for Node before its own arguments. */
export async function startChild(
  file: string,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<Child> {
  const startedAt = performance.now();
  const path = fileURLToPath(new URL(file, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", ...nodeFlags];
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const line = await firstLine(child);
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.stdin.end();
    await exit;
  };
  return {
    line,
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedAt,
    end,
    [Symbol.asyncDispose]: end,
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of child.stdout ?? []) {
    said += chunk;
    if (said.includes("\n")) return said.slice(0, said.indexOf("\n"));
  }
  throw new Error("the child process ended before it said a line");
}

/** Of a tick of /proc, on every Linux that there is. */
const TICK_US = 10_000;

/** Microseconds of processor that a process has used so far, user and system, all its threads. NaN but on Linux. */
export function processorUs(pid: number): number {
  const fields = readProc(pid, "stat")?.split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** Memory of a process that is in RAM, in MiB. NaN but on Linux. */
export function residentMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readProc(pid, "status") ?? "")?.[1]) / 1_024;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return undefined;
  }
}
