// The steps of a search: which candidates it looks at, in the order asked for, from the place where it goes on.
import type { DatabaseSync } from "node:sqlite";
import type { JobFilter } from "../../job/filter.ts";
import type { JobId } from "../../job/job.ts";
import type { Cursor, Search, SearchOrder } from "../search.ts";
import { readCursor } from "./cursor.ts";
import { EnqueueOrder, type Step } from "./enqueue-order.ts";
import { type Direction, IndexRuns, type Place, placeOf, type Run } from "./index-runs.ts";
import { inOrder, mergeRuns, readRun } from "./merged-runs.ts";
import type { JobRow } from "./row.ts";
import { isNarrow, runsOf } from "./search-plan.ts";
import type { Sources } from "./searcher.ts";

/** `any`: in whichever order costs least; every job is looked at once. */
export interface Slice extends Omit<Search, "order" | "whole"> {
  readonly order: SearchOrder | "any";
}

/** So many jobs are put into another order than their index has; of more, the whole table is walked. */
const SORTED_MAX = 5_000;
/** Rows read at once of one of several runs, at first. */
const PAGE_MAX = 64;

export class SearchSteps {
  readonly #sources: Sources;
  readonly #runs: IndexRuns;
  readonly #enqueueOrder: EnqueueOrder;

  constructor(db: DatabaseSync, sources: Sources) {
    this.#sources = sources;
    this.#runs = new IndexRuns(db);
    this.#enqueueOrder = new EnqueueOrder(db, sources.tallies);
  }

  /** How many jobs lie where those of the filter do. */
  count(filter: JobFilter): number {
    const runs = runsOf(filter, this.#sources.tallies);
    return runs.reduce((sum, run) => sum + this.#runs.count(run, Number.MAX_SAFE_INTEGER), 0);
  }

  of({ filter, order, after, jobsMax, searchMax }: Slice): Iterable<Step> {
    const runs = filter.ids ? [] : runsOf(filter, this.#sources.tallies);
    switch (order) {
      case "any":
        return filter.ids
          ? this.#sorted(this.#seqsOf(filter.ids), "oldest", after)
          : this.#oneAfterTheOther(runs, after);
      case "newest":
      case "oldest": {
        const few = filter.ids ? this.#seqsOf(filter.ids) : this.#fewOf(filter, runs);
        return few
          ? this.#sorted(few, order, after)
          : this.#enqueueOrder.walk({ filter, order, stepsMax: searchMax }, seqOf(after));
      }
      case "latest":
      case "earliest":
        return steps(this.#byInstant({ filter, runs, order, jobsMax }, after), placeOf);
    }
  }

  #sorted(seqs: readonly number[], order: "newest" | "oldest", after: Cursor | undefined): Iterable<Step> {
    const from = seqOf(after);
    const down = order === "newest";
    const left = seqs.filter((seq) => from === undefined || (down ? seq < from : seq > from));
    return this.#enqueueOrder.pick(left.sort((a, b) => (down ? b - a : a - b)));
  }

  #seqsOf(ids: readonly JobId[]): number[] {
    const found = [...new Set(ids)].map((id) => this.#sources.jobs.find(id)?.seq);
    return found.filter((seq) => seq !== undefined);
  }

  /** The seqs of the filter's candidates, when an index has them and they are few enough to be sorted. */
  #fewOf(filter: JobFilter, runs: readonly Run[]): number[] | undefined {
    const isServed = filter.uniqueKeys !== undefined || filter.errorGroup !== undefined || isNarrow(filter);
    if (!isServed) return undefined;
    let left = SORTED_MAX;
    for (const run of runs) {
      left -= this.#runs.count(run, left + 1);
      if (left < 0) return undefined;
    }

    return runs.flatMap((run) => this.#runs.seqs(run));
  }

  #byInstant(
    {
      filter,
      runs,
      order,
      jobsMax,
    }: { filter: JobFilter; runs: readonly Run[]; order: Direction; jobsMax: number },
    after: Cursor | undefined,
  ): Iterable<JobRow> {
    const place = after === undefined ? undefined : readPlace(after);
    if (filter.ids) {
      const picked = [...this.#enqueueOrder.pick(this.#seqsOf(filter.ids))];
      return inOrder(
        picked.map(({ row }) => row).filter((row) => row !== undefined),
        order,
        place,
      );
    }
    const pageSize = Math.min(Math.max(1, Math.ceil((2 * jobsMax) / (runs.length || 1))), PAGE_MAX);
    return mergeRuns(this.#runs, runs, { direction: order, after: place, pageSize });
  }

  /** Every run to its end, in a fixed order of runs: nothing is merged, and a place in it stays good. */
  *#oneAfterTheOther(runs: readonly Run[], after: Cursor | undefined): Generator<Step> {
    const from = after === undefined ? undefined : readRunPlace(after);
    for (const run of [...runs].sort((a, b) => compare(a.of, b.of))) {
      const order = from ? compare(run.of, from.of) : 1;
      if (order < 0) continue;
      const place = order === 0 ? from?.place : undefined;
      const rows = readRun(this.#runs, run, { direction: "earliest", after: place, pageSize: PAGE_MAX });
      yield* steps(rows, (row) => [...run.of, ...placeOf(row)]);
    }
  }
}

function* steps(rows: Iterable<JobRow>, afterOf: (row: JobRow) => Step["after"]): Generator<Step> {
  for (const row of rows) yield { row, after: afterOf(row), passed: 1 };
}

function seqOf(after: Cursor | undefined): number | undefined {
  return after === undefined ? undefined : (readCursor(after, ["number"])[0] as number);
}

function readPlace(after: Cursor): Place {
  return readCursor(after, ["number", "number"]) as [number, number];
}

function readRunPlace(after: Cursor): { of: Run["of"]; place: Place } {
  const shape = ["string", "number", "number", "number"] as const;
  const [text, number, at, seq] = readCursor(after, shape) as [string, number, number, number];
  return { of: [text, number], place: [at, seq] };
}

/** Runs of one index, by what their entries agree in. */
function compare(a: Run["of"], b: Run["of"]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] - b[1];
}
