// THE script of the wire matrix: what a client in any language may rely on, step by step. It is written once; every
// client runs it, and a mutant of the server must make it fail.
import { deliverySteps } from "./delivery-steps.ts";
import { historySteps } from "./history-steps.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import { operationSteps } from "./operation-steps.ts";
import { producerSteps } from "./producer-steps.ts";
import { reportSteps } from "./report-steps.ts";
import { Stage } from "./stage.ts";
import { steeringSteps } from "./steering-steps.ts";
import { systemSteps } from "./system-steps.ts";
import { uniqueSteps } from "./unique-steps.ts";
import { viewSteps } from "./view-steps.ts";
import type { WireClient } from "./wire-client.ts";

/** What a run of the script did. */
export interface ScriptRun {
  readonly lane: Lane;
  readonly steps: readonly string[];
}

export interface ScriptOptions {
  /** Makes names and ids the run's own. */
  readonly prefix: string;
  readonly lanes?: readonly Lane[];
  /** How long to wait for what must come. Default 15 s: many clients run at once on a small machine. */
  readonly patienceMs?: number;
}

export type Steps = Readonly<Record<string, (stage: Stage) => Promise<void>>>;

/** In every lane. */
const LANE_STEPS: Steps = { ...deliverySteps, ...reportSteps, ...producerSteps, ...steeringSteps };
/** In each client's first lane: it makes no difference to them how a worker is connected, and processes are dear. */
const ONCE: Steps = { ...uniqueSteps, ...viewSteps, ...historySteps, ...systemSteps, ...operationSteps };

/** Runs every step in every lane, the lanes beside each other. Rejects at the first that fails, naming client, lane and step. */
export function runScript(client: WireClient, options: ScriptOptions): Promise<ScriptRun[]> {
  const lanes = options.lanes ?? lanesOf(client);
  return Promise.all(lanes.map(async (lane) => ({ lane, steps: await runLane(client, lane, options) })));
}

// One step after the other, since a browser has six connections to an HTTP/1.1 server.
async function runLane(client: WireClient, lane: Lane, options: ScriptOptions): Promise<string[]> {
  const { prefix, patienceMs = 15_000 } = options;
  const all = lane === lanesOf(client)[0] ? { ...LANE_STEPS, ...ONCE } : LANE_STEPS;
  for (const [step, run] of Object.entries(all)) {
    const stage = new Stage(client, lane, { prefix: `${prefix}.${lane}`, patienceMs });
    try {
      await run(stage);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${client.title}, ${lane}: ${step}: ${why}`, { cause });
    } finally {
      stage.leave();
    }
  }
  return Object.keys(all);
}
