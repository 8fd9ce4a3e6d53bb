// `npm run bench`: what the server does on this machine, each goal as a ratio beside its anchor in the same run. Absolute
// figures move with the machine; the ratios are what to compare. What they mean: docs/performance.md.
//
//   npm run bench                               the table, in about five minutes
//   npm run bench -- --peers                    beside other job servers too; see test/bench/peers/README.md
//   npm run bench -- --only unary,streams       some groups: unary, streams, latency, waiting, workers, due, idle, watched
//   npm run bench -- --full                     10 million waiting jobs instead of one
//   npm run bench -- --quick                    seconds, to see that it works; the figures say nothing
//   npm run bench -- --json                     JSON instead of the table
//   npm run bench -- --save FILE                JSON into a file, beside the table
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { dueLines } from "./groups/due.ts";
import { idleLines } from "./groups/idle.ts";
import { latencyLines } from "./groups/latency.ts";
import { peerLines } from "./groups/peers.ts";
import { streamLines } from "./groups/streams.ts";
import { unaryLines } from "./groups/unary.ts";
import { waitingLines } from "./groups/waiting.ts";
import { watchedLines } from "./groups/watched.ts";
import { workerLines } from "./groups/workers.ts";
import { GROUPS, type Group, type Line } from "./line.ts";
import { describeMachine } from "./machine.ts";
import type { PeerFigure } from "./peer-figures.ts";
import { runOf } from "./run.ts";
import { SCALES, Stand } from "./stand.ts";
import { tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    full: { type: "boolean" },
    json: { type: "boolean" },
    only: { type: "string", default: GROUPS.join(",") },
    peers: { type: "boolean" },
    quick: { type: "boolean" },
    save: { type: "string" },
  },
});
const only = groupsOf(values.only);
const scale = values.quick ? SCALES.quick : values.full ? SCALES.full : SCALES.usual;
const peers: PeerFigure[] = [];
const measurements: Readonly<Record<Group, (stand: Stand) => AsyncGenerator<Line>>> = {
  unary: unaryLines,
  streams: (stand) => streamLines(stand, peers),
  latency: latencyLines,
  waiting: waitingLines,
  workers: workerLines,
  due: dueLines,
  idle: idleLines,
  watched: watchedLines,
};
const machine = describeMachine(); // before the disk has anything to do
const lines = await measure();
const run = runOf(machine, lines);
if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
if (values.save) await writeFile(values.save, `${JSON.stringify(run, undefined, 2)}\n`);
process.stdout.write(values.json ? `${JSON.stringify(run, undefined, 2)}\n` : textOf());

async function measure(): Promise<Line[]> {
  await using stand = await Stand.open(scale, progress);
  const measured: Line[] = [];
  const groups = only.map((group) => measurements[group]);
  for (const linesOf of values.peers ? [(stand: Stand) => peerLines(stand, peers), ...groups] : groups)
    for await (const line of linesOf(stand)) measured.push(line);
  return measured;
}

/** @throws when it names a group that does not exist */
function groupsOf(text: string): Group[] {
  const asked = text.split(",");
  const unknown = asked.find((name) => !GROUPS.some((group) => group === name));
  if (unknown !== undefined) throw new Error(`--only: no group "${unknown}", but ${GROUPS.join(", ")}`);

  return GROUPS.filter((group) => asked.includes(group));
}

function textOf(): string {
  const facts = Object.entries(run.machine).map(([name, value]) => `${name}: ${value}\n`);
  return `${facts.join("")}\n${tableOf(lines)}`;
}

function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kmeasuring: ${what}`);
}
