// Engines with one mistake each, made by standing between the store and its callers: what M1 has to catch, or it proves
// nothing.
import type { Job, JobId, JobState } from "../../src/job/job.ts";
import { isRefused, type Move } from "../../src/job/move.ts";
import type { StoredJob } from "../../src/store/search.ts";
import type { Changed, MoveById, Outcome, Selection, Store } from "../../src/store/store.ts";
import type { Engine, Opened } from "./engine.ts";
import { json } from "./new-jobs.ts";

/** Replaces some of a store's calls. */
export type Mutation = (store: Store) => Partial<Store>;

/** The engine with the mistake in every store that it opens. */
export function mutate(engine: Engine, mutation: Mutation): Engine {
  const wrap = (opened: Opened): Opened => ({
    ...opened,
    store: wrapStore(opened.store, mutation),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  });
  return { name: engine.name, lasts: false, open: async (options) => wrap(await engine.open(options)) };
}

export function wrapStore(store: Store, mutation: Mutation): Store {
  return {
    enqueue: (jobs) => store.enqueue(jobs),
    change: (selection, now) => store.change(selection, now),
    pause: (names, now) => store.pause(names, now),
    resume: (names) => store.resume(names),
    paused: () => store.paused(),
    begin: (plan) => store.begin(plan),
    operations: () => store.operations(),
    stopOperation: (id, now) => store.stopOperation(id, now),
    get: (id) => store.get(id),
    peek: (id) => store.peek(id),
    search: (search) => store.search(search),
    candidates: (filter) => store.candidates(filter),
    groups: (search) => store.groups(search),
    newestDead: (bytesMax) => store.newestDead(bytesMax),
    nextDeadline: () => store.nextDeadline(),
    tallies: () => store.tallies(),
    oldestReady: (names) => store.oldestReady(names),
    readyAhead: (id, most) => store.readyAhead(id, most),
    size: () => store.size(),
    writeHistory: (page) => store.writeHistory(page),
    historyCells: (owner, ring, span) => store.historyCells(owner, ring, span),
    keptHistory: () => store.keptHistory(),
    recordStart: (start) => store.recordStart(start),
    starts: (span) => store.starts(span),
    dues: (search) => store.dues(search),
    standings: () => store.standings(),
    failed: store.failed,
    close: () => store.close(),
    ...mutation(store),
  };
}

/** Another way with moves by id: what `instead` does not answer goes on to the store. */
export function insteadOf(
  store: Store,
  instead: (one: MoveById, now: number) => Promise<Outcome | undefined>,
): Partial<Store> {
  const change = async (selection: Selection, now: number): Promise<Changed> => {
    if (selection.select !== "ids") return store.change(selection, now);

    const outcomes: Outcome[] = [];
    for (const one of selection.moves)
      outcomes.push((await instead(one, now)) ?? (await only(store, one, now)));
    return { outcomes, more: false };
  };
  return { change };
}

/** The outcome of this one move. */
export async function only(store: Store, one: MoveById, now: number): Promise<Outcome> {
  const { outcomes } = await store.change({ select: "ids", moves: [one] }, now);
  const [outcome] = outcomes;
  if (!outcome) throw new Error("no outcome");
  return outcome;
}

/** Changes what is told of a job, wherever it is told. */
function retold(store: Store, tell: (stored: StoredJob) => StoredJob): Partial<Store> {
  return {
    get: async (id) => {
      const stored = await store.get(id);
      return stored && tell(stored);
    },
  };
}

const secondSuccessReplaces: Mutation = (store) => {
  const second = new Map<JobId, JobState>();
  const { change } = insteadOf(store, async ({ id, move }, now) => {
    const stored = await store.get(id);
    if (move.move !== "succeed" || stored?.job.state.is !== "succeeded") return undefined;
    const { by, result } = move;
    second.set(id, { is: "succeeded", finishedAt: now, ...(by && { by }), ...(result && { result }) });
    return undefined;
  });
  const tell = (stored: StoredJob): StoredJob => {
    const state = second.get(stored.job.id);
    return state && stored.job.state.is === "succeeded"
      ? { ...stored, job: { ...stored.job, state } }
      : stored;
  };
  return { ...(change && { change }), ...retold(store, tell) };
};

const olderSuccessRefused: Mutation = (store) =>
  insteadOf(store, async ({ id, move }) => {
    const stored = await store.get(id);
    const older = stored && move.move === "succeed" && (move.attempt ?? 0) < stored.job.attempt;
    return older ? { id, was: stored.job, decision: { refused: "stale_attempt" } } : undefined;
  });

const staleFailureMoves: Mutation = (store) =>
  insteadOf(store, async ({ id, move }, now) => {
    const job = (await store.get(id))?.job;
    if (move.move !== "fail" || job?.state.is !== "reserved" || move.attempt >= job.attempt) return undefined;
    return only(store, { id, move: { ...move, by: job.state.by, attempt: job.attempt } }, now);
  });

const attemptNotRaised: Mutation = (store) =>
  retold(store, (stored) => ({
    ...stored,
    job: { ...stored.job, attempt: Math.min(stored.job.attempt, 1) },
  }));

const sameIdOverwrites: Mutation = (store) => {
  const newest = new Map<JobId, StoredJob["payload"]>();
  return {
    enqueue: (jobs) => {
      for (const { job, payload } of jobs) newest.set(job.id, payload);
      return store.enqueue(jobs);
    },
    ...retold(store, (stored) => ({ ...stored, payload: newest.get(stored.job.id) ?? json("") })),
  };
};

const sameIdMakesASecond: Mutation = (store) => {
  let doubles = 0;
  return {
    enqueue: async (jobs) => {
      const answers = await store.enqueue(jobs);
      const again = jobs.filter((_, i) => answers[i]?.duplicate);
      await store.enqueue(
        again.map((one) => ({ ...one, job: { ...one.job, id: `double-${doubles++}` as JobId } })),
      );
      return answers;
    },
  };
};

const oneRetryTooMany: Mutation = (store) => ({
  enqueue: (jobs) => store.enqueue(jobs.map((one) => ({ ...one, job: withRetries(one.job, 1) }))),
  change: async (selection, now) => {
    const { outcomes, more } = await store.change(selection, now);
    const told = outcomes.map(({ decision, ...outcome }) => ({
      ...outcome,
      decision: isRefused(decision) ? decision : { ...decision, job: withRetries(decision.job, -1) },
    }));
    return { outcomes: told, more };
  },
  ...retold(store, (stored) => ({ ...stored, job: withRetries(stored.job, -1) })),
});

function withRetries(job: Job, more: number): Job {
  return { ...job, retry: { ...job.retry, maxRetries: job.retry.maxRetries + more } };
}

// A job that comes back goes behind the others: those that were never delivered are dealt first.
const priorityLostOnTheWayBack: Mutation = (store) => ({
  change: async (selection, now) => {
    if (selection.select !== "next") return store.change(selection, now);

    const { deal } = selection;
    const fresh = await store.change(
      { ...selection, deal: (job, bytes) => (job.attempt > 0 ? undefined : deal(job, bytes)) },
      now,
    );
    if (fresh.outcomes.length > 0) return fresh;
    return store.change(selection, now);
  },
});

const expireWithoutBackoff: Mutation = (store) => ({
  change: async (selection, now) => {
    const changed = await store.change(selection, now);
    if (selection.select !== "due") return changed;

    const moves = changed.outcomes
      .filter(hasExpired)
      .map(({ id }) => ({ id, move: { move: "run_now" } as const }));
    if (moves.length > 0) await store.change({ select: "ids", moves }, now);
    return changed;
  },
});

function hasExpired({ was, decision }: Outcome): boolean {
  return was?.state.is === "reserved" && !isRefused(decision) && decision.record?.outcome === "expired";
}

const releaseIsAFailure: Mutation = (store) =>
  insteadOf(store, async ({ id, move }, now) => {
    if (move.move !== "release") return undefined;
    const failure: Move = { ...move, move: "fail", retryAfterMs: 0 };
    return only(store, { id, move: failure }, now);
  });

const cancelLeavesTheRetry: Mutation = (store) =>
  insteadOf(store, async ({ id, move }, now) => {
    const job = (await store.get(id))?.job;
    if (move.move !== "cancel" || job?.state.is !== "scheduled" || job.attempt === 0) return undefined;
    return { id, was: job, decision: { job: { ...job, state: { is: "cancelled", finishedAt: now } } } };
  });

const pruneTakesTheUnfinished: Mutation = (store) => {
  const taken = new Set<JobId>();
  return {
    change: async (selection, now) => {
      const changed = await store.change(selection, now);
      if (selection.select !== "due") return changed;
      for (const { id, was } of changed.outcomes) if (was?.state.is === "reserved") taken.add(id);
      return changed;
    },
    get: async (id) => (taken.has(id) ? undefined : store.get(id)),
  };
};

/** By their names in the table. "row read without its lock" is of PostgreSQL alone. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a second success replaces the first": secondSuccessReplaces,
  "success of an older attempt refused": olderSuccessRefused,
  "stale failure moves the job": staleFailureMoves,
  "attempt not raised on redelivery": attemptNotRaised,
  "same id overwrites the stored job": sameIdOverwrites,
  "same id makes a second job": sameIdMakesASecond,
  "one retry too many": oneRetryTooMany,
  "priority lost on the way back to ready": priorityLostOnTheWayBack,
  "expire without backoff": expireWithoutBackoff,
  "release counted as a failure": releaseIsAFailure,
  "cancel leaves the scheduled retry alive": cancelLeavesTheRetry,
  "prune takes an unfinished job": pruneTakesTheUnfinished,
};
