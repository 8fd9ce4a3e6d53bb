// The part of the store's contract that looks: jobs by a filter in an order, page by page; counts; groups of errors.
import type { JobFilter } from "../job/filter.ts";
import type { AttemptRecord, Job, JobId, JobName, Payload } from "../job/job.ts";
import type { Standing, Troubled } from "../job/standing.ts";

/** A job with all that is kept of it. */
export interface StoredJob {
  readonly job: Job;
  readonly payload: Payload;
  /** How earlier attempts ended, oldest first, the newest `LIMITS.historyMax`. */
  readonly history: readonly AttemptRecord[];
}

/** How many jobs of one name are in each standing (retrying ones are not among the scheduled); absent is 0. */
export interface Tally {
  readonly name: JobName;
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
}

/** `newest`, `oldest`: by enqueue. `latest`, `earliest`: by `instantOf` the job. Equals go by enqueue, in the same sense. */
export type SearchOrder = "newest" | "oldest" | "latest" | "earliest";

/** Where a search goes on: an engine's own word, good for the same filter and order only. */
export type Cursor = string & { readonly brand: "Cursor" };

/** What to look for, and how far to go at once. */
export interface Search {
  readonly filter: JobFilter;
  readonly order: SearchOrder;
  /** Absent: from the beginning. */
  readonly after?: Cursor;
  readonly jobsMax: number;
  /** How many candidates to look at, so that a search that finds nothing holds up nobody. */
  readonly searchMax: number;
  /** With payloads, results and histories, until they take this many bytes; damaged jobs are left out. */
  readonly whole?: { readonly bytesMax: number };
}

export interface Found {
  readonly jobs: readonly Job[];
  /** The same jobs, when they were asked for whole. */
  readonly whole: readonly StoredJob[];
  /** Where to go on; undefined when every candidate was looked at. */
  readonly after: Cursor | undefined;
  /** How many candidates were looked at. */
  readonly searched: number;
}

/** Jobs that fit a filter as far as counts and indexes tell. */
export interface Candidates {
  readonly jobs: number;
  /** Present when these are exactly the jobs that match: how they divide. */
  readonly counts?: readonly Tally[];
}

/** Jobs that went wrong in the same way. */
export interface ErrorGroup {
  readonly group: string;
  readonly as: Troubled;
  readonly name: JobName;
  readonly class: string;
  /** The line without what differs from job to job. */
  readonly pattern: string;
  readonly jobs: number;
  /** When the first job came in since the group was last empty, and the newest. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** The member that came in last; when that one has left, the one whose instant is the latest. */
  readonly sampleId: JobId;
}

export interface GroupSearch {
  readonly as: Troubled;
  readonly name?: JobName;
  /** The largest first, or those whose newest job came in last. */
  readonly order: "largest" | "latest";
  readonly after?: Cursor;
  readonly groupsMax: number;
}

export interface GroupsFound {
  readonly groups: readonly ErrorGroup[];
  /** Undefined at the end. */
  readonly after: Cursor | undefined;
}

/** What the store tells without changing anything. Promises reject with a StoreFault. */
export interface StoreReader {
  /** One job, with its payload checked against its checksum; undefined when there is none. */
  get(id: JobId): Promise<StoredJob | undefined>;
  /** One job without its payload, its result and its history. */
  peek(id: JobId): Promise<Job | undefined>;
  /** Jobs that match, in order, each once; `matches` of src/job/filter.ts says which. */
  search(search: Search): Promise<Found>;
  /** How many jobs a search with this filter has to look at, without looking at them. */
  candidates(filter: JobFilter): Promise<Candidates>;
  /** Groups of errors in order. A group without jobs is none. */
  groups(search: GroupSearch): Promise<GroupsFound>;
  /** Dead jobs, the newest first, until their payloads' bytes reach `bytesMax`; damaged ones are left out. */
  newestDead(bytesMax: number): Promise<readonly StoredJob[]>;
  /** The earliest deadline of any job in epoch milliseconds; undefined when no job has one. */
  nextDeadline(): Promise<number | undefined>;
  /** Every name that has jobs, with exact counts. */
  tallies(): Promise<readonly Tally[]>;
  /** The sum of all names, as above. Cheaper than those. */
  standings(): Promise<Tally["counts"]>;
  /** Since when the ready job that has waited longest has been ready, for each of these names that has one. */
  oldestReady(names: readonly JobName[]): Promise<ReadonlyMap<JobName, number>>;
  /** How many ready jobs of its name go before this ready job, counted up to `most`; 0 when it is not ready. */
  readyAhead(id: JobId, most: number): Promise<number>;
  /** Bytes that it takes on disk, or in memory. */
  size(): Promise<number>;
}
