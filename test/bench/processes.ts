// Child processes of a run: started, waited for until they have said their line, ended.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface Child {
  /** The first line it printed. */
  readonly line: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** Starts a file beside this one. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const line = await firstLine(child);
  return {
    line,
    pid: child.pid ?? 0,
    async end() {
      const exit = once(child, "exit");
      child.stdin.end();
      await exit;
    },
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
