// `--wait`: follows one job to its end, tells its states on the way, and prints its result.
import { type Job, jobToJson, type Producer, textOfPayload, toJob } from "../client/client.ts";
import type { CommonFlags } from "./common-flags.ts";
import { exitCodes } from "./failure.ts";
import { jsonLine } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Follows the job; answers 0 when it succeeded, 1 when it is dead or cancelled. */
export async function waitForEnd(
  { producer, id, flags }: { producer: Producer; id: string; flags: CommonFlags },
  terminal: Terminal,
): Promise<number> {
  let last: Job | undefined;
  for await (const wire of producer.watchWire(id)) {
    const job = toJob(wire);
    const text = situation(job);
    if (last === undefined || text !== situation(last)) await terminal.err.write(dim(text, terminal));
    last = job;
    if (job.finishedAt !== undefined && flags.shape !== "table")
      await terminal.out.write(jsonLine(jobToJson(wire)));
  }
  if (last === undefined) return exitCodes.failed;
  // A watched job comes without its history, in which the reason is.
  if (last.state !== "succeeded") return tellTrouble((await producer.get(id)) ?? last, terminal);

  const result = textOfPayload(last.result);
  if (flags.shape === "table" && result !== "") await terminal.out.write(`${terminal.escape(result)}\n`);
  return exitCodes.done;
}

function situation(job: Job): string {
  const attempt = job.attempt > 0 ? `, attempt ${job.attempt}` : "";
  const progress = job.progress ? `, ${Math.round(job.progress.fraction * 100)} % ${job.progress.text}` : "";
  const due = job.state === "scheduled" && job.dueAt ? ` for ${new Date(job.dueAt).toISOString()}` : "";
  return `${job.id} is ${job.state}${due}${attempt}${job.state === "reserved" ? progress : ""}`;
}

function dim(text: string, terminal: Terminal): string {
  return `${terminal.err.paint("dim", terminal.escape(text.trimEnd()))}\n`;
}

async function tellTrouble(job: Job, terminal: Terminal): Promise<number> {
  const error = job.attempts.findLast((attempt) => attempt.error)?.error;
  const reason = job.deathReason?.replaceAll("_", " ") ?? "somebody cancelled it";
  const why = error ? `${reason}; ${error.class}: ${error.message}` : reason;
  const text = terminal.escape(`${job.id} is ${job.state}: ${why}.`);
  await terminal.err.write(`${terminal.err.paint("red", text)}\n`);
  return exitCodes.failed;
}
