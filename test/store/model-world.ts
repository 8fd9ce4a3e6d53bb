// A store and a model of it side by side, and how they are compared.
import assert from "node:assert/strict";
import type { JobId } from "../../src/job/job.ts";
import type { Changed, Outcome, Store } from "../../src/store/store.ts";
import { wordOf } from "../job/samples.ts";
import { type Opened, talliesOf } from "./engine.ts";
import type { Model } from "./model.ts";
import { factsOf, type ModelJob, standingOf } from "./model-job.ts";
import { idOf, NOW } from "./new-jobs.ts";

/** What fast-check calls the model: all that a command knows before it asks the store. */
export interface Known {
  readonly model: Model;
  now: number;
  /** Jobs enqueued without an id so far. */
  unnamed: number;
}

/** What fast-check calls the real thing. */
export interface World {
  opened: Opened;
  /** How often the engine answered each word, over all plays. */
  readonly answers: Map<string, number>;
}

export function knowing(model: Model): Known {
  return { model, now: NOW, unnamed: 0 };
}

/** The outcome is the one that the model gave, in its word and in the job it leads to. */
export function expectOutcome(
  { answers }: World,
  outcome: Outcome | undefined,
  { word, job }: { readonly word: string; readonly job: ModelJob | undefined },
): void {
  assert.ok(outcome, `an outcome is missing: ${word}`);
  assert.equal(wordOf(outcome.decision), word, outcome.id);
  answers.set(word, (answers.get(word) ?? 0) + 1);
  // What is forgotten is told as it was read, without its result.
  if ("refused" in outcome.decision || !job || word === "forgotten") return;

  assert.deepEqual(standingOf(outcome.decision.job), withoutKeeping(job));
}

export function expectIds(changed: Changed, ids: readonly string[]): void {
  assert.deepEqual(
    changed.outcomes.map(({ id }) => id as string),
    ids,
  );
}

/** The job is stored as the model has it, or not at all. */
export async function expectStored({ model }: Known, { opened }: World, id: JobId): Promise<void> {
  const stored = await opened.store.get(id);
  const job = model.jobs.get(id);
  if (!stored || !job) return assert.equal(stored?.job.id, job?.id, `${id}: stored or modelled alone`);

  const { order: _, payloadBytes: __, ...facts } = job;
  assert.deepEqual(factsOf(stored), facts);
}

/** Counts and the next deadline: what a job that was forgotten, doubled or lost would change. */
export async function expectSums({ model }: Known, { opened }: World): Promise<void> {
  const counted: Record<string, Record<string, number>> = {};
  const grouped: Record<string, number> = {};
  for (const job of model.jobs.values()) {
    const [counts, is] = [counted[job.name] ?? {}, countedAs(job)];
    counted[job.name] = { ...counts, [is]: (counts[is] ?? 0) + 1 };
    const group = `${is} ${job.name} ${job.trouble}`;
    if (is === "dead" || is === "retrying") grouped[group] = (grouped[group] ?? 0) + 1;
  }
  assert.deepEqual(await talliesOf(opened.store), counted);
  assert.deepEqual(await groupsOf(opened.store), grouped);
  assert.equal(await opened.store.nextDeadline(), model.nextDeadline());
}

export async function expectAll(known: Known, world: World): Promise<void> {
  for (const id of known.model.jobs.keys()) await expectStored(known, world, idOf(id));
  await expectSums(known, world);
  const bounds = { jobsMax: 1_000, searchMax: 1_000 };
  const { jobs } = await world.opened.store.search({ filter: {}, order: "oldest", ...bounds });
  assert.deepEqual(
    jobs.map(({ id }) => id as string),
    [...known.model.jobs.keys()],
  );
}

/** As what the job is counted. */
function countedAs({ state, failures }: ModelJob): string {
  return state === "scheduled" && failures > 0 ? "retrying" : state;
}

/** How many jobs each group of errors has. */
async function groupsOf(store: Store): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const as of ["dead", "retrying"] as const) {
    const { groups } = await store.groups({ as, order: "largest", groupsMax: 1_000 });
    for (const { name, class: of, pattern, jobs } of groups) found[`${as} ${name} ${of}: ${pattern}`] = jobs;
  }
  return found;
}

function withoutKeeping({ order: _, payload: __, payloadBytes: ___, history: ____, ...standing }: ModelJob) {
  return standing;
}
