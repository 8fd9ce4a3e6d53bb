// A storm: several callers at once move many jobs of several names at random, while others look and operations run; then what
// is counted is compared with a full scan.
import assert from "node:assert/strict";
import type { Job, JobError } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import { isRefused } from "../../src/job/move.ts";
import type { Store } from "../../src/store/store.ts";
import { expectGroups } from "./contract-groups.ts";
import { type Engine, reserveNext, talliesOf } from "./engine.ts";
import { countAll, MIXED, ORDERS, scan } from "./mixed-jobs.ts";
import { DAY, idOf, type JobFacts, NOW, nameOf, newJob, RETENTION, SECOND, WORKER } from "./new-jobs.ts";
import { idOfOperation, planOf } from "./operation-checks.ts";

export interface Storm {
  readonly callers: number;
  readonly rounds: number;
  readonly chance: () => number;
}

/** How many jobs there are in the end, and how many moves were carried out. */
export interface Aftermath {
  readonly jobs: number;
  readonly moved: number;
}

export async function storm(engine: Engine, { callers, rounds, chance }: Storm): Promise<Aftermath> {
  await using opened = await engine.open({ retention: { ...RETENTION, cancelled: SECOND }, chance });
  const { store } = opened;
  let moved = 0;
  const call = async (caller: number) => {
    for (let round = 0; round < rounds; round++) {
      const weather = { store, chance, caller, now: NOW + round * SECOND };
      const carriedOut = await gust(weather);
      moved += carriedOut;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)));

  const jobs = (await scan(store)).map(({ job }) => job);
  assert.deepEqual(await talliesOf(store), countAll(jobs));
  await expectGroups(store);
  for (const name of MIXED.names.map(nameOf)) {
    const keys = jobs
      .filter((job) => job.name === name && !("finishedAt" in job.state))
      .map((job) => job.uniqueKey);
    const held = keys.filter((key) => key !== undefined);
    assert.equal(new Set(held).size, held.length, "a key is held once");
  }
  return { jobs: jobs.length, moved };
}

interface Weather {
  readonly store: Store;
  readonly chance: () => number;
  readonly caller: number;
  readonly now: number;
}

/** One thing that one caller does; answers how many moves were carried out. */
async function gust({ store, chance, caller, now }: Weather): Promise<number> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const id = () => idOf(`${Math.floor(chance() * 4)}-${Math.floor(chance() * 500)}`);
  const what = chance();
  if (what < 0.25) {
    const facts = (): JobFacts => ({
      ...{ name: pick(MIXED.names), enqueuedAt: now, onConflict: pick(["keep", "replace"] as const) },
      ...(chance() < 0.4 && { uniqueKey: pick(MIXED.keys) }),
      ...(chance() < 0.3 && { dueAt: now + 5 * SECOND }),
    });
    await store.enqueue([1, 2, 3].map(() => newJob(id(), facts())));
    return 0;
  }
  if (what < 0.4) return (await reserveNext(store, pick(MIXED.names), { jobs: 3, now })).length;
  if (what < 0.5) return (await store.change({ select: "due", jobsMax: 5 }, now)).outcomes.length;
  if (what < 0.55) {
    await store.search({ filter: { retrying: true }, order: "latest", jobsMax: 5, searchMax: 50 });
    return 0;
  }
  if (what < 0.65) {
    const plan = planOf(
      pick([{ move: "retry" }, { move: "delete" }, { move: "cancel" }] as const),
      {},
      `${caller}-${now}`,
    );
    await store.begin({ ...plan, candidates: { ...plan.candidates, asOf: now } });
    const batch = {
      select: "operation",
      id: idOfOperation(`${caller}-${now}`),
      jobsMax: 2,
      searchMax: 9,
    } as const;
    return (await store.change(batch, now)).outcomes.length;
  }
  // Others may have moved them by the time that these moves arrive.
  const some = { order: pick(ORDERS), jobsMax: 30, searchMax: 30 };
  const { jobs } = await store.search({ filter: { names: [nameOf(pick(MIXED.names))] }, ...some });
  const moves = jobs.filter(() => chance() < 0.5).map((job) => ({ id: job.id, move: moveFor(job, pick) }));
  const { outcomes } = await store.change({ select: "ids", moves }, now);
  return outcomes.filter(({ decision }) => !isRefused(decision)).length;
}

/** A move that the job might allow. */
function moveFor({ state, attempt }: Job, pick: <T>(list: readonly T[]) => T): Move {
  const held = { by: "by" in state && state.by ? state.by : WORKER, attempt };
  const error = pick<JobError>(MIXED.errors);
  switch (state.is) {
    case "scheduled":
      return pick<Move>([{ move: "run_now" }, { move: "run_now" }, { move: "run_now" }, { move: "cancel" }]);
    case "ready":
      return pick<Move>([
        { move: "reserve", by: WORKER, stream: true },
        { move: "succeed", ...held },
      ]);
    case "reserved":
      return pick<Move>([
        { move: "fail", ...held, error },
        { move: "fail", ...held, error },
        { move: "fail", ...held, error, final: true },
        { move: "succeed", ...held },
        { move: "release", ...held },
        { move: "lose", ...held },
      ]);
    default:
      return pick<Move>([
        { move: "retry" },
        { move: "retry" },
        { move: "retry", spreadMs: DAY },
        { move: "delete" },
      ]);
  }
}
