// Mistakes that the tests of workers who come and go have to catch, made between the broker and its store. They are of
// section "mutants" of the reliability plan; those of the engines are in test/store/mutants.ts.
import type { Job } from "../../src/job/job.ts";
import { type Decision, isRefused } from "../../src/job/move.ts";
import type { Changed, MoveById, Outcome, Selection, Store } from "../../src/store/store.ts";
import type { Mutation } from "../store/mutants.ts";

/** Moves by id become others. */
function translated(store: Store, translate: (one: MoveById) => MoveById): Partial<Store> {
  return {
    change: (selection, now) => {
      if (selection.select !== "ids") return store.change(selection, now);
      return store.change({ ...selection, moves: selection.moves.map(translate) }, now);
    },
  };
}

/** Changes what is told of a job, wherever it is told. */
function retold(store: Store, tell: (job: Job) => Job): Partial<Store> {
  const decided = (decision: Decision) =>
    isRefused(decision) ? decision : { ...decision, job: tell(decision.job) };
  return {
    change: async (selection: Selection, now: number): Promise<Changed> => {
      const changed = await store.change(selection, now);
      const outcomes = changed.outcomes.map((one) => ({ ...one, decision: decided(one.decision) }));
      return { ...changed, outcomes };
    },
    get: async (id) => {
      const stored = await store.get(id);
      return stored && { ...stored, job: tell(stored.job) };
    },
  };
}

export const graceSkipped: Mutation = (store) =>
  translated(store, ({ id, move }) => {
    if (move.move !== "disconnect" || move.by === undefined || move.attempt === undefined)
      return { id, move };
    return { id, move: { move: "lose", by: move.by, attempt: move.attempt } };
  });

export const holdingIgnored: Mutation = (store) => ({
  change: async (selection, now) => {
    if (selection.select !== "ids") return store.change(selection, now);

    const others = selection.moves.filter(({ move }) => move.move !== "reattach");
    const { outcomes, more } = await store.change({ select: "ids", moves: others }, now);
    const rest = [...outcomes];
    const told = selection.moves.map(({ id, move }): Outcome => {
      const ignored: Outcome = { id, was: undefined, decision: { refused: "not_holder" } };
      return move.move === "reattach" ? ignored : (rest.shift() ?? ignored);
    });
    return { outcomes: told, more };
  },
});

export const lossCountedAsFailure: Mutation = (store) =>
  retold(store, (job) => ({ ...job, failures: job.failures + job.losses }));

export const lossesMaxIgnored: Mutation = (store) => ({
  change: async (selection, now) => {
    const changed = await store.change(selection, now);
    const moves = changed.outcomes
      .filter(({ decision }) => !isRefused(decision) && killedWorkers(decision.job))
      .map(({ id }) => ({ id, move: { move: "retry" } as const }));
    if (moves.length > 0) await store.change({ select: "ids", moves }, now);
    return changed;
  },
});

function killedWorkers({ state }: Job): boolean {
  return state.is === "dead" && state.reason === "workers_lost";
}

export const priorityIgnored: Mutation = (store) => ({
  enqueue: (jobs) => store.enqueue(jobs.map((one) => ({ ...one, job: { ...one.job, priority: 0 } }))),
});

/** A pause that ends with the server. */
export const pausesForgotten: Mutation = () => ({ paused: async () => new Map() });

/** Operations whose batches come one upon the other, as if no time had to pass between them. */
export const operationsWithoutPause: Mutation = (store) => ({
  change: async (selection, now) => {
    let changed = await store.change(selection, now);
    while (selection.select === "operation" && changed.operation?.state === "running")
      changed = await store.change(selection, now);
    return changed;
  },
});
