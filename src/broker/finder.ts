// Searches that hold up nobody: an engine looks at a slice of candidates at a time, and others get their turn in between.
import type { JobFilter } from "../job/filter.ts";
import type { Job } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Cursor, Found, GroupSearch, GroupsFound, SearchOrder, StoredJob } from "../store/search.ts";
import type { Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";

/** Candidates in one slice. */
export const SLICE_MAX = 2_000;
/** The same when each candidate's payload has to be read, which is up to 1 MiB. */
export const PAYLOAD_SLICE_MAX = 100;

export interface Query {
  readonly filter: JobFilter;
  readonly order: SearchOrder;
  readonly after?: Cursor;
  readonly jobsMax: number;
  /** With payloads and histories, until they take `LIMITS.pageBytesMax`. */
  readonly whole: boolean;
}

export interface Answer extends Found {
  /** How many candidates there are in all. */
  readonly candidates: number;
}

export class Finder {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Ends with a full page, at the end, or after about `LIMITS.searchMsMax`; `after` says where to go on. */
  async find(query: Query): Promise<Answer> {
    const { jobs: candidates } = await this.#store.candidates(query.filter);
    const jobs: Job[] = [];
    const whole: StoredJob[] = [];
    let searched = 0;
    let after: Cursor | undefined;
    for await (const found of this.slices(query, LIMITS.searchMsMax)) {
      jobs.push(...found.jobs);
      whole.push(...found.whole);
      searched += found.searched;
      after = found.after;
    }
    return { jobs, whole, after, searched, candidates };
  }

  groups(search: GroupSearch): Promise<GroupsFound> {
    return this.#store.groups(search);
  }

  /** One slice after the other, until the page is full, the candidates are at an end, or this time has passed. */
  async *slices(query: Query, msMax: number): AsyncGenerator<Found> {
    const searchMax = readsPayloads(query.filter) ? PAYLOAD_SLICE_MAX : SLICE_MAX;
    let isOver = false;
    const cancel = this.#clock.after(msMax, () => {
      isOver = true;
    });
    try {
      let { after, jobsMax } = query;
      let bytesMax: number = LIMITS.pageBytesMax;
      while (!isOver) {
        const { filter, order } = query;
        const from = { filter, order, ...(after !== undefined && { after }) };
        const whole = query.whole && { whole: { bytesMax } };
        const found = await this.#store.search({ ...from, jobsMax, searchMax, ...whole });
        yield found;
        after = found.after;
        jobsMax -= found.jobs.length;
        for (const stored of found.whole) bytesMax -= sizeOf(stored);
        // A slice brings one job whatever its size, so the page must have some room for it.
        if (after === undefined || jobsMax <= 0 || bytesMax < LIMITS.pageBytesMax / 2) return;
        await giveWay(this.#clock);
      }
    } finally {
      cancel();
    }
  }
}

function sizeOf({ job, payload, history }: StoredJob): number {
  let bytes = payload.bytes.length;
  if (job.state.is === "succeeded") bytes += job.state.result?.bytes.length ?? 0;
  for (const { error } of history) bytes += (error?.message.length ?? 0) + (error?.stack.length ?? 0);
  return bytes;
}

/** Whether telling if a job matches takes its payload. */
export function readsPayloads({ payloadText, exclude }: JobFilter): boolean {
  return payloadText !== undefined || exclude?.some(readsPayloads) === true;
}

/** Lets everything else that is due have its turn. */
export function giveWay(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(0, resolve);
  });
}
