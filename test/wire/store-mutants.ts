// Servers that break one promise each, by a store that lies: the script of the matrix must notice every one.
import type { Job, JobId, WorkerId } from "../../src/job/job.ts";
import { isRefused, type Move } from "../../src/job/move.ts";
import type { ServerParts } from "../../src/server/server.ts";
import { retentionOf } from "../../src/server/server.ts";
import { openStore } from "../../src/store/open.ts";
import type { Outcome, Selection } from "../../src/store/store.ts";
import { type Mutation, wrapStore } from "../store/mutants.ts";

/** By the promise that is broken. */
export const STORE_MUTANTS: Readonly<Record<string, Mutation>> = {
  "a success is acknowledged, and dropped": movesInstead(
    ({ move }) => move === "succeed",
    ({ by, attempt }) => ({ move: "extend", by, attempt }),
  ),
  "a fire-and-forget job is delivered again": movesInstead(
    ({ move }) => move === "deliver",
    ({ by, attempt }) => ({ move: "undeliver", by, attempt }),
  ),
  "a late success is refused": movesInstead(
    (move, job) => move.move === "succeed" && move.attempt < (job?.attempt ?? 0),
    ({ by, attempt }) => ({ move: "fail", by, attempt, final: false }),
  ),
  "a release counts as a failure": movesInstead(
    ({ move }) => move === "release",
    ({ by, attempt }) => ({ move: "fail", by, attempt, final: false, retryAfterMs: 0 }),
  ),
  "a cancelled job goes on": movesInstead(
    ({ move }) => move === "cancel",
    () => ({ move: "run_now" }),
  ),
  "a redelivery does not raise the attempt": (store) => ({
    change: async (selection, now) => {
      const changed = await store.change(selection, now);
      if (selection.select !== "next") return changed;
      return { ...changed, outcomes: changed.outcomes.map((outcome) => withJob(outcome, { attempt: 1 })) };
    },
  }),
  "the same id again is taken for a new job": (store) => ({
    enqueue: async (jobs) => (await store.enqueue(jobs)).map(({ job }) => ({ job, duplicate: false })),
  }),
  "a payload loses its last byte": (store) => ({
    enqueue: (jobs) =>
      store.enqueue(
        jobs.map(({ payload, ...rest }) => {
          const bytes = payload.kind === "data" ? payload.bytes.subarray(0, -1) : payload.bytes;
          return { ...rest, payload: { ...payload, bytes } };
        }),
      ),
  }),
  "priority is forgotten": (store) => ({
    enqueue: (jobs) => store.enqueue(jobs.map((one) => ({ ...one, job: { ...one.job, priority: 0 } }))),
  }),
  "a delay is forgotten": (store) => ({
    enqueue: (jobs) =>
      store.enqueue(
        jobs.map((one) => ({
          ...one,
          job: { ...one.job, state: { is: "ready", since: one.job.enqueuedAt } },
        })),
      ),
  }),
  "half a batch is stored": (store) => ({
    enqueue: async (jobs) => {
      await store.enqueue(jobs.slice(0, 1));
      return jobs.map(({ job }) => ({ job, duplicate: false }));
    },
  }),
  "history is forgotten": (store) => ({
    get: async (id) => {
      const stored = await store.get(id);
      return stored && { ...stored, history: [] };
    },
  }),
};

/** The same, of what operators see and do. */
export const ADMIN_MUTANTS: Readonly<Record<string, Mutation>> = {
  "a retry is acknowledged, and dropped": movesInstead(({ move }) => move === "retry", nothing),
  "a job that is run now goes on waiting": movesInstead(({ move }) => move === "run_now", nothing),
  "a job that is deleted stays": movesInstead(({ move }) => move === "delete", nothing),
  "a reserved job is deleted": (store) => ({
    change: async (selection, now) => {
      const changed = await store.change(selection, now);
      const isRefusal = ({ decision }: Outcome) => isRefused(decision) && decision.refused === "reserved";
      const forgotten = ({ was }: Outcome) => ({
        decision: was ? { job: was, forget: true as const } : NOBODY,
      });
      const outcomes = changed.outcomes.map((one) => (isRefusal(one) ? { ...one, ...forgotten(one) } : one));
      return { ...changed, outcomes };
    },
  }),
  "a filter is forgotten": (store) => ({ search: (search) => store.search({ ...search, filter: {} }) }),
  "every page is the first": (store) => ({ search: ({ after: _, ...search }) => store.search(search) }),
  "the order is forgotten": (store) => ({ search: (search) => store.search({ ...search, order: "oldest" }) }),
  "a page is one job short": (store) => ({
    search: async (search) => {
      const found = await store.search(search);
      return { ...found, jobs: found.jobs.slice(1) };
    },
  }),
  "counts stand still": (store) => ({
    tallies: async () => (await store.tallies()).map((one) => ({ ...one, counts: {} })),
  }),
  "nobody knows how long a job has waited": () => ({ oldestReady: async () => new Map() }),
  "groups do not count their jobs": (store) => ({
    groups: async (search) => {
      const found = await store.groups(search);
      return { ...found, groups: found.groups.map((group) => ({ ...group, jobs: 1 })) };
    },
  }),
  "those that retry are shown among the dead": (store) => ({
    groups: (search) => store.groups({ ...search, as: "retrying" }),
  }),
  "a unique key is not looked at": enqueues(({ uniqueKey: _, ...job }) => job),
  "to replace is taken for to keep": (store) => ({
    enqueue: (jobs) => store.enqueue(jobs.map(({ onConflict: _, ...one }) => one)),
  }),
  "an operation finds nothing to do": (store) => ({
    begin: (plan) => store.begin({ ...plan, candidates: { ...plan.candidates, ids: ["nobody" as JobId] } }),
  }),
  "nothing comes due": () => ({
    dues: async () => ({ scheduled: new Map(), retrying: new Map(), after: undefined }),
  }),
  "what retries is not known of what comes due": (store) => ({
    dues: async (search) => ({ ...(await store.dues(search)), retrying: new Map() }),
  }),
  "starts are forgotten": () => ({ starts: async () => [] }),
  "a queue that is resumed stays paused": () => ({ resume: async () => [] }),
};

const NOBODY = { refused: "not_found" } as const;

/** A move that changes nothing, whatever state the job is in. */
function nothing(): Move {
  return { move: "wake" };
}

function enqueues(change: (job: Job) => Job): Mutation {
  return (store) => ({
    enqueue: (jobs) => store.enqueue(jobs.map((one) => ({ ...one, job: change(one.job) }))),
  });
}

/** A server's part that opens a store in memory with the mutant around it. */
export function opensMutant(mutant: Mutation): Required<Pick<ServerParts, "openStore">> {
  return {
    openStore: async (config, clock) => {
      const store = await openStore("memory:", {
        retention: retentionOf(config),
        chance: () => clock.chance(),
      });
      return wrapStore(store, mutant);
    },
  };
}

/** What the mutated moves have in common. */
interface Told {
  readonly move: Move["move"];
  readonly by: WorkerId;
  readonly attempt: number;
}

/** Carries out another move than the one that was asked for, and tells the outcome as if it had been that. */
function movesInstead(
  affects: (move: Told, job: Job | undefined) => boolean,
  instead: (move: Told) => Move,
): Mutation {
  return (store) => {
    const jobOf = async (id: JobId) => (await store.get(id))?.job;
    const mutate = async (selection: Selection): Promise<Selection> => {
      if (selection.select !== "ids") return selection;
      const moves = selection.moves.map(async ({ id, move }) => {
        const told = move as Told;
        return { id, move: affects(told, await jobOf(id)) ? instead(told) : move };
      });
      return { select: "ids", moves: await Promise.all(moves) };
    };
    return { change: async (selection, now) => store.change(await mutate(selection), now) };
  };
}

function withJob(outcome: Outcome, fields: Partial<Job>): Outcome {
  const { decision } = outcome;
  if (isRefused(decision)) return outcome;
  return { ...outcome, decision: { ...decision, job: { ...decision.job, ...fields } } };
}
