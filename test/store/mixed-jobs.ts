// Jobs of every kind in every state, drawn from a seed: what searches, counts and groups are tried on, and the full scan
// that they are compared with.
import assert from "node:assert/strict";
import type { JobFilter } from "../../src/job/filter.ts";
import type { Job, JobError, JobId, JobState, WorkerId } from "../../src/job/job.ts";
import type { Move } from "../../src/job/move.ts";
import { type Standing, standingOf } from "../../src/job/standing.ts";
import type { Search, SearchOrder, StoredJob } from "../../src/store/search.ts";
import type { MoveById, Store } from "../../src/store/store.ts";
import { DAY, json, NOW, newJob, SECOND } from "./new-jobs.ts";

/** A generator of numbers from [0, 1), the same for the same seed (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export const MIXED = {
  names: ["mail", "mail.bulk", "sms", "fax"],
  classes: ["TimeoutError", "Ünknown", ""],
  errors: [
    { class: "TimeoutError", message: "timeout after 30 ms", stack: "" },
    { class: "TimeoutError", message: "timeout after 31 ms", stack: "" },
    { class: "Ünknown", message: "Connection refused: 10.0.0.1", stack: "" },
    { class: "", message: "no such file", stack: "" },
  ],
  payloads: ['{"to":"ann@example.com"}', '{"to":"bob","ü":1}', "[]"],
  keys: ["k0", "k1", "k2", "k3", "k4"],
  labels: [{}, { tenant: "1" }, { tenant: "2", region: "eu" }],
  workers: ["w1", "w2"],
} as const;

type Fated = (error: JobError, by: WorkerId) => Move;

const RESERVE: Fated = (_, by) => ({ move: "reserve", by, stream: true });
const FAIL: Fated = (error, by) => ({ move: "fail", by, attempt: 1, error });
const DIE: Fated = (error, by) => ({ move: "fail", by, attempt: 1, error, final: true });

/** What is done to a job, one move after the other; each at an instant that others share. */
const FATES: readonly (readonly Fated[])[] = [
  [],
  [],
  [() => ({ move: "cancel" })],
  [RESERVE],
  [RESERVE, (_, by) => ({ move: "succeed", by, attempt: 1, result: json('"ok"') })],
  [RESERVE, (_, by) => ({ move: "release", by, attempt: 1 })],
  [RESERVE, (_, by) => ({ move: "lose", by, attempt: 1 })],
  [RESERVE, DIE],
  [RESERVE, DIE],
  [RESERVE, FAIL],
  [RESERVE, FAIL],
  [RESERVE, FAIL, () => ({ move: "run_now" })],
  [RESERVE, DIE, () => ({ move: "retry" })],
];

/** Enqueues `count` jobs, a third at a time, and does to each what chance has for it. */
export async function populateMixed(store: Store, count: number, chance: () => number): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  for (let wave = 0; wave < 3; wave++) {
    const now = NOW + wave * 10 * SECOND;
    const jobs = Array.from({ length: Math.ceil(count / 3) }, (_, i) =>
      newJob(`job-${wave}-${i}`, {
        name: pick(MIXED.names),
        priority: Math.floor(chance() * 5) - 2,
        labels: pick(MIXED.labels),
        payload: json(pick(MIXED.payloads)),
        enqueuedAt: now + Math.floor(i / 4),
        ...(chance() < 0.3 && { uniqueKey: pick(MIXED.keys) }),
        ...(chance() < 0.3 && { dueAt: now + DAY + Math.floor(chance() * 5) * SECOND }),
      }),
    );
    const enqueued = await store.enqueue(jobs);
    const ids = enqueued.filter(({ duplicate }) => !duplicate).map(({ job }) => job.id);
    await meetFates(store, ids, { now: now + SECOND, pick });
  }
}

async function meetFates(
  store: Store,
  ids: readonly JobId[],
  { now, pick }: { now: number; pick: <T>(list: readonly T[]) => T },
): Promise<void> {
  const fates = ids.map((id) => {
    const [fate, by] = [pick(FATES), pick(MIXED.workers) as WorkerId];
    const error = pick<JobError>(MIXED.errors);
    return fate.map((move): MoveById => ({ id, move: move(error, by) }));
  });
  for (let step = 0; step < 3; step++) {
    const moves = fates.flatMap((fate) => fate[step] ?? []);
    const middle = Math.ceil(moves.length / 2);
    await store.change({ select: "ids", moves: moves.slice(0, middle) }, now + 2 * step);
    await store.change({ select: "ids", moves: moves.slice(middle) }, now + 2 * step + 1);
  }
}

/** Everything that is stored, in the order of its enqueue, by the plainest search there is and by `get`. */
export async function scan(store: Store): Promise<StoredJob[]> {
  const { jobs, after } = await store.search({
    ...{ filter: {}, order: "oldest", jobsMax: 1_000_000, searchMax: 1_000_000 },
  });
  assert.equal(after, undefined);
  const found: StoredJob[] = [];
  for (const { id } of jobs) {
    const stored = await store.get(id);
    if (stored) found.push(stored);
  }
  assert.equal(found.length, jobs.length);
  return found;
}

/** Every page of a search, one after the other. */
export async function pages(
  store: Store,
  search: Omit<Search, "after">,
): Promise<{ jobs: Job[]; searched: number; calls: number }> {
  const all: { jobs: Job[]; searched: number; calls: number } = { jobs: [], searched: 0, calls: 0 };
  let after: Search["after"];
  do {
    const found = await store.search({ ...search, ...(after !== undefined && { after }) });
    assert.ok(found.jobs.length <= search.jobsMax, `${found.jobs.length} jobs in a page`);
    assert.ok(found.searched <= search.searchMax, `${found.searched} candidates in a call`);
    all.jobs.push(...found.jobs);
    all.searched += found.searched;
    all.calls++;
    assert.ok(all.calls < 10_000, "the search does not end");
    after = found.after;
  } while (after !== undefined);
  return all;
}

export type Counted = Record<string, Partial<Record<Standing, number>>>;

export function countAll(jobs: readonly Job[]): Counted {
  const counted: Counted = {};
  for (const job of jobs) {
    const counts = counted[job.name] ?? {};
    const is = standingOf(job);
    counted[job.name] = { ...counts, [is]: (counts[is] ?? 0) + 1 };
  }
  return counted;
}

export const ORDERS: readonly SearchOrder[] = ["newest", "oldest", "latest", "earliest"];
export const STATES: readonly JobState["is"][] = [
  ...(["scheduled", "ready", "reserved", "succeeded", "dead", "cancelled"] as const),
];

/** Without conditions that are undefined, which mean nothing. */
export function filterOf(conditions: Record<string, unknown>): JobFilter {
  return Object.fromEntries(Object.entries(conditions).filter(([, value]) => value !== undefined));
}
