// A crowd in a process of its own: workers that join one after the other within a given time, and work at one pace. It
// yields to the server beside it, which is what is measured. Its one argument is a CrowdPlan as JSON; it tells its parent
// how the workers fared, and stays joined until it is disconnected.
import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { WorkClient } from "./work-client.ts";

export interface CrowdPlan {
  readonly url: string;
  readonly workers: number;
  /** Of each worker. */
  readonly capacity: number;
  /** All say hello within this time. */
  readonly joinMs: number;
  /** What a job takes. */
  readonly workMs: number;
  /** How many jobs they are given, on average, when all have come and are filled. */
  readonly jobsEach: number;
}

export interface Fared {
  /** From the first hello until all were welcome. */
  readonly joinedMs: number;
  /** The most jobs that any worker had not reported on. */
  readonly heldMost: number;
  /** How many jobs each was given when all were filled. */
  readonly shares: readonly number[];
}

const NICENESS = 10;
const plan: CrowdPlan = JSON.parse(process.argv[2] ?? "");
const given: number[] = Array(plan.workers).fill(0);
let heldMost = 0;
let onGiven: () => void = () => {};

/** The first jobs take a part of that each, so that from then on a worker reports on one after the other. */
function* spans({ capacity, workMs }: CrowdPlan): Generator<number> {
  for (let i = 1; i < capacity; i++) yield (workMs * i) / capacity;
  for (;;) yield workMs;
}

async function join(worker: number): Promise<void> {
  const { url, capacity } = plan;
  const takes = spans(plan);
  let held = 0;
  const client = new WorkClient(
    url,
    { workerId: `w${worker}`, names: ["mail"], capacity },
    {
      onJob: async ({ jobId, attempt }) => {
        given[worker] = (given[worker] ?? 0) + 1;
        heldMost = Math.max(heldMost, ++held);
        onGiven();
        await pause(takes.next().value);
        held--; // before the server can know
        await client.succeed({ jobId, attempt });
      },
    },
  );
  await client.welcome;
}

/** As many have said hello at any moment as should have. */
async function joinAll(): Promise<void> {
  const { workers, joinMs } = plan;
  const startedAt = performance.now();
  const welcomes: Promise<void>[] = [];
  while (welcomes.length < workers) {
    const due = ((performance.now() - startedAt) / joinMs) * workers;
    while (welcomes.length < Math.min(due, workers)) welcomes.push(join(welcomes.length));
    await pause(2);
  }
  await Promise.all(welcomes);
}

/** Resolves when it holds, since each delivery may make it so. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      onGiven = resolve;
    });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

setPriority(NICENESS);
process.on("disconnect", () => process.exit(0));
const startedAt = performance.now();
await joinAll();
const joinedMs = performance.now() - startedAt;
await until(() => given.every((jobs) => jobs >= plan.capacity));
const before = [...given];
await until(() => sum(given) - sum(before) >= plan.workers * plan.jobsEach);
const shares = given.map((jobs, i) => jobs - (before[i] ?? 0));
const fared: Fared = { joinedMs, heldMost, shares };
process.send?.(fared);
