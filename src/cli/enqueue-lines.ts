// `lakh enqueue NAME -`: one payload a line from stdin, in batches, with progress for those who watch.
import { createInterface } from "node:readline";
import {
  type Enqueued,
  type JobOptions,
  type NewJob,
  type Producer,
  payloadFromText,
} from "../client/client.ts";
import { exitCodes, Failure } from "./failure.ts";
import { jsonLine, type Shape, spanForPeople } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** What to do with the lines. */
export interface LinesToEnqueue {
  readonly producer: Producer;
  /** What every job has in common. */
  readonly template: JobOptions;
  readonly shape: Shape;
}

const jobsMax = 1_000;
/** JSON text can grow sevenfold on the wire (a list of small numbers), and a message holds 4 MiB. */
const textMax = 512 * 1024;
const progressEveryMs = 100;

/** Enqueues every line. Stops at the first that is not JSON, after the lines before it are stored. @throws {Failure} */
export async function enqueueLines(lines: LinesToEnqueue, terminal: Terminal): Promise<number> {
  const tally = new Tally(lines.shape, terminal);
  let batch: NewJob[] = [];
  let textSize = 0;
  let lineNumber = 0;
  const send = async () => {
    if (batch.length > 0) await tally.add(await lines.producer.enqueue(batch));
    batch = [];
    textSize = 0;
  };
  for await (const line of createInterface({ input: terminal.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    lineNumber += 1;
    if (line.trim() === "") continue;
    if (batch.length >= jobsMax || textSize + line.length > textMax) await send();
    const job = readLine(line, lines.template);
    if (job instanceof Error) {
      await send();
      await tally.finish();
      throw new Failure(
        `lakh enqueue failed: line ${lineNumber} is not JSON (${job.message}). ` +
          `The ${tally.count} jobs of the lines before it are stored; correct it and send the rest.`,
        exitCodes.failed,
        { cause: job },
      );
    }
    batch.push(job);
    textSize += line.length;
  }
  await send();
  await tally.finish();
  return exitCodes.done;
}

function readLine(line: string, template: JobOptions): NewJob | SyntaxError {
  try {
    return { ...template, ...payloadFromText(line) };
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** Counts what is stored and prints it in the wanted shape. */
class Tally {
  count = 0;
  #duplicates = 0;
  #toldAt = 0;
  readonly #shape: Shape;
  readonly #terminal: Terminal;
  readonly #startedAt = performance.now();

  constructor(shape: Shape, terminal: Terminal) {
    this.#shape = shape;
    this.#terminal = terminal;
  }

  async add(enqueued: readonly Enqueued[]): Promise<void> {
    const { out } = this.#terminal;
    for (const { id, state, duplicate } of enqueued) {
      const line = jsonLine({
        id,
        state: `JOB_STATE_${state.toUpperCase()}`,
        ...(duplicate ? { duplicate } : {}),
      });
      if (this.#shape === "ndjson") await out.write(line);
      if (this.#shape === "json") await out.write(`${this.count === 0 ? '{"jobs":[\n' : ","}${line}`);
      this.count += 1;
      if (duplicate) this.#duplicates += 1;
    }
    await this.#tellProgress();
  }

  async finish(): Promise<void> {
    if (this.#shape === "json") await this.#terminal.out.write(this.count === 0 ? '{"jobs":[]}\n' : "]}\n");
    const { err } = this.#terminal;
    const duplicates = this.#duplicates > 0 ? `, ${this.#duplicates} of them stored before` : "";
    const took = spanForPeople(performance.now() - this.#startedAt);
    const line = `${this.count.toLocaleString("en")} jobs enqueued in ${took}${duplicates}`;
    await err.write(`${err.isTerminal ? "\r\u001b[K" : ""}${err.paint("green", line)}\n`);
  }

  async #tellProgress(): Promise<void> {
    const { err } = this.#terminal;
    if (!err.isTerminal || performance.now() - this.#toldAt < progressEveryMs) return;

    this.#toldAt = performance.now();
    await err.write(`\r\u001b[K${this.count.toLocaleString("en")} jobs enqueued`);
  }
}
