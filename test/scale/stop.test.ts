// A server with very many workers stops: each is told to go, and goes, at a cost that does not depend on how many others do.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../../src/broker/session.ts";
import type { JobName, WorkerId } from "../../src/job/job.ts";
import { openBroker, turnUntil } from "./broker-alone.ts";

const WORKERS = 8_000;
/** 17 were seen; 200 when each that left was a reason to look at all that had not. */
const MICROS_MAX = 80;

/** Microseconds of processor for each of so many idle workers, from the first word of the end until all have left. */
async function microsToStop(workers: number): Promise<number> {
  await using opened = await openBroker();
  const { broker } = opened;
  const sessions: Session[] = [];
  for (let i = 0; i < workers; i++) {
    const introduction = { id: `w${i}` as WorkerId, names: [`name.${i % 100}` as JobName], capacity: 1 };
    sessions.push((await broker.join({ ...introduction, stream: true, holding: [] })).session);
  }
  let left = 0;
  const stopping = broker.drain().then(async () => {
    for (const session of sessions) {
      await broker.leave(session, "goodbye");
      left++;
    }
  });
  const { inAllMs } = await turnUntil(() => left === workers);
  await stopping;
  return (inAllMs * 1_000) / workers;
}

test("8,000 workers that leave cost as little each as one", async (t) => {
  const micros = await microsToStop(WORKERS);
  t.diagnostic(`${micros.toFixed(1)} us each`);
  assert.ok(micros <= MICROS_MAX, `${micros} us each`);
});
