// Where the processor's time goes: for each load of the streams the microseconds of the server's process for one job, and
// the functions that have most of them to themselves. Unlike jobs per second, that hardly moves with what else the machine
// does.
//
//   node test/bench/profile.ts              all loads
//   node test/bench/profile.ts --only JSON  the loads whose name has this in it
//   node test/bench/profile.ts --json       the same as JSON
//   node test/bench/profile.ts --save DIR   also writes each profile as DIR/<load>.cpuprofile
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { Profiler } from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { CpuAnswer, Question } from "./profiled-process.ts";
import { drain, JSON_PAYLOAD, PAYLOAD, streamEnqueue } from "./streams.ts";

const ROUNDS = 5;
const TOP = 10;

interface Load {
  readonly what: string;
  readonly settings?: readonly string[];
  readonly jobs: number;
  /** How many jobs a message brings. */
  readonly batch: number;
  readonly workers?: number;
  readonly capacity: number;
  readonly json?: true;
  /** Each report in a message of its own. */
  readonly singly?: boolean;
}

const FORGETFUL = ["--retention-succeeded", "0"];
const LOADS: readonly Load[] = [
  { what: "200 a message, capacity 1,000", jobs: 40_000, batch: 200, capacity: 1_000 },
  { what: "the same, forgotten at once", settings: FORGETFUL, jobs: 40_000, batch: 200, capacity: 1_000 },
  { what: "the same, of JSON", settings: FORGETFUL, jobs: 40_000, batch: 200, capacity: 1_000, json: true },
  {
    what: "reports one by one",
    settings: FORGETFUL,
    jobs: 20_000,
    batch: 200,
    capacity: 1_000,
    singly: true,
  },
  { what: "1 a message, capacity 5", settings: FORGETFUL, jobs: 10_000, batch: 1, capacity: 5 },
  {
    what: "1 a message, 100 workers of 1",
    settings: FORGETFUL,
    jobs: 10_000,
    batch: 1,
    capacity: 1,
    workers: 100,
  },
];

interface Figure {
  readonly what: string;
  readonly usPerJob: number;
  readonly top: readonly { readonly where: string; readonly usPerJob: number }[];
}

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, save: { type: "string" } },
});
const figures: Figure[] = [];
for (const load of LOADS.filter(({ what }) => what.includes(values.only ?? "")))
  figures.push(...(await measure(load)));
print(figures);

async function measure(load: Load): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "lakh-profile-"));
  const server = await startProfiled(["--store", join(directory, "store"), ...(load.settings ?? [])]);
  try {
    return await rounds(server, load);
  } finally {
    await server.end();
    await rm(directory, { recursive: true });
  }
}

async function rounds(
  server: Profiled,
  { what, jobs, batch, capacity, workers, json, singly = false }: Load,
): Promise<Figure[]> {
  const payload = json ? JSON_PAYLOAD : PAYLOAD;
  const phases = [
    { name: `enqueue, ${what}`, run: () => streamEnqueue(server.url, { jobs, batch, payload }) },
    {
      name: `drain, ${what}`,
      run: () => drain(server.url, { jobs, capacity, singly, ...(workers && { workers }) }),
    },
  ].map((phase) => ({ ...phase, figures: [] as number[] }));
  // The first round measures V8's compiler.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { run, figures } of phases) {
      const before = await server.cpuUs();
      await run();
      if (round > 0) figures.push(((await server.cpuUs()) - before) / jobs);
    }
  }
  const measured: Figure[] = [];
  for (const { name, run, figures } of phases) {
    await server.begin();
    await run();
    const profile = await server.endProfile();
    if (values.save) await writeFile(join(values.save, `${name}.cpuprofile`), JSON.stringify(profile));
    measured.push({ what: name, usPerJob: median(figures), top: topOf(profile, jobs) });
  }
  return measured;
}

interface Profiled {
  readonly url: string;
  cpuUs(): Promise<number>;
  begin(): Promise<void>;
  endProfile(): Promise<Profiler.Profile>;
  end(): Promise<void>;
}

async function startProfiled(settings: readonly string[]): Promise<Profiled> {
  const path = fileURLToPath(new URL("profiled-process.ts", import.meta.url));
  const args = ["--listen", "127.0.0.1:0", "--log-level", "warn", ...settings];
  const child = fork(path, args, { execArgv: ["--disable-warning=ExperimentalWarning"] });
  const [url] = await once(child, "message");
  const ask = async (question: Question) => {
    child.send(question);
    const [told] = await once(child, "message");
    return told;
  };
  return {
    url,
    cpuUs: async () => ((await ask("cpu")) as CpuAnswer).cpuUs,
    begin: async () => void (await ask("begin")),
    endProfile: async () => (await ask("end")) as Profiler.Profile,
    async end() {
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}

/** The functions with most samples to themselves, the hottest first. The idle process is none of them. */
function topOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, jobs: number): Figure["top"] {
  const where = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const spent = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const place = where.get(id) ?? "";
    spent.set(place, (spent.get(place) ?? 0) + (timeDeltas[i] ?? 0));
  }
  for (const place of spent.keys())
    if (place === "(idle)" || place.includes("node:inspector")) spent.delete(place);
  return [...spent]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP)
    .map(([place, us]) => ({ where: place, usPerJob: us / jobs }));
}

function placeOf({ functionName, url, lineNumber }: Profiler.ProfileNode["callFrame"]) {
  const name = functionName || "(anonymous)";
  const file = url.replace(/^.*\/(node_modules|src)\//, "");
  return file === "" ? name : `${name} ${file}:${lineNumber + 1}`;
}

function median(of: readonly number[]): number {
  return of.toSorted((a, b) => a - b)[Math.floor(of.length / 2)] ?? Number.NaN;
}

function print(all: readonly Figure[]): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return;
  }
  for (const { what, usPerJob, top } of all) {
    process.stdout.write(`${what}: ${usPerJob.toFixed(2)} us of the server for each job\n`);
    for (const one of top) process.stdout.write(`  ${one.usPerJob.toFixed(2).padStart(6)}  ${one.where}\n`);
  }
}
