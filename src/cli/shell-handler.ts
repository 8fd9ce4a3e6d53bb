// Does a job with a shell command: payload in, exit code and output out, and no process left behind.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { type DeliveredJob, type Handler, PermanentError, payloadFromText } from "../client/client.ts";
import { pause, within } from "../client/waiting.ts";
import type { Environment } from "../server/config.ts";

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** What a command said and how it ended. */
interface CommandEnd {
  readonly exitCode: number | null;
  readonly killedBy: NodeJS.Signals | null;
  /** Undefined when there was more of it than a result may hold. */
  readonly stdout: Buffer | undefined;
  readonly stderrTail: Buffer;
}

const resultBytesMax = 64 * 1024;
const stderrBytesMax = 4 * 1024;
const failForGood = 100;
/** What a command gets between SIGTERM and SIGKILL. */
const killAfterMs = 2_000;
/** How long output may still come once the command is gone; a child it left behind can keep a pipe open for ever. */
const lateOutputMs = 500;

/** A handler that runs `command` with `sh -c`, in a process group of its own. */
export function shellHandler(command: string, env: Environment): Handler {
  return async (job, { signal }) => {
    const child = spawn("sh", ["-c", command], {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...env, ...variablesOf(job) },
    });
    const stop = () => void killGroup(child);
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (signal.aborted) stop();
      feed(child, job);
      return resultOf(await endOf(child));
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
}

function variablesOf(job: DeliveredJob): Environment {
  return {
    LAKH_JOB_ID: job.id,
    LAKH_JOB_NAME: job.name,
    LAKH_ATTEMPT: String(job.attempt),
    TRACEPARENT: job.traceparent,
  };
}

function feed(child: Child, job: DeliveredJob): void {
  // A command need not read its input, and may be gone before it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(job.data ?? (job.json === undefined ? "" : JSON.stringify(job.json)));
}

async function endOf(child: Child): Promise<CommandEnd> {
  const stdout: Buffer[] = [];
  let stdoutSize = 0;
  let stderrTail: Buffer = Buffer.alloc(0);
  child.stdout.on("data", (chunk: Buffer) => {
    stdoutSize += chunk.length;
    if (stdoutSize <= resultBytesMax) stdout.push(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderrTail = Buffer.concat([stderrTail, chunk]).subarray(-stderrBytesMax);
  });
  const closed = once(child, "close").then(() => undefined);
  const [exitCode, killedBy] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  await within(closed, lateOutputMs);
  child.stdout.destroy();
  child.stderr.destroy();
  return {
    exitCode,
    killedBy,
    stdout: stdoutSize > resultBytesMax ? undefined : Buffer.concat(stdout),
    stderrTail,
  };
}

function resultOf(end: CommandEnd): unknown {
  if (end.exitCode === 0) return jsonResult(end.stdout);

  const what = end.killedBy ? `killed by ${end.killedBy}` : `exit ${end.exitCode}`;
  const message = end.stderrTail.toString().trim() || `${what}, and nothing on stderr`;
  const error = end.exitCode === failForGood ? new PermanentError(message) : new Error(message);
  error.name = what;
  // Where this program noticed says nothing about the command.
  error.stack = "";
  throw error;
}

function jsonResult(stdout: Buffer | undefined): unknown {
  if (stdout === undefined) return undefined;

  try {
    const { json, data } = payloadFromText(stdout.toString());
    return data ?? json;
  } catch {
    // Only JSON is a result; anything else was meant for people.
    return undefined;
  }
}

/** Asks the whole group to stop, and makes it when it does not in time. */
async function killGroup(child: Child): Promise<void> {
  let isAlive = signalGroup(child, "SIGTERM");
  const killAt = performance.now() + killAfterMs;
  while (isAlive && performance.now() < killAt) {
    await pause(50);
    isAlive = signalGroup(child, 0);
  }
  if (isAlive) signalGroup(child, "SIGKILL");
}

/** Signals every process of the group; 0 only asks. False when there is none any more. */
function signalGroup(child: Child, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;

  try {
    return process.kill(-child.pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw cause;
  }
}
