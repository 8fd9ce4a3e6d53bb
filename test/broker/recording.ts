// A stage whose history is recorded, and what tests ask of it.
import type { HistoryQuery } from "../../src/broker/history.ts";
import { HAPPENINGS } from "../../src/broker/overview.ts";
import { nameOf } from "../store/new-jobs.ts";
import { openStage, type Stage, type StageOptions } from "./stage.ts";

export async function openRecording(options: StageOptions = {}): Promise<Stage> {
  const stage = await openStage(options);
  await stage.broker.history.start("1.2.3");
  return stage;
}

/** As after a stop and a new start of the server. */
export async function restart(stage: Stage, version = "1.2.3"): Promise<void> {
  await stage.restart();
  await stage.broker.history.start(version);
}

export function read(stage: Stage, windowMs: number, rest: Partial<HistoryQuery> = {}) {
  return stage.broker.history.read({ windowMs, ...rest });
}

/** What happened in all these steps; steps of which nothing is known are nothing. */
export async function countsOf(stage: Stage, windowMs: number, name?: string) {
  const { series } = await read(stage, windowMs, name === undefined ? {} : { name: nameOf(name) });
  const sum = (list: readonly number[]) => list.reduce((all, one) => all + (Number.isNaN(one) ? 0 : one), 0);
  return Object.fromEntries(HAPPENINGS.map((happening) => [happening, sum(series[happening])]));
}
