// Runs `lakh` for tests: as a process of its own, or, much faster, inside this one.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { runCommand } from "../../src/cli/commands.ts";
import { openTerminal } from "../../src/cli/terminal.ts";

const program = new URL("../../src/cli/lakh.ts", import.meta.url).pathname;

/** How a process ended. */
export interface CliEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A running `lakh`. */
export interface Cli {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves with the match when stdout and stderr together contain it. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  readonly end: Promise<CliEnd>;
}

/** Starts it. The environment is empty but for PATH and what is given. */
export function startCli(argv: readonly string[], env: Record<string, string> = {}): Cli {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...argv], {
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    err += chunk;
  });
  const end = once(child, "close").then(([code]) => ({ code: code as number | null, out, err }));
  const said = async (pattern: RegExp) => {
    for (;;) {
      const match = pattern.exec(out + err);
      if (match) return match;
      if (child.exitCode !== null) throw new Error(`lakh ended without saying ${pattern}:\n${out}${err}`);
      await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), once(child, "exit")]);
    }
  };
  return { child, said, end };
}

/** What a command inside this process is given. */
export interface CliInput {
  readonly env?: Record<string, string>;
  readonly input?: string;
  readonly isTTY?: boolean;
  /** How wide that terminal is. Default 80. */
  readonly columns?: number;
  /** What time it is. Default: what it is. */
  readonly now?: number;
}

/** Runs a command to its end inside this process. */
export async function runCli(argv: readonly string[], given: CliInput = {}): Promise<CliEnd> {
  const written = { out: "", err: "" };
  const stream = (key: "out" | "err") => {
    const writable = new Writable({
      write(chunk, _encoding, done) {
        written[key] += chunk;
        done();
      },
    });
    return Object.assign(writable, { isTTY: given.isTTY ?? false, columns: given.columns ?? 80, rows: 24 });
  };
  const stdin = Object.assign(Readable.from([given.input ?? ""]), { isTTY: given.isTTY ?? false });
  const { now } = given;
  const streams = { stdin, stdout: stream("out"), stderr: stream("err") };
  const code = await runCommand(
    argv,
    openTerminal(given.env ?? {}, streams, now === undefined ? Date.now : () => now),
  );
  return { code: code ?? null, ...written };
}
