// What operators do to many jobs at once: which move each kind of it is, and from which states that move leads anywhere.
import type { JobFilter } from "./filter.ts";
import type { JobState } from "./job.ts";
import type { MoveNamed } from "./move.ts";

/** What is done to each job. */
export type BulkMove = MoveNamed<"retry"> | MoveNamed<"run_now"> | MoveNamed<"cancel"> | MoveNamed<"delete">;

/** The states from which the move is allowed. Jobs in others are no candidates. */
const FROM: Readonly<Record<BulkMove["move"], readonly JobState["is"][]>> = {
  retry: ["dead", "cancelled"],
  run_now: ["scheduled"],
  cancel: ["scheduled", "ready", "reserved"],
  delete: ["scheduled", "ready", "succeeded", "dead", "cancelled"],
};

/** Of the jobs that match, those that the move can change; undefined when there can be none. */
export function candidatesFor({ move }: BulkMove, filter: JobFilter): JobFilter | undefined {
  const states = FROM[move].filter(
    (state) => (filter.states?.includes(state) ?? true) && (!filter.retrying || state === "scheduled"),
  );
  return states.length === 0 ? undefined : { ...filter, states };
}
