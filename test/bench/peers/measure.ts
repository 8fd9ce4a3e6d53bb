// Measures one peer, in a process of its own: prints each figure as a line of JSON. It installs nothing: what is missing
// it names, with the line that brings it, and ends with 3.
//
//   node measure.ts beanstalkd [--for-ms 2000] [--jobs 20000]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MissingProgram } from "./programs.ts";
import type { Load } from "./rounds.ts";

type Measure = (load: Load, directory: string) => Promise<void>;

/** Each is imported only when it is asked for, since its packages may be missing. */
const PEERS: Readonly<Record<string, () => Promise<Measure>>> = {
  beanstalkd: async () => (await import("./beanstalkd.ts")).measureBeanstalkd,
  bullmq: async () => (await import("./bullmq.ts")).measureBullmq,
  "graphile-worker": async () => (await import("./graphile-worker.ts")).measureGraphileWorker,
  "pg-boss": async () => (await import("./pg-boss.ts")).measurePgBoss,
};
const NOT_THERE = 3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "for-ms": { type: "string", default: "2000" }, jobs: { type: "string", default: "20000" } },
});
const open = PEERS[positionals[0] ?? ""];
if (!open) throw new Error(`one of ${Object.keys(PEERS).join(", ")}`);
const directory = await mkdtemp(join(tmpdir(), "lakh-bench-peer-"));
try {
  const measure = await open();
  await measure({ forMs: Number(values["for-ms"]), jobs: Number(values.jobs) }, directory);
} catch (error) {
  process.stderr.write(`${whatIsMissing(error)}\n`);
  process.exitCode = NOT_THERE;
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** @throws what is no want of a package or a program */
function whatIsMissing(error: unknown): string {
  if (error instanceof MissingProgram) return error.message;
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
    return "the peers' packages are missing: npm ci --prefix test/bench/peers";

  throw error;
}
