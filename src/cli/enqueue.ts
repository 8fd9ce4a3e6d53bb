// `lakh enqueue`: one job from the command line, or one for each line of stdin.
import { text } from "node:stream/consumers";
import {
  type Enqueued,
  type JobOptions,
  jobFromJson,
  type NewJob,
  type Payload,
  Producer,
  payloadFromText,
} from "../client/client.ts";
import { Complaint } from "../server/complaint.ts";
import { type CommandLine, type FlagShapes, readCommandLine } from "../server/flags.ts";
import { parseSpanMs, wholeNumber } from "../server/setting-kinds.ts";
import { tableOf } from "./columns.ts";
import type { Command } from "./commands.ts";
import { type CommonFlags, commonFlags, ifGiven, isOn, one, readCommonFlags } from "./common-flags.ts";
import { enqueueLines } from "./enqueue-lines.ts";
import { jsonLine } from "./output.ts";
import type { Terminal } from "./terminal.ts";
import { waitForEnd } from "./wait.ts";

const shapes = {
  ...commonFlags,
  in: { takes: "value" },
  at: { takes: "value" },
  id: { takes: "value" },
  priority: { takes: "value" },
  label: { takes: "value", several: true },
  retries: { takes: "value" },
  "reservation-time": { takes: "value" },
  "unique-key": { takes: "value" },
  replace: { takes: "nothing" },
  "keep-result": { takes: "value" },
  "start-by": { takes: "value" },
  wait: { takes: "nothing" },
  spec: { takes: "value" },
} as const satisfies FlagShapes;

/** Enqueues. @throws {Complaint} for a wrong command line, ConnectError when the server says no */
export const enqueue: Command = async (argv, terminal) => {
  const line = readCommandLine(argv, shapes);
  const flags = readCommonFlags(line, terminal);
  const spec = one(line, "spec");
  if (spec !== undefined)
    return enqueueOne({ line, flags, job: await readSpec(line, spec, terminal) }, terminal);
  const template = readTemplate(line);
  const [, payload, extra] = line.words;
  if (extra !== undefined) {
    throw new Complaint(`"${extra}" is one word too many`, "Put the JSON between quotes: '{\"user\":42}'.");
  }

  if (payload === "-") return enqueueFromStdin({ line, flags, template }, terminal);
  const job = payload === undefined ? template : { ...template, ...readPayload(payload) };
  return enqueueOne({ line, flags, job }, terminal);
};

async function enqueueOne(
  { line, flags, job }: { line: CommandLine; flags: CommonFlags; job: NewJob },
  terminal: Terminal,
): Promise<number> {
  // Long enough for a server that restarts, short enough for a person who forgot to start one.
  const producer = new Producer({ url: flags.url, retryForMs: 1_000 });
  try {
    const enqueued = await producer.enqueue(job);
    if (isOn(line, "wait")) return await waitForEnd({ producer, id: enqueued.id, flags }, terminal);
    await terminal.out.write(shown(enqueued, { name: job.name, flags, terminal }));
    return 0;
  } finally {
    producer.close();
  }
}

async function enqueueFromStdin(
  { line, flags, template }: { line: CommandLine; flags: CommonFlags; template: JobOptions },
  terminal: Terminal,
): Promise<number> {
  for (const flag of ["id", "wait", "unique-key"]) {
    if (line.flags.has(flag))
      throw new Complaint(`--${flag} is for one job`, `Leave out --${flag}, or give one payload.`);
  }

  const producer = new Producer({ url: flags.url });
  try {
    return await enqueueLines({ producer, template, shape: flags.shape }, terminal);
  } finally {
    producer.close();
  }
}

function shown(enqueued: Enqueued, by: { name: string; flags: CommonFlags; terminal: Terminal }): string {
  const { id, state, duplicate, replacedId } = enqueued;
  const one = {
    id,
    state: `JOB_STATE_${state.toUpperCase()}`,
    ...(duplicate ? { duplicate } : {}),
    ...(replacedId === undefined ? {} : { replacedId }),
  };
  if (by.flags.shape === "ndjson") return jsonLine(one);
  if (by.flags.shape === "json") return jsonLine({ jobs: [one] });

  const replaced = replacedId === undefined ? "" : `, in the place of ${replacedId}`;
  const stands = `${state}${duplicate ? ", stored before" : ""}${replaced}`;
  const columns = [
    { head: "ID", cell: () => id },
    { head: "NAME", cell: () => by.name },
    { head: "STATE", cell: () => stands },
  ];
  return tableOf(columns, [enqueued], by.terminal.out);
}

function readTemplate(line: CommandLine): JobOptions {
  const [name] = line.words;
  if (name === undefined) throw new Complaint("the job has no name", "Write lakh enqueue NAME [JSON].");
  const [delay, at] = [one(line, "in"), one(line, "at")];
  if (delay !== undefined && at !== undefined) {
    throw new Complaint("--in and --at are both given", "Keep one of them.");
  }

  const uniqueKey = one(line, "unique-key");
  if (isOn(line, "replace") && uniqueKey === undefined) {
    throw new Complaint("--replace has no key to go by", "Add --unique-key KEY.");
  }

  const spanMs = (flag: string) => ifGiven(one(line, flag), parseSpanMs);
  const maxRetries = ifGiven(one(line, "retries"), (text) => wholeNumber(0, 1_000).read([text]));
  return {
    name,
    id: one(line, "id"),
    delayMs: spanMs("in"),
    runAt: ifGiven(at, readTime),
    priority: ifGiven(one(line, "priority"), (text) => wholeNumber(-100, 100).read([text])),
    labels: Object.fromEntries((line.flags.get("label") ?? []).map(readLabel)),
    reservationTimeMs: spanMs("reservation-time"),
    keepResultMs: spanMs("keep-result"),
    startBy: ifGiven(one(line, "start-by"), readTime),
    uniqueKey,
    onConflict: isOn(line, "replace") ? "replace" : undefined,
    retry: maxRetries === undefined ? undefined : { maxRetries },
  };
}

/** What may stand beside --spec, which says everything about the job. */
const besideSpec: ReadonlySet<string> = new Set([...Object.keys(commonFlags), "spec", "wait"]);

/** `-` is stdin: a command line is no place for a megabyte. */
async function readSpec(line: CommandLine, spec: string, terminal: Terminal): Promise<NewJob> {
  const [word] = line.words;
  const other = [...line.flags.keys()].find((flag) => !besideSpec.has(flag));
  if (word !== undefined || other !== undefined) {
    const what = word === undefined ? `--${other}` : `"${word}"`;
    throw new Complaint(`${what} stands beside --spec`, "Say it inside of --spec, which is the whole job.");
  }

  try {
    return jobFromJson(spec === "-" ? await text(terminal.stdin) : spec);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Complaint(`--spec is no job (${why})`, `Write --spec '{"name":"welcome","json":{"user":42}}'.`);
  }
}

function readPayload(text: string): Payload {
  try {
    return payloadFromText(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Complaint(
      `the payload is not JSON (${why})`,
      `Write '{"user":42}', or '"${text.slice(0, 20)}"' for a text.`,
    );
  }
}

function readTime(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/i.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new Complaint(`"${text}" is no time`, "Write 2030-01-31T08:00:00Z, or use --in 10m.");
}

function readLabel(text: string): [key: string, value: string] {
  const equals = text.indexOf("=");
  if (equals < 1) throw new Complaint(`"${text}" is no label`, "Write --label KEY=VALUE.");
  return [text.slice(0, equals), text.slice(equals + 1)];
}
