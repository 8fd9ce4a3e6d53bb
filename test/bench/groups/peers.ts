// Peers, each in a process of its own, started from test/bench/peers, a package that Lakh itself does not install.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Line } from "../line.ts";
import type { PeerFigure } from "../peer-figures.ts";
import type { Stand } from "../stand.ts";

const PEERS = ["beanstalkd", "bullmq", "graphile-worker", "pg-boss"];
const WHAT = {
  "one by one": "enqueue by a call, 16 callers",
  bulk: "enqueue in bulk, as large as it takes best",
  drain: "drain, batches as large as it takes best",
} as const satisfies Record<PeerFigure["load"], string>;

/** Adds to the figures what the peers did; throws, with what to install, when one of them is missing. */
export async function* peerLines(stand: Stand, figures: PeerFigure[]): AsyncGenerator<Line> {
  for (const name of PEERS) {
    stand.progress(name);
    for await (const measured of measure(name, stand)) {
      figures.push(measured);
      const { peer, load, perSecond, durability, survives } = measured;
      const what = `${peer}: ${WHAT[load]}`;
      yield { what, figure: perSecond, unit: "jobs/s", durability, comparison: { peer, load, survives } };
    }
  }
}

async function* measure(peer: string, { scale }: Stand): AsyncGenerator<PeerFigure> {
  const path = fileURLToPath(new URL("../peers/measure.ts", import.meta.url));
  const args = [peer, "--for-ms", `${scale.peerMs}`, "--jobs", `${scale.jobs}`];
  const flags = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(process.execPath, [...flags, path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as PeerFigure;
  const [code] = await exit;
  if (code !== 0) throw new Error(`${peer} was not measured; see test/bench/peers/README.md`);
}
