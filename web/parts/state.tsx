// A job's state: icon, word and colour together.
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { Icon } from "./icon.tsx";

/** The words of docs/lifecycle.md; retrying is scheduled after a failure. */
export type Standing = "scheduled" | "retrying" | "ready" | "reserved" | "succeeded" | "dead" | "cancelled";

const WORDS: Readonly<Record<JobState, Standing | undefined>> = {
  [JobState.UNSPECIFIED]: undefined,
  [JobState.SCHEDULED]: "scheduled",
  [JobState.READY]: "ready",
  [JobState.RESERVED]: "reserved",
  [JobState.SUCCEEDED]: "succeeded",
  [JobState.DEAD]: "dead",
  [JobState.CANCELLED]: "cancelled",
};

/** The word of a state by itself. */
export function wordOfState(state: JobState): Standing | undefined {
  return WORDS[state];
}

/** Where a job stands, retrying told apart. */
export function standingOf({ state, failures }: Pick<Job, "state" | "failures">): Standing | undefined {
  return state === JobState.SCHEDULED && failures > 0 ? "retrying" : WORDS[state];
}

export function StateBadge({ standing }: { readonly standing: Standing | undefined }) {
  if (!standing) return <span className="quiet">unknown</span>;

  return (
    <span className="state" data-state={standing}>
      <Icon name={standing} />
      {standing}
    </span>
  );
}
