// Engines with one mistake each in what came with the control of jobs: unique keys, counts of what is retrying, groups of
// errors, searches and operations. The tests named beside them must catch them.
import type { JobFilter } from "../../src/job/filter.ts";
import type { JobId } from "../../src/job/job.ts";
import { isRefused } from "../../src/job/move.ts";
import { instantOf } from "../../src/job/standing.ts";
import type { Cursor, ErrorGroup } from "../../src/store/search.ts";
import { insteadOf, type Mutation, only } from "./mutants.ts";

const secondJobOfOneKey: Mutation = (store) => {
  let doubles = 0;
  return {
    enqueue: async (jobs) => {
      const answers = await store.enqueue(jobs);
      const again = jobs.filter(({ job }, i) => answers[i]?.duplicate && answers[i]?.job.id !== job.id);
      const twins = again.map((one) => {
        const { uniqueKey: _, ...job } = one.job;
        return { ...one, job: { ...job, id: `twin-${doubles++}` as JobId } };
      });
      await store.enqueue(twins);
      return answers;
    },
  };
};

const replacedStaysAlive: Mutation = (store) => ({
  enqueue: async (jobs) => {
    const answers = await store.enqueue(jobs);
    for (const { replaced } of answers) {
      if (!replaced?.was) continue;
      const { uniqueKey: _, ...job } = { ...replaced.was, id: `${replaced.id}-alive` as JobId };
      await store.enqueue([{ job, payload: { kind: "json", bytes: Buffer.from("1") }, payloadBytes: 1 }]);
    }
    return answers;
  },
});

const replaceTakesTheReserved: Mutation = (store) => ({
  enqueue: async (jobs) => {
    const answers = await store.enqueue(jobs);
    const running = jobs.flatMap(({ job, onConflict }, i) => {
      const { job: stored } = answers[i] ?? {};
      const isTaken = onConflict === "replace" && stored?.id !== job.id && stored?.state.is === "reserved";
      return isTaken && stored ? [{ id: stored.id, move: { move: "cancel" } as const }] : [];
    });
    const at = jobs[0]?.job.enqueuedAt ?? 0;
    if (running.length > 0) await store.change({ select: "ids", moves: running }, at);
    return answers;
  },
});

const keyGivenTwice: Mutation = (store) =>
  insteadOf(store, async (one, now) => {
    const outcome = await only(store, one, now);
    const { was, decision } = outcome;
    if (!was || !isRefused(decision) || decision.refused !== "unique_key_taken") return outcome;
    return { ...outcome, decision: { job: { ...was, state: { is: "ready", since: now } } } };
  });

const deleteTakesTheReserved: Mutation = (store) =>
  insteadOf(store, async (one, now) => {
    const outcome = await only(store, one, now);
    const { decision } = outcome;
    if (!isRefused(decision) || decision.refused !== "reserved") return outcome;
    await only(store, { id: one.id, move: { move: "cancel" } }, now);
    return only(store, one, now);
  });

const retryingCountedAsScheduled: Mutation = (store) => ({
  tallies: async () =>
    (await store.tallies()).map(({ name, counts }) => {
      const { retrying = 0, scheduled = 0, ...others } = counts;
      return {
        name,
        counts: { ...others, ...(retrying + scheduled > 0 && { scheduled: retrying + scheduled }) },
      };
    }),
});

const groupNotLowered: Mutation = (store) => {
  const most = new Map<string, number>();
  const raise = (group: ErrorGroup): ErrorGroup => {
    const key = `${group.as} ${group.group}`;
    most.set(key, Math.max(most.get(key) ?? 0, group.jobs));
    return { ...group, jobs: most.get(key) ?? 0 };
  };
  return {
    groups: async (search) => {
      const found = await store.groups(search);
      return { ...found, groups: found.groups.map(raise) };
    },
  };
};

/** What M1 has to catch. */
export const CONTROL_MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a second unfinished job of one key": secondJobOfOneKey,
  "what was replaced stays alive": replacedStaysAlive,
  "replace takes a job from its worker": replaceTakesTheReserved,
  "a retry takes a key that another has": keyGivenTwice,
  "delete takes a job from its worker": deleteTakesTheReserved,
  "retrying jobs counted as scheduled": retryingCountedAsScheduled,
  "the count of a group is not lowered": groupNotLowered,
};

// Goes on after the instant of the last job, whatever else has that instant.
const cursorSkipsEquals: Mutation = (store) => {
  const lasts = new Map<Cursor, number>();
  return {
    search: async (search) => {
      const found = await store.search(search);
      const last = found.jobs.at(-1);
      if (found.after !== undefined && last) lasts.set(found.after, instantOf(last));
      const left = search.after === undefined ? undefined : lasts.get(search.after);
      return { ...found, jobs: found.jobs.filter((job) => instantOf(job) !== left) };
    },
  };
};

const cursorRepeatsTheLast: Mutation = (store) => {
  const lasts = new Map<Cursor, ErrorLast>();
  return {
    search: async (search) => {
      const found = await store.search(search);
      const last = found.jobs.at(-1);
      if (found.after !== undefined && last) lasts.set(found.after, last);
      const again = search.after === undefined ? undefined : lasts.get(search.after);
      return again ? { ...found, jobs: [again, ...found.jobs].slice(0, search.jobsMax) } : found;
    },
  };
};

type ErrorLast = Awaited<ReturnType<Parameters<Mutation>[0]["search"]>>["jobs"][number];

const searchEndsEarly: Mutation = (store) => ({
  search: async (search) => {
    const found = await store.search(search);
    return found.jobs.length === 0 ? { ...found, after: undefined } : found;
  },
});

const exclusionForgotten: Mutation = (store) => ({
  search: (search) => {
    const { exclude: _, ...filter } = search.filter;
    return store.search({ ...search, filter });
  },
});

/** What the contract of search has to catch. */
export const SEARCH_MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a cursor skips equals": cursorSkipsEquals,
  "a cursor repeats the last job": cursorRepeatsTheLast,
  "an empty page is taken for the end": searchEndsEarly,
  "an exclusion is forgotten": exclusionForgotten,
};

/** The operation looks for other jobs than it should. */
function looksFor(change: (candidates: JobFilter) => JobFilter): Mutation {
  return (store) => ({
    begin: async (plan) => {
      const begun = await store.begin({ ...plan, candidates: change(plan.candidates) });
      return { ...begun, candidates: plan.candidates };
    },
    change: async (selection, now) => {
      const changed = await store.change(selection, now);
      if (!changed.operation) return changed;
      const { asOf: _, ...candidates } = changed.operation.candidates;
      return { ...changed, operation: { ...changed.operation, candidates } };
    },
  });
}

const touchesWhatComesLater = looksFor(({ asOf: _, ...filter }) => filter);

const skippedCountAsChanged: Mutation = (store) => ({
  change: async (selection, now) => {
    const changed = await store.change(selection, now);
    if (!changed.operation) return changed;
    const { changed: some, skipped, ...operation } = changed.operation;
    return { ...changed, operation: { ...operation, changed: some + skipped, skipped: 0 } };
  },
});

const endsAfterOneBatch: Mutation = (store) => ({
  change: async (selection, now) => {
    const changed = await store.change(selection, now);
    if (selection.select !== "operation" || !changed.more) return changed;
    await store.stopOperation(selection.id, now);
    const operation = changed.operation && { ...changed.operation, state: "done" as const, finishedAt: now };
    return { ...changed, more: false, operation };
  },
});

/** What the contract of operations has to catch. */
export const OPERATION_MUTATIONS: Readonly<Record<string, Mutation>> = {
  "an operation touches what comes later": touchesWhatComesLater,
  "what was skipped is counted as changed": skippedCountAsChanged,
  "an operation ends after its first batch": endsAfterOneBatch,
};

/** What the storm has to catch. */
export const STORM_MUTATIONS: Readonly<Record<string, Mutation>> = {
  "retrying jobs counted as scheduled": retryingCountedAsScheduled,
  "a count is one too high": (store) => ({
    tallies: async () =>
      (await store.tallies()).map(({ name, counts }, i) =>
        i === 0 ? { name, counts: { ...counts, dead: (counts.dead ?? 0) + 1 } } : { name, counts },
      ),
  }),
  "a group has one member too many": (store) => ({
    groups: async (search) => {
      const found = await store.groups(search);
      return { ...found, groups: found.groups.map((group) => ({ ...group, jobs: group.jobs + 1 })) };
    },
  }),
};
