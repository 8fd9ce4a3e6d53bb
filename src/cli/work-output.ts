// What `lakh work` prints: one line for each job on stdout, what happens to the connection on stderr.
import type { DeliveredJob, JsonValue, RunEnd, Worker } from "../client/client.ts";
import { jsonLine, type Shape, spanForPeople } from "./output.ts";
import type { Output, Paint, Terminal } from "./terminal.ts";

/** What to say about the worker. */
export interface WorkTold {
  readonly url: string;
  readonly names: readonly string[];
  readonly shape: Shape;
  readonly terminal: Terminal;
}

/** Prints what the worker does, from now on. */
export function tellWork(worker: Worker, { url, names, shape, terminal }: WorkTold): void {
  const say = (text: string, paint: Paint = "dim") => {
    void terminal.err.write(`${terminal.err.paint(paint, terminal.escape(text))}\n`);
  };
  worker.on("connected", ({ workerId, serverVersion }) => {
    say(`connected to ${url} (lakh ${serverVersion}) as ${workerId}, waiting for ${names.join(", ")}`);
  });
  worker.on("disconnected", ({ error, retryInMs }) => {
    const why = error instanceof Error ? error.message : "the server ended the stream";
    say(`not connected to ${url}: ${why}; trying again in ${spanForPeople(retryInMs)}`, "yellow");
  });
  worker.on("drained", (reason) => {
    const why = reason === "operator" ? "an operator wants this worker to stop" : "it is stopping";
    say(`${url} sends no more jobs: ${why}`, "yellow");
  });
  worker.on("ignored", ({ jobId, result, reason }) =>
    say(`a report on ${jobId} was ${result}: ${reason}`, "yellow"),
  );
  worker.on("ended", (job, end) => {
    const text =
      shape === "table" ? lineOf(job, { end, output: terminal.out, terminal }) : jsonLine(factsOf(job, end));
    void terminal.out.write(text);
  });
}

const paints: Readonly<Record<RunEnd["is"], Paint>> = {
  succeeded: "green",
  failed: "red",
  cancelled: "yellow",
};

function lineOf(job: DeliveredJob, by: { end: RunEnd; output: Output; terminal: Terminal }): string {
  const { end, output, terminal } = by;
  const word = end.is === "cancelled" ? end.reason.replaceAll("_", " ") : end.is;
  const took = end.is === "cancelled" ? "" : ` in ${spanForPeople(end.tookMs)}`;
  const why = end.is === "failed" ? `: ${errorText(end.error)}` : "";
  const subject = terminal.escape(`${job.name} ${job.id}`);
  return `${output.paint(paints[end.is], word.padEnd(9))}  ${subject}, attempt ${job.attempt}${took}${terminal.escape(why)}\n`;
}

function factsOf(job: DeliveredJob, end: RunEnd): JsonValue {
  const facts = { jobId: job.id, name: job.name, attempt: job.attempt, outcome: end.is };
  if (end.is === "cancelled") return { ...facts, reason: end.reason };
  if (end.is === "succeeded") return { ...facts, tookMs: Math.round(end.tookMs) };
  return { ...facts, tookMs: Math.round(end.tookMs), error: errorText(end.error) };
}

/** The kind of error and the last line of it, which in most programs' stderr is the one that says what happened. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.name}, ${error.message.split("\n").at(-1)}`;
}
