// Scheduled jobs that become due within a short time, at a million a minute, and a worker that joins as many that wait.
import { DURABLE, type Line } from "../line.ts";
import { processorUs } from "../processes.ts";
import { scaleLines } from "../scale.ts";
import type { Stand } from "../stand.ts";

export async function* dueLines(stand: Stand): AsyncGenerator<Line> {
  const { due: jobs, dueMs: withinMs } = stand.scale;
  stand.progress(`${jobs.toLocaleString("en")} jobs become due`);
  await using server = await stand.startLakh();
  const load = { url: server.line, processorUs: () => processorUs(server.pid), jobs, withinMs };
  for await (const { what, figure, unit, anchor } of scaleLines({ ...load, inOrder: true })) {
    const before = anchor === undefined ? undefined : { name: "before they became due", figure: anchor };
    yield { what, figure, unit, durability: DURABLE, anchor: before };
  }
}
