// Many waiting jobs: what they take, and whether the work, the start and the dashboard get slower for them. Two servers,
// one with 10,000 jobs and one with a million or ten, take turns.
import { DURABLE, type Line, median } from "../line.ts";
import { BACKLOG_NAMES, fill } from "../loads/backlog.ts";
import { drainTogether, enqueueOver } from "../loads/crowd.ts";
import { pageTimes } from "../loads/dashboard.ts";
import { deliveryLatency } from "../loads/delivery-latency.ts";
import { type Child, residentMiB } from "../processes.ts";
import type { Scale, Stand } from "../stand.ts";
import { byTurns } from "../turns.ts";

const FLOW_JOBS_MAX = 50_000;
const LATENCY = { perSecond: 1_000, by: "stream" } as const;

export async function* waitingLines(stand: Stand): AsyncGenerator<Line> {
  const { waiting } = stand.scale;
  const many = `${waiting.toLocaleString("en")} waiting jobs`;
  const [few, lot] = [stand.newStore(), stand.newStore()];
  await filled(stand, few, stand.scale.few);
  const filledMiB = await filled(stand, lot, waiting);
  await using small = await stand.startLakh(["--store", few]);
  await using large = await stand.startLakh(["--store", lot]);
  const common = { durability: DURABLE } as const;
  yield {
    ...common,
    what: `${many}: start to ready`,
    figure: large.readyMs / 1_000,
    unit: "s",
    goal: "waiting-start",
  };
  yield* latencyLines(stand, many, { small, large });
  yield* throughputLines(stand, many, { small, large });
  yield* pageLines(stand, many, large);
  const memory = Math.max(filledMiB, residentMiB(large.pid));
  yield { ...common, what: `${many}: memory, RSS`, figure: memory, unit: "MiB", goal: "waiting-memory" };
}

/** The anchor of all. */
function fewOf({ few }: Scale): string {
  return `${few.toLocaleString("en")} waiting jobs`;
}

interface Pair {
  readonly small: Child;
  readonly large: Child;
}

/** Fills a store and ends its server. Answers how much memory that had taken. */
async function filled(stand: Stand, store: string, jobs: number): Promise<number> {
  stand.progress(`storing ${jobs.toLocaleString("en")} jobs`);
  await using server = await stand.startLakh(["--store", store]);
  await fill(server.line, jobs);
  return residentMiB(server.pid);
}

async function* latencyLines(
  { scale, progress }: Stand,
  many: string,
  { small, large }: Pair,
): AsyncGenerator<Line> {
  progress("latency beside waiting jobs");
  const seconds = scale.latencySeconds / 2;
  const p99s = { small: [] as number[], large: [] as number[] };
  for (let turn = 0; turn < scale.turns; turn++) {
    for (const [size, { line }] of [
      ["small", small],
      ["large", large],
    ] as const)
      p99s[size].push((await deliveryLatency(line, { ...LATENCY, seconds })).percentileMs(0.99));
  }
  yield {
    what: `${many}: enqueue to delivery, p99`,
    figure: median(p99s.large),
    unit: "ms",
    durability: DURABLE,
    anchor: { name: fewOf(scale), figure: median(p99s.small) },
    goal: "waiting-latency",
  };
}

/** As much comes as goes, so that as many go on waiting. What goes has waited longest. */
async function* throughputLines({ scale, progress }: Stand, many: string, pair: Pair): AsyncGenerator<Line> {
  progress("throughput beside waiting jobs");
  const count = Math.min(scale.jobs, FLOW_JOBS_MAX);
  const contender = (server: Child) => ({ server, once: () => flow(server.line, count) });
  const contenders = { small: contender(pair.small), large: contender(pair.large) };
  const { small, large } = await byTurns(contenders, scale.turns);
  const { perSecond, serverUs, clientUs } = large;
  yield {
    what: `${many}: jobs in and out, one worker`,
    figure: perSecond,
    unit: "jobs/s",
    durability: DURABLE,
    anchor: { name: fewOf(scale), figure: small.perSecond, serverUs: small.serverUs },
    goal: "waiting-throughput",
    processor: { serverUs, clientUs },
  };
}

async function flow(url: string, count: number) {
  const startedAt = performance.now();
  await Promise.all([enqueueOver(url, count, BACKLOG_NAMES), drainTogether(url, count, [BACKLOG_NAMES])]);
  return { count, perSecond: (count * 1_000) / (performance.now() - startedAt) };
}

async function* pageLines({ scale, progress }: Stand, many: string, large: Child): AsyncGenerator<Line> {
  progress("pages of the dashboard");
  for (const { what, spans } of await pageTimes(large.line, scale.pageCalls))
    yield {
      what: `${many}: ${what}, p99`,
      figure: spans.percentileMs(0.99),
      unit: "ms",
      durability: "reads only",
      goal: "page-rpc",
    };
}
