// Rules by which a job says of itself what is not so. See facts.ts.
import { type Mutant, miscarried, without } from "./mistakes.ts";

const LAST_ERROR = "the last error is that of the last failure, expiry or death, until a retry";
const PROGRESS = "progress is that of the current attempt, and goes into its record";
const GROUPS = "dead jobs, and those that wait after a failure, are in a group, and no others";
const SINCE = "a job knows since when it is in its state";
const STARTED = "a success knows when its attempt began, or says nothing";

export const FACT_MUTANTS: readonly Mutant[] = [
  {
    mistake: "an extension begins the attempt anew",
    breaks: SINCE,
    rules: miscarried((_, move, { job: { state } }) =>
      move.move === "extend" && state.is === "reserved"
        ? { state: { ...state, since: state.until } }
        : undefined,
    ),
  },
  {
    mistake: "a released job has been ready since it was reserved",
    breaks: SINCE,
    rules: miscarried(({ state }, move) =>
      move.move === "release" && state.is === "reserved"
        ? { state: { is: "ready", since: state.since } }
        : undefined,
    ),
  },
  {
    mistake: "an older attempt's success is told the beginning of the current one",
    breaks: STARTED,
    rules: miscarried(({ state: was }, move, { job: { state } }) =>
      move.move === "succeed" && was.is === "reserved" && state.is === "succeeded"
        ? { state: { ...state, startedAt: was.since } }
        : undefined,
    ),
  },
  {
    mistake: "a delivery of fire and forget does not say when it began",
    breaks: STARTED,
    rules: miscarried((_, move, { job: { state } }) => {
      if (move.move !== "deliver" || state.is !== "succeeded") return undefined;
      const { startedAt: _began, ...rest } = state;
      return { state: rest };
    }),
  },
  {
    mistake: "the progress of the attempt before stays",
    breaks: PROGRESS,
    rules: miscarried(({ progress }, move) =>
      move.move === "reserve" && progress ? { progress } : undefined,
    ),
  },
  {
    mistake: "progress ends with the stream",
    breaks: PROGRESS,
    rules: without("progress", ({ move }) => move === "disconnect"),
  },
  {
    mistake: "a retry keeps the error",
    breaks: LAST_ERROR,
    rules: miscarried(({ lastError }, move) =>
      move.move === "retry" && lastError ? { lastError } : undefined,
    ),
  },
  {
    mistake: "an expired reservation leaves the error before it",
    breaks: LAST_ERROR,
    rules: miscarried(({ lastError, failures }, move, { job }) =>
      move.move === "wake" && job.failures > failures && lastError ? { lastError } : undefined,
    ),
  },
  {
    mistake: "a success clears the error",
    breaks: LAST_ERROR,
    rules: without("lastError", ({ move }) => move === "succeed"),
  },
  {
    mistake: "a damaged job is in no group",
    breaks: GROUPS,
    rules: without("lastError", ({ move }) => move === "condemn"),
  },
  {
    mistake: "a failure without a word is in no group",
    breaks: GROUPS,
    rules: without("lastError", (move) => move.move === "fail" && !move.error),
  },
];
