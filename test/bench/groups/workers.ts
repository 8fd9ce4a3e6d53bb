// Many names and many workers: whether the work gets slower when it is divided.
import { DURABLE, type Line } from "../line.ts";
import { type Crowd, drainTogether, enqueueOver } from "../loads/crowd.ts";
import type { Child } from "../processes.ts";
import type { Stand } from "../stand.ts";
import { byTurns, type Contender, type Figures } from "../turns.ts";

const JOBS_MAX = 50_000;

interface Division {
  readonly names: readonly string[];
  readonly crowd: Crowd;
}

export async function* workerLines(stand: Stand): AsyncGenerator<Line> {
  const { workers, turns } = stand.scale;
  const count = workers.toLocaleString("en");
  stand.progress(`${count} names, ${count} workers`);
  const names = Array.from({ length: workers }, (_, i) => `many.${i}`);
  await using server = await stand.startLakh(["--retention-succeeded", "0"]);
  const of = (division: Division) => contender(server, Math.min(stand.scale.jobs, JOBS_MAX), division);
  const { alone, each, all } = await byTurns(
    {
      alone: of({ names: ["one"], crowd: [["one"]] }),
      each: of({ names, crowd: names.map((name) => [name]) }),
      all: of({ names, crowd: [names] }),
    },
    turns,
  );
  yield lineOf(`drain, ${count} names, a worker for each`, each, alone);
  yield lineOf(`drain, ${count} names, one worker for all`, all, alone);
}

/** A turn drains what was enqueued just before it; only the drain is counted. */
function contender(server: Child, jobs: number, { names, crowd }: Division): Contender {
  return {
    server,
    prepare: () => enqueueOver(server.line, jobs, names),
    once: async () => ({ count: jobs, perSecond: await drainTogether(server.line, jobs, crowd) }),
  };
}

function lineOf(what: string, { perSecond, serverUs, clientUs }: Figures, alone: Figures): Line {
  return {
    what,
    figure: perSecond,
    unit: "jobs/s",
    durability: DURABLE,
    anchor: { name: "1 name, 1 worker", figure: alone.perSecond, serverUs: alone.serverUs },
    goal: "many-workers",
    processor: { serverUs, clientUs },
  };
}
