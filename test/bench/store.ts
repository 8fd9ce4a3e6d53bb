// What the store alone costs, without broker and protocol: processor time for each job, at each of the three writes of its
// life. That is nearly independent of what else the machine does, so two versions can be compared on a busy one: of some
// rounds the cheapest counts.
//
//   node test/bench/store.ts                  both retentions, three rounds of 100,000 jobs each
//   node test/bench/store.ts --jobs 20000 --rounds 1
//   node test/bench/store.ts --ids random     ids as producers may choose them, which lie anywhere in the index
//   node test/bench/store.ts --rounds 1 --waiting 1000000    beside a million jobs that wait (10 s; ten million: two minutes)
//   node test/bench/store.ts --json           the same as JSON
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { SystemClock } from "../../src/broker/clock.ts";
import { newUuid } from "../../src/broker/id.ts";
import type { NewJob } from "../../src/job/admission.ts";
import type { JobId } from "../../src/job/job.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { data, nameOf, newJob, reserveBy, WORKER } from "../store/new-jobs.ts";

/** Jobs of an enqueue, and of a turn of the dispatcher: each is a commit. */
const ENQUEUE = 200;
const TURN = 500;
const DAY_MS = 86_400_000;
const PAYLOAD = data(100);
const CLOCK = new SystemClock();

/** Microseconds of processor time for each job. */
interface Cost {
  readonly enqueue: number;
  readonly reserve: number;
  readonly succeed: number;
  /** Milliseconds until a store with the jobs that wait is open. */
  readonly open: number;
}

const { values } = parseArgs({
  options: {
    jobs: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    waiting: { type: "string", default: "0" },
    ids: { type: "string", default: "server" },
    json: { type: "boolean" },
  },
});
const jobs = Number(values.jobs);
await measure(0, Math.min(jobs, 20_000)); // The first thousands of calls measure V8's compiler.
const forgotten: Cost[] = [];
const kept: Cost[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  forgotten.push(await measure(0, jobs));
  kept.push(await measure(DAY_MS, jobs));
}
print({ "forgotten at once": least(forgotten), "kept for 24 h": least(kept) });

async function measure(retentionMs: number, count: number): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), "lakh-bench-"));
  const retention = { succeeded: retentionMs, cancelled: retentionMs, dead: retentionMs };
  const options = { retention, chance: Math.random };
  await fill(await openStore(`sqlite:${directory}`, options));
  const startedAt = performance.now();
  const store = await openStore(`sqlite:${directory}`, options);
  const open = performance.now() - startedAt;
  const cost = { enqueue: 0, reserve: 0, succeed: 0 };
  try {
    for (let done = 0; done < count; done += ENQUEUE) {
      const batch = newBatch();
      cost.enqueue += await costOf(() => store.enqueue(batch));
    }
    for (let left = count; left > 0; left -= TURN) {
      let held: JobId[] = [];
      cost.reserve += await costOf(async () => {
        held = await reserve(store);
      });
      cost.succeed += await costOf(() => succeed(store, held));
    }
    const { enqueue, reserve: reserved, succeed: succeeded } = cost;
    return { enqueue: enqueue / count, reserve: reserved / count, succeed: succeeded / count, open };
  } finally {
    await store.close();
    rmSync(directory, { recursive: true });
  }
}

/** Jobs that wait, older than those that are measured: the last of them go on waiting. */
async function fill(store: Store): Promise<void> {
  for (let missing = Number(values.waiting); missing > 0; missing -= 10 * ENQUEUE)
    await store.enqueue(Array.from({ length: 10 }, newBatch).flat());
  await store.close();
}

function newBatch(): NewJob[] {
  const newId = values.ids === "random" ? () => crypto.randomUUID() : () => newUuid(CLOCK);
  const facts = { payload: PAYLOAD, enqueuedAt: CLOCK.now() };
  return Array.from({ length: ENQUEUE }, () => newJob(newId(), facts));
}

/** Microseconds of processor time, those of V8's threads included. */
async function costOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function reserve(store: Store): Promise<JobId[]> {
  const rooms = () => ({ each: new Map([[nameOf("mail"), TURN]]), inAll: TURN });
  const next = { select: "next", rooms, bytesMax: 4 << 20, deal: () => reserveBy() } as const;
  const { outcomes } = await store.change(next, CLOCK.now());
  return outcomes.map(({ id }) => id);
}

async function succeed(store: Store, ids: readonly JobId[]): Promise<void> {
  const move = { move: "succeed", by: WORKER, attempt: 1 } as const;
  const moves = ids.map((id) => ({ id, move }));
  await store.change({ select: "ids", moves }, CLOCK.now());
}

/** The cheapest of each: what else the machine does can only make it dearer. */
function least(costs: readonly Cost[]): Cost {
  const of = (what: keyof Cost) => Math.min(...costs.map((cost) => cost[what]));
  return { enqueue: of("enqueue"), reserve: of("reserve"), succeed: of("succeed"), open: of("open") };
}

function print(costs: Readonly<Record<string, Cost>>): void {
  const memory = process.resourceUsage().maxRSS / 1_024;
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ...costs, memory })}\n`);
    return;
  }

  process.stdout.write("us of processor time a job   enqueue   reserve   succeed      life\n");
  for (const [what, { enqueue, reserve, succeed }] of Object.entries(costs)) {
    const figures = [enqueue, reserve, succeed, enqueue + reserve + succeed];
    const cells = figures.map((figure) => figure.toFixed(2).padStart(10)).join("");
    process.stdout.write(`${what.padEnd(26)}${cells}\n`);
  }
  const open = Math.max(...Object.values(costs).map((cost) => cost.open));
  process.stdout.write(
    `${values.waiting} jobs wait: open in ${open.toFixed(0)} ms, ${memory.toFixed(0)} MiB at most\n`,
  );
}
