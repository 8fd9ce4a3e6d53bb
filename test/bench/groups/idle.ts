// Idle workers: what it takes to have very many of them connected, each on a stream, with nothing to do.
import { DURABLE, type Line } from "../line.ts";
import { openIdleWorkers } from "../loads/crowd.ts";
import { processorUs, residentMiB } from "../processes.ts";
import type { Stand } from "../stand.ts";

export async function* idleLines(stand: Stand): AsyncGenerator<Line> {
  const { idleStreams, idleMs } = stand.scale;
  const what = `${idleStreams.toLocaleString("en")} idle workers`;
  stand.progress(what);
  await using server = await stand.startLakh();
  const close = await openIdleWorkers(server.line, idleStreams);
  const usedBefore = processorUs(server.pid);
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const usedMs = (processorUs(server.pid) - usedBefore) / 1_000;
  const share = (100 * usedMs) / (performance.now() - startedAt);
  const memory = residentMiB(server.pid);
  close();
  const common = { durability: DURABLE } as const;
  yield { ...common, what: `${what}: memory, RSS`, figure: memory, unit: "MiB", goal: "idle-memory" };
  yield { ...common, what: `${what}: processor`, figure: share, unit: "% of a core", goal: "idle-processor" };
}
