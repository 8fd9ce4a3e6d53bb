// Jobs in a table: one line each, with what is worth knowing in its state.
import { type Job, toJob } from "../client/client.ts";
import type { WireJob } from "../client/wire-json.ts";
import { ageText, statePaints, tookText } from "./ages.ts";
import type { Column } from "./columns.ts";
import type { ListShape } from "./listing.ts";

/** The columns, ages counted from now. */
export function jobColumns(now: number): readonly Column<Job>[] {
  return [
    { head: "ID", cell: ({ id }) => id },
    { head: "NAME", cell: ({ name }) => name, shrinks: true },
    { head: "STATE", cell: standingWord, paint: (job) => statePaints[standingWord(job)] },
    { head: "FOR", cell: ({ since }) => ageText(since && now - since), align: "right" },
    { head: "TRY", cell: ({ attempt }) => String(attempt), align: "right" },
    { head: "", cell: (job) => situation(job, now), shrinks: true },
  ];
}

/** A list of jobs. */
export function jobList(now: number): ListShape<WireJob, Job> {
  return { field: "jobs", columns: jobColumns(now), row: toJob, whenEmpty: "No job matches." };
}

/** The state, or `retrying`: scheduled after a failure. */
export function standingWord({ state, failures }: Job): Job["state"] | "retrying" {
  return state === "scheduled" && failures > 0 ? "retrying" : state;
}

/** What went wrong last, in one line. */
export function errorLine({ lastError }: Job): string {
  return [lastError?.class, lastError?.message].filter(Boolean).join(": ");
}

function situation(job: Job, now: number): string {
  switch (job.state) {
    case "scheduled":
      return [`in ${ageText((job.dueAt ?? now) - now)}`, errorLine(job)].filter(Boolean).join("; ");
    case "reserved":
      return [`by ${job.workerId}`, progressText(job)].filter(Boolean).join(", ");
    case "succeeded":
      return job.startedAt && job.finishedAt ? `took ${tookText(job.finishedAt - job.startedAt)}` : "";
    case "dead":
      return [job.deathReason?.replaceAll("_", " "), errorLine(job)].filter(Boolean).join("; ");
    case "cancelled":
      return job.replacedBy ? `replaced by ${job.replacedBy}` : "";
    default:
      return "";
  }
}

/** `40 %, resizing`. Empty when the worker has said nothing. */
export function progressText({ progress }: Pick<Job, "progress">): string {
  if (progress === undefined) return "";
  return [`${Math.round(progress.fraction * 100)} %`, progress.text].filter(Boolean).join(", ");
}
