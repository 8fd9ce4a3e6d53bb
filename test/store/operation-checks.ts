// What must hold of an operation, as checks that tests of engines and tests of mutants run alike.
import assert from "node:assert/strict";
import { type BulkMove, candidatesFor } from "../../src/job/bulk.ts";
import { type JobFilter, matches } from "../../src/job/filter.ts";
import { isRefused } from "../../src/job/move.ts";
import type { Operation, OperationId, OperationPlan } from "../../src/store/operation.ts";
import type { StoredJob } from "../../src/store/search.ts";
import type { Outcome, Store } from "../../src/store/store.ts";
import { expectGroups } from "./contract-groups.ts";
import { type Engine, moveOne, talliesOf } from "./engine.ts";
import { countAll, populateMixed, scan, seeded } from "./mixed-jobs.ts";
import { DAY, idOf, NOW, newJob, RETENTION, SECOND } from "./new-jobs.ts";

const OPTIONS = { retention: RETENTION, chance: () => 0.5 };
/** After everything that the mixed jobs underwent. */
export const LATER = NOW + 60 * SECOND;

export function idOfOperation(id: string): OperationId {
  return id as OperationId;
}

export function planOf(move: BulkMove, filter: JobFilter = {}, id = "operation"): OperationPlan {
  const candidates = { ...(candidatesFor(move, filter) ?? filter), asOf: LATER };
  return {
    ...{ id: idOfOperation(id), move, filter, candidates },
    ...{ candidatesCount: 7, createdAt: LATER },
  };
}

interface Batches {
  readonly jobsMax?: number;
  readonly searchMax?: number;
  readonly id?: string;
  /** Called after each batch. */
  readonly between?: (batch: number) => Promise<unknown>;
}

/** Carries the operation on to its end. */
export async function carryOn(
  store: Store,
  { jobsMax = 7, searchMax = 20, id = "operation", between }: Batches = {},
): Promise<{ outcomes: Outcome[]; operation: Operation }> {
  const outcomes: Outcome[] = [];
  for (let batch = 1; batch < 1_000; batch++) {
    const selection = { select: "operation", id: idOfOperation(id), jobsMax, searchMax } as const;
    const changed = await store.change(selection, LATER + batch);
    assert.ok(changed.operation && changed.outcomes.length <= jobsMax);
    outcomes.push(...changed.outcomes);
    assert.equal(changed.more, changed.operation.state === "running");
    if (!changed.more) return { outcomes, operation: changed.operation };
    await between?.(batch);
  }
  throw new assert.AssertionError({ message: "the operation does not end" });
}

/** The jobs that the filter means. */
export function matching(all: readonly StoredJob[], filter: JobFilter): StoredJob[] {
  return all.filter(({ job, payload }) => matches(filter, job, () => payload.bytes));
}

/** An operation changes exactly the jobs that match, as the rules say, and counts them. */
export async function checkOperation(engine: Engine, move: BulkMove, filter: JobFilter): Promise<void> {
  await using opened = await engine.open(OPTIONS);
  const { store } = opened;
  await populateMixed(store, 150, seeded(11));
  const before = await scan(store);
  const plan = planOf(move, filter);
  const wanted = matching(before, plan.candidates);

  assert.deepEqual(await store.begin(plan), {
    ...plan,
    ...{ state: "running", searched: 0, changed: 0, skipped: 0 },
  });
  const { outcomes, operation } = await carryOn(store);

  assert.deepEqual(outcomes.map(({ id }) => id).sort(), wanted.map(({ job }) => job.id).sort());
  const skipped = outcomes.filter(({ decision }) => isRefused(decision)).length;
  const counts = { changed: outcomes.length - skipped, skipped, searched: operation.searched };
  assert.deepEqual(operation, {
    ...{ ...plan, ...counts, state: "done" },
    finishedAt: operation.finishedAt,
  });
  assert.ok((operation.finishedAt ?? 0) > LATER);
  assert.ok(operation.searched >= outcomes.length && operation.searched <= before.length);
  await expectChanged(store, before, outcomes);
}

/** What is stored is what was stored, but for what the outcomes say; counts and groups agree with it. */
async function expectChanged(
  store: Store,
  before: readonly StoredJob[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const decisions = new Map(outcomes.map(({ id, decision }) => [id, decision]));
  const kept = before.flatMap(({ job }) => {
    const decision = decisions.get(job.id);
    if (!decision || isRefused(decision)) return [job];
    return decision.forget ? [] : [decision.job];
  });
  const after = (await scan(store)).map(({ job }) => job);
  assert.deepEqual(after.map(withoutResult), kept.map(withoutResult));
  assert.deepEqual(await talliesOf(store), countAll(after));
  await expectGroups(store);
}

// A decision is made without reading the result.
function withoutResult(job: StoredJob["job"]): StoredJob["job"] {
  if (job.state.is !== "succeeded") return job;
  const { result: _, ...state } = job.state;
  return { ...job, state };
}

/** What comes while the operation is under way is no business of its. */
export async function checkLatecomers(engine: Engine): Promise<void> {
  await using opened = await engine.open(OPTIONS);
  const { store } = opened;
  const ids = Array.from({ length: 40 }, (_, i) => `early-${i}`);
  const facts = (i: number, enqueuedAt: number) => ({
    ...{ enqueuedAt, name: `name-${i % 3}` },
    ...(i % 2 === 0 && { dueAt: NOW + DAY + ((i * 7) % 40) }),
  });
  await store.enqueue(ids.map((id, i) => newJob(id, facts(i, NOW))));
  await store.begin(planOf({ move: "cancel" }));
  const late: string[] = [];
  const between = (batch: number) => {
    const more = Array.from({ length: 5 }, (_, i) => `late-${batch}-${i}`);
    late.push(...more);
    return store.enqueue(more.map((id, i) => newJob(id, facts(i, LATER + batch))));
  };

  const { outcomes, operation } = await carryOn(store, { between, jobsMax: 6 });

  assert.deepEqual(outcomes.map(({ id }) => id as string).sort(), ids.sort());
  assert.deepEqual([operation.changed, operation.skipped], [40, 0]);
  for (const id of late) assert.notEqual((await store.peek(idOf(id)))?.state.is, "cancelled");
}

/** A job that the rules refuse is counted as skipped, and is not tried again. */
export async function checkRefused(engine: Engine): Promise<void> {
  await using opened = await engine.open(OPTIONS);
  const { store } = opened;
  for (let i = 0; i < 12; i++) {
    await store.enqueue([newJob(`${i}`, { uniqueKey: `key ${i % 3}` })]);
    await moveOne(store, `${i}`, { move: "cancel" });
  }
  await store.begin(planOf({ move: "retry" }));

  const { outcomes, operation } = await carryOn(store, { jobsMax: 5 });

  assert.equal(outcomes.length, 12);
  assert.deepEqual([operation.searched, operation.changed, operation.skipped], [12, 3, 9]);
  assert.deepEqual(await talliesOf(store), { mail: { ready: 3, cancelled: 9 } });
}
