// One cycle of a durability test: run the load, let it be killed, open what it left, and compare with its ledger.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { openStore } from "../../src/store/open.ts";
import type { CrashPlan } from "./crash-load.ts";
import { hex, idOf, newJob, RETENTION } from "./new-jobs.ts";

const LOAD = fileURLToPath(new URL("./crash-load.ts", import.meta.url));

/** What the load said before it ended. */
export interface Ledger {
  readonly tried: ReadonlySet<string>;
  readonly acked: ReadonlySet<string>;
  /** Those that may have finished, with the instant at which they did if they did. */
  readonly finishing: ReadonlyMap<string, number>;
  readonly done: readonly string[];
  /** Up to this instant finished jobs may have been forgotten, if their retention was over. */
  readonly forgottenAt: number;
}

export interface Ended {
  readonly ledger: Ledger;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Runs the load to its end, behind another program (strace) when one is given. */
export async function runLoad(plan: CrashPlan, behind: readonly string[] = []): Promise<Ended> {
  const [program = "", ...args] = [...behind, process.execPath, LOAD, JSON.stringify(plan)];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve([code, signal]));
  });
  const [said, errors, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { ledger: readLedger(said), code, signal, errors };
}

function readLedger(said: string): Ledger {
  const of = (word: string) =>
    said.split("\n").flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return {
    tried: new Set(of("try")),
    acked: new Set(of("ack")),
    finishing: new Map(of("finish").map(pair)),
    done: of("done"),
    forgottenAt: Math.max(0, ...of("forget").map(Number)),
  };
}

function pair(line: string): [id: string, at: number] {
  const [id = "", at] = line.split(" ");
  return [id, Number(at)];
}

/** Whether the retention of a job that has finished can be over. */
function mayBeForgotten(id: string, { finishing, forgottenAt }: Ledger): boolean {
  const finishedAt = finishing.get(id);
  return finishedAt !== undefined && finishedAt + RETENTION.succeeded <= forgottenAt;
}

/** The checker's words; see the reliability plan. All but `recovered` must be 0. */
export interface Verdict {
  /** Acknowledged and absent, or acknowledged as finished and not. */
  lost: number;
  /** Two accepted outcomes for one id. */
  duplicated: number;
  /** Nobody tried to enqueue it, or its payload is another. */
  unexpected: number;
  /** The outcome was unknown, and it is there. */
  recovered: number;
}

/** Opens what the load left, and closes it again. */
export async function judge(directory: string, ledger: Ledger): Promise<Verdict> {
  const { tried, acked, done } = ledger;
  const store = await openStore(`sqlite:${directory}`, { retention: RETENTION, chance: () => 0.5 });
  const verdict = { lost: 0, duplicated: done.length - new Set(done).size, unexpected: 0, recovered: 0 };
  let found = 0;
  for (const id of tried) {
    const stored = await store.get(idOf(id));
    if (!stored && acked.has(id) && !mayBeForgotten(id, ledger)) verdict.lost++;
    if (!stored) continue;
    found++;
    if (!acked.has(id)) verdict.recovered++;
    if (hex(stored.payload) !== hex(newJob(id).payload)) verdict.unexpected++;
    if (done.includes(id) && stored.job.state.is !== "succeeded") verdict.lost++;
  }
  const counted = (await store.tallies())
    .flatMap(({ counts }) => Object.values(counts))
    .reduce((a, b) => a + b, 0);
  verdict.unexpected += Math.abs(counted - found);
  await store.enqueue([newJob("afterwards")]);
  await store.close();
  return verdict;
}

export function expectSound({ lost, duplicated, unexpected }: Verdict, cycle: string): void {
  assert.deepEqual({ lost, duplicated, unexpected }, { lost: 0, duplicated: 0, unexpected: 0 }, cycle);
}
