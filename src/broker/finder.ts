// Searches that hold up nobody: an engine looks at a slice of candidates at a time, and others get their turn in between.
import type { JobFilter } from "../job/filter.ts";
import type { Cursor, Found, SearchOrder } from "../store/search.ts";

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
  /** Ends with a full page, at the end, or after about `LIMITS.searchMsMax`; `after` says where to go on. */
  find(_query: Query): Promise<Answer> {
    throw new Error("to be written");
  }
}
