// Changes of many jobs: by ids at once, by a filter in batches beside everything else, and tried first.
import { type BulkMove, candidatesFor } from "../job/bulk.ts";
import type { Retention } from "../job/deadline.ts";
import type { JobFilter } from "../job/filter.ts";
import type { Job, JobId, JobName, JobState } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Operation, OperationId } from "../store/operation.ts";
import type { MoveById, Outcome, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Finder } from "./finder.ts";
import { newUuid } from "./id.ts";
import { OperationLoop } from "./operation-loop.ts";
import { countJobs, countTallies, PreviewCounts } from "./preview-counts.ts";
import { Rehearsal } from "./rehearsal.ts";

/** What an operation would touch. */
export interface Preview {
  readonly matching: number;
  /** Every candidate was looked at, or needed no look. */
  readonly complete: boolean;
  readonly searched: number;
  readonly candidates: number;
  /** At most `LIMITS.previewSamplesMax`. */
  readonly samples: readonly Job[];
  /** The largest first, at most `LIMITS.previewCountsMax`. */
  readonly counts: readonly { readonly name: JobName; readonly is: JobState["is"]; readonly jobs: number }[];
  readonly asOf: number;
}

/** Which jobs. Without `asOf`: those that match now. */
export interface Aim {
  readonly filter: JobFilter;
  readonly move: BulkMove;
  readonly asOf?: number | undefined;
}

export interface OperatorParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly finder: Finder;
  readonly retention: Retention;
  /** Carries out moves and observes what they changed. */
  readonly move: (moves: readonly MoveById[]) => Promise<readonly Outcome[]>;
  readonly observe: (outcomes: readonly Outcome[]) => void;
  /** Some operation stands elsewhere than before. */
  readonly moved: () => void;
}

export class Operator {
  readonly #parts: OperatorParts;
  readonly #loop: OperationLoop;
  /** Operations that are being stored. */
  #beginning = 0;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
    this.#loop = new OperationLoop(parts.store, parts.clock, parts);
  }

  /** Goes on with what an earlier run left. */
  async start(): Promise<void> {
    const operations = await this.#parts.store.operations();
    for (const operation of operations.toReversed())
      if (operation.state === "running") this.#loop.add(operation);
  }

  /** Changes these; one outcome for each, in their order. */
  change(ids: readonly JobId[], move: BulkMove): Promise<readonly Outcome[]> {
    return this.#parts.move(ids.map((id) => ({ id, move })));
  }

  /** The outcomes that `change` would have, with nothing changed. */
  try(ids: readonly JobId[], move: BulkMove): Promise<readonly Outcome[]> {
    const { store, clock, retention } = this.#parts;
    return new Rehearsal(store, clock, retention).try(ids, move);
  }

  /** Looks for about `LIMITS.previewMsMax`. */
  async preview({ filter, move, asOf }: Aim): Promise<Preview> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const wanted = candidatesFor(move, asOf === undefined ? filter : asOfThen(filter, asOf));
    const nothing = { matching: 0, searched: 0, candidates: 0, samples: [], counts: [], asOf: asOf ?? now };
    if (!wanted) return { ...nothing, complete: true };

    const { jobs: candidates, counts } = await store.candidates(wanted);
    const seen = counts
      ? { ...countTallies(counts), complete: true, searched: 0, samples: await this.#samples(wanted) }
      : await this.#lookFor(wanted);
    return { ...nothing, ...seen, candidates };
  }

  async #samples(filter: JobFilter): Promise<readonly Job[]> {
    const query = { filter, order: "newest", jobsMax: LIMITS.previewSamplesMax, whole: false } as const;
    return (await this.#parts.finder.find(query)).jobs;
  }

  async #lookFor(filter: JobFilter) {
    const counts = new PreviewCounts();
    const samples: Job[] = [];
    let [searched, complete] = [0, false];
    const query = { filter, order: "newest", jobsMax: Number.MAX_SAFE_INTEGER, whole: false } as const;
    for await (const found of this.#parts.finder.slices(query, LIMITS.previewMsMax)) {
      countJobs(counts, found.jobs);
      samples.push(...found.jobs.slice(0, LIMITS.previewSamplesMax - samples.length));
      searched += found.searched;
      complete = found.after === undefined;
    }
    return { ...counts.sum(), samples, searched, complete };
  }

  /** Begins and goes on by itself. Undefined when `LIMITS.operationsRunningMax` are running already. */
  async begin({ filter, move, asOf }: Aim): Promise<Operation | undefined> {
    const { store, clock } = this.#parts;
    if (this.#loop.running + this.#beginning >= LIMITS.operationsRunningMax) return undefined;

    this.#beginning++;
    try {
      const createdAt = clock.now();
      const id = newUuid(clock) as OperationId;
      const candidates = candidatesFor(move, asOfThen(filter, asOf ?? createdAt)) ?? noneOf(id, createdAt);
      const { jobs: candidatesCount } = await store.candidates(candidates);
      const plan = { id, move, filter, candidates, candidatesCount, createdAt };
      const operation = await store.begin(plan);
      this.#loop.add(operation);
      this.#parts.moved();
      return operation;
    } finally {
      this.#beginning--;
    }
  }

  /** The newest first. */
  operations(): Promise<readonly Operation[]> {
    return this.#parts.store.operations();
  }

  /** Answers the operation as it was before; a running one is stopped. Undefined when there is none. */
  async stop(id: OperationId): Promise<{ readonly before: Operation; readonly now: Operation } | undefined> {
    const { store, clock } = this.#parts;
    const before = (await store.operations()).find((one) => one.id === id);
    const now = before && (await store.stopOperation(id, clock.now()));
    if (!before || !now) return undefined;

    this.#loop.remove(id);
    this.#parts.moved();
    return { before, now };
  }

  /** Resolves when the batch under way is written. Operations go on when the server starts again. */
  stopAll(): Promise<void> {
    return this.#loop.stop();
  }
}

/** The same jobs, without those that came into their state after the instant. */
function asOfThen(filter: JobFilter, asOf: number): JobFilter {
  return { ...filter, asOf: Math.min(filter.asOf ?? asOf, asOf) };
}

/** A filter that no job matches, whatever the time. */
function noneOf(id: OperationId, asOf: number): JobFilter {
  return { ids: [id as string as JobId], exclude: [{}], asOf };
}
