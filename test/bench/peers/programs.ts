// Programs that peers need and npm does not bring: found, told apart by version, started on loopback, ended with us.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";

/** The program is not there; its message says how to get it. */
export class MissingProgram extends Error {}

/** Its version. @throws {MissingProgram} */
export function versionOf(program: string, flag: string, debianPackage: string): string {
  try {
    const said = execFileSync(program, [flag], { encoding: "utf8" });
    return /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? "of unknown version";
  } catch {
    throw new MissingProgram(`${program} is missing: apt-get install ${debianPackage}`);
  }
}

export interface Program extends AsyncDisposable {
  readonly port: number;
}

/** Starts it, and waits until it takes connections. */
export async function startProgram(program: string, args: readonly string[], port: number): Promise<Program> {
  const child = spawn(program, args, { stdio: "ignore" });
  const end = () => child.kill("SIGKILL");
  process.on("exit", end);
  await untilOpen(port, () => child.exitCode === null);
  return {
    port,
    async [Symbol.asyncDispose]() {
      const exit = once(child, "exit");
      end();
      await exit;
      process.off("exit", end);
    },
  };
}

async function untilOpen(port: number, isAlive: () => boolean): Promise<void> {
  while (isAlive()) {
    const socket = connect({ host: "127.0.0.1", port });
    const isOpen = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the program on port ${port} ended before it took connections`);
}
