// Finds jobs by a filter. (Under way.)
import type { DatabaseSync } from "node:sqlite";
import type { JobFilter } from "../../job/filter.ts";
import type { Candidates, Cursor, Found, Search, SearchOrder } from "../search.ts";
import type { Groups } from "./groups.ts";
import type { JobTable } from "./job-table.ts";
import type { Located } from "./row.ts";
import type { Tallies } from "./tallies.ts";

export interface Sources {
  readonly jobs: JobTable;
  readonly tallies: Tallies;
  readonly groups: Groups;
}

/** `any`: whichever order costs least, and looks at every job once. */
export interface Slice extends Omit<Search, "order" | "whole"> {
  readonly order: SearchOrder | "any";
}

export interface FoundRows {
  readonly found: readonly Located[];
  readonly after: Cursor | undefined;
  readonly searched: number;
}

export class Searcher {
  constructor(_db: DatabaseSync, _sources: Sources) {}

  search(_search: Search): Found {
    throw new RangeError("to be written");
  }

  find(_slice: Slice): FoundRows {
    throw new RangeError("to be written");
  }

  candidates(_filter: JobFilter): Candidates {
    throw new RangeError("to be written");
  }
}
