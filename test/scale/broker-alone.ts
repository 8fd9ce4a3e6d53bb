// A broker in this process, its store in memory: what the rooms `broker` and `store` do by themselves,
// with nothing of the wire; and the turns of the event loop in which they do it.
import { setImmediate as nextTurn } from "node:timers/promises";
import { Broker } from "../../src/broker/broker.ts";
import { type Clock, SystemClock } from "../../src/broker/clock.ts";
import { openStore } from "../../src/store/open.ts";
import type { Store } from "../../src/store/store.ts";
import { type Mutation, wrapStore } from "../store/mutants.ts";
import { DAY, SECOND } from "../store/new-jobs.ts";

const RETENTION = { succeeded: 0, cancelled: DAY, dead: DAY };

export interface BrokerAlone extends AsyncDisposable {
  readonly broker: Broker;
  readonly store: Store;
}

export interface AloneOptions {
  /** Default: the system's. */
  readonly clock?: Clock;
  readonly mutation?: Mutation;
}

export async function openBroker(options: AloneOptions = {}): Promise<BrokerAlone> {
  const { clock = new SystemClock(), mutation } = options;
  const kept = await openStore("memory:", { retention: RETENTION, chance: () => clock.chance() });
  const store = mutation ? wrapStore(kept, mutation) : kept;
  const broker = new Broker(store, clock, {
    defaults: { reservationMs: 60 * SECOND, maxRetries: 3 },
    retention: RETENTION,
    disconnectGraceMs: SECOND,
  });
  await broker.start();
  return {
    broker,
    store,
    async [Symbol.asyncDispose]() {
      await broker.stop();
      await store.close();
    },
  };
}

/** The turns of the event loop until something held: how much of the processor's time the longest took, and all of them. */
export interface Turns {
  readonly longestMs: number;
  readonly inAllMs: number;
}

/** Lets the loop turn until it holds. In processor time: who is kept from running by others has not been slow. */
export async function turnUntil(holds: () => boolean | Promise<boolean>): Promise<Turns> {
  const startedAt = processorMs();
  let [longestMs, before] = [0, startedAt];
  while (!(await holds())) {
    await nextTurn();
    const now = processorMs();
    longestMs = Math.max(longestMs, now - before);
    before = now;
  }
  return { longestMs, inAllMs: before - startedAt };
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
