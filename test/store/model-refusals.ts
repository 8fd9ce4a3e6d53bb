// Why the model says no: the other half of docs/lifecycle.md, written out once more for a reader.
import type { Happening, ModelJob } from "./model-job.ts";

const REPORTS = new Set<Happening["what"]>(["succeed", "fail", "extend", "release"]);

/** In the word of the refusal; undefined when the event may happen. */
export function refusalOf(job: ModelJob, event: Happening, keyIsTaken: boolean): string | undefined {
  const finished = isFinished(job);
  switch (event.what) {
    case "reserve":
      return job.state === "ready" ? undefined : "not_ready";
    case "cancel":
    case "condemn":
      return finished ? "already_finished" : undefined;
    case "retry":
      if (job.state !== "dead" && job.state !== "cancelled") return "not_dead_or_cancelled";
      return keyIsTaken ? "unique_key_taken" : undefined;
    case "delete":
      return job.state === "reserved" ? "refused:reserved" : undefined;
    case "run_now":
      return job.state === "scheduled" ? undefined : "not_scheduled";
    default:
      if (REPORTS.has(event.what) && job.reservationMs === 0) return "fire_and_forget";
      if (event.what === "fail") return refuseFailure(job, event);
      if (finished) return "already_finished";
      if (event.what === "succeed") return refuseSuccess(job, event);
      if (event.what === "deliver" && job.reservationMs > 0) return "not_due";
      return refuseStranger(job, event) ?? refuseStreamless(job, event);
  }
}

/** A failure of an attempt that has ended. */
export function isLate(job: ModelJob, { attempt }: Happening): boolean {
  const ended = attempt < job.attempt || job.state !== "reserved";
  return job.reservationMs > 0 && attempt >= 1 && attempt <= job.attempt && ended;
}

export function isFinished({ state }: ModelJob): boolean {
  return state === "succeeded" || state === "dead" || state === "cancelled";
}

function refuseFailure(job: ModelJob, event: Happening): string | undefined {
  const never = event.attempt < 1 || event.attempt > job.attempt;
  if (never) return "never_delivered";
  return isFinished(job) ? "already_finished" : refuseStranger(job, event);
}

// A success of any delivery counts; only the attempt that is running now must be its own worker's.
function refuseSuccess(job: ModelJob, { attempt, by }: Happening): string | undefined {
  if (job.attempt === 0 || attempt > job.attempt) return "never_delivered";
  const running = job.state === "reserved" && attempt === job.attempt;
  return running && by !== job.holder ? "not_holder" : undefined;
}

function refuseStranger(job: ModelJob, { attempt, by }: Happening): string | undefined {
  if (attempt < 1 || attempt > job.attempt) return "never_delivered";
  if (attempt < job.attempt || job.state !== "reserved") return "stale_attempt";
  return by === job.holder ? undefined : "not_holder";
}

function refuseStreamless(job: ModelJob, { what }: Happening): string | undefined {
  return what === "disconnect" && !job.stream && job.reservationMs > 0 ? "not_holder" : undefined;
}
