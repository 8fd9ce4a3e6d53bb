// `--filter`: the language of src/client/filter.ts, and what a person is told who gets it wrong.
import { FilterError, parseFilter, printFilter } from "../client/filter.ts";
import type { JobFilter } from "../client/wire-json.ts";
import { Complaint } from "../server/complaint.ts";

/** Reads it. @throws {Complaint} which names the place in it */
export function readFilter(text: string, now: number): JobFilter {
  try {
    return parseFilter(text, { now });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new Complaint(`--filter, character ${error.at + 1}: ${error.why}`, error.whatToDo);
  }
}

/** Whether every job matches. */
export function isEverything(filter: JobFilter): boolean {
  return printFilter(filter) === "";
}
