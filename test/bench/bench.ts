// `npm run bench`: what the server does on this machine, as ratios beside raw Node doing the same in the same run. All jobs
// are durable (SQLite, synchronous=FULL). Absolute figures move with the machine; the ratios are what to compare.
//
//   npm run bench                the table
//   npm run bench -- --json      the same as JSON
//   npm run bench -- --quick     a tenth of the load, for a look
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { create, toBinary } from "@bufbuild/protobuf";
import { EnqueueStreamRequestSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { fill, openWatchers, pageTimes } from "./admin.ts";
import { envelope } from "./grpc-stream.ts";
import { deliveryLatency } from "./latency.ts";
import { type Child, startChild } from "./processes.ts";
import { drain, echoBytes, PAYLOAD, streamEnqueue } from "./streams.ts";
import { DIALECTS, unary } from "./unary.ts";

const BATCH = 200;
const CAPACITY = 1_000;
const CALLERS = 16;

interface Line {
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** Raw Node, doing the same with an echo. */
  readonly anchor?: number;
}

const { values } = parseArgs({ options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
const scale = values.quick ? 0.1 : 1;
const directory = await mkdtemp(join(tmpdir(), "lakh-bench-"));
const echo = await startChild("echo-process.ts");
const server = await startServer("default", []);
const forgetful = await startServer("forgetful", ["--retention-succeeded", "0"]);
const stocked = await startServer("stocked", []);
try {
  print(await measure());
} finally {
  await Promise.all([server, forgetful, stocked, echo].map((child) => child.end()));
  await rm(directory, { recursive: true });
}

function startServer(name: string, settings: readonly string[]): Promise<Child> {
  const store = join(directory, name);
  const fixed = ["--listen", "127.0.0.1:0", "--store", store, "--log-level", "warn"];
  return startChild("server-process.ts", [...fixed, ...settings]);
}

async function measure(): Promise<Line[]> {
  const jobs = Math.round(200_000 * scale);
  progress("streams");
  await warmUp();
  const [http1Port, http2Port] = echo.line.split(" ");
  const lines: Line[] = [];
  const anchor = await echoedBatches(`http://127.0.0.1:${http2Port}`, jobs);
  const enqueued = await streamEnqueue(server.line, { jobs, batch: BATCH });
  lines.push({ what: `enqueue by stream, ${BATCH} a message`, figure: enqueued, unit: "jobs/s", anchor });
  const kept = await drain(server.line, { jobs, capacity: CAPACITY });
  lines.push({ what: "drain, one worker, kept for 24 h", figure: kept, unit: "jobs/s", anchor });
  await streamEnqueue(forgetful.line, { jobs, batch: BATCH });
  const forgotten = await drain(forgetful.line, { jobs, capacity: CAPACITY });
  lines.push({ what: "drain, one worker, forgotten at once", figure: forgotten, unit: "jobs/s", anchor });

  for (const dialect of DIALECTS) {
    progress(`unary, ${dialect.name}`);
    const load = { callers: CALLERS, calls: Math.round(20_000 * scale) };
    const url = `http://127.0.0.1:${dialect.http === 1 ? http1Port : http2Port}`;
    const raw = await unary({ ...load, url, path: "/echo" }, dialect);
    const path = "/lakh.v1.ProducerService/Enqueue";
    const figure = await unary({ ...load, url: server.line, path }, dialect);
    lines.push({ what: `enqueue, ${dialect.name}`, figure, unit: "calls/s", anchor: raw });
  }
  progress("latency");
  const latency = await deliveryLatency(server.line, { perSecond: 1_000, seconds: Math.max(2, 10 * scale) });
  lines.push({ what: "enqueue to delivery at 1,000 jobs/s, p50", figure: latency.p50Ms, unit: "ms" });
  lines.push({ what: "enqueue to delivery at 1,000 jobs/s, p99", figure: latency.p99Ms, unit: "ms" });
  progress("watchers");
  lines.push(await drainWatched(jobs));
  for (const stored of [10_000, Math.round(1_000_000 * scale)]) {
    progress(`pages at ${format(stored)} jobs`);
    await fill(stocked.line, stored);
    for (const { what, p99Ms } of await pageTimes(stocked.line, 200))
      lines.push({ what: `${what}, ${format(stored)} jobs stored, p99`, figure: p99Ms, unit: "ms" });
  }
  return lines;
}

/** The same drain with 20 watchers, beside the median of drains without any, by turns. */
async function drainWatched(jobs: number): Promise<Line> {
  const [alone, watched]: [number[], number[]] = [[], []];
  const once = async () => {
    await streamEnqueue(server.line, { jobs, batch: BATCH });
    return drain(server.line, { jobs, capacity: CAPACITY });
  };
  for (let turn = 0; turn < 3; turn++) {
    alone.push(await once());
    const close = await openWatchers(server.line, 20);
    watched.push(await once());
    close();
  }
  const anchor = median(alone);
  return { what: "drain, 20 watchers, beside none", figure: median(watched), unit: "jobs/s", anchor };
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

/** The first thousands of calls measure V8's compiler. */
async function warmUp(): Promise<void> {
  for (const { line } of [server, forgetful]) {
    await streamEnqueue(line, { jobs: 20_000, batch: BATCH });
    await drain(line, { jobs: 20_000, capacity: CAPACITY });
  }
}

/** Jobs per second, if an echo of the messages that carry them were all there is to do. */
async function echoedBatches(url: string, jobs: number): Promise<number> {
  const spec = { name: "bench", payload: { case: "data", value: PAYLOAD } } as const;
  const message = create(EnqueueStreamRequestSchema, { jobs: Array.from({ length: BATCH }, () => spec) });
  const framed = envelope(toBinary(EnqueueStreamRequestSchema, message));
  return BATCH * (await echoBytes(url, { framed, count: Math.ceil(jobs / BATCH) }));
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kmeasuring: ${what}`);
}

function print(lines: readonly Line[]): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const machine = {
    node: process.version,
    sqlite: process.versions.sqlite,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    durability: "SQLite WAL, synchronous=FULL: an fsync before each acknowledgement",
  };
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ machine, lines }, undefined, 2)}\n`);
    return;
  }
  process.stdout.write(
    `${Object.entries(machine)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n")}\n\n`,
  );
  const head = ["", "Lakh", "raw echo", "ratio"];
  const rows = lines.map(({ what, figure, unit, anchor }) => [
    what,
    `${format(figure)} ${unit}`,
    anchor === undefined ? "" : `${format(anchor)}`,
    anchor === undefined ? "" : (figure / anchor).toFixed(2),
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]?.length ?? 0)));
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

function format(figure: number): string {
  return figure < 100 ? figure.toFixed(2) : Math.round(figure).toLocaleString("en");
}
