// The moves that the rules do not allow. A refusal is a value: nothing failed, the answer is no.

/** Why a move was refused. */
export type Refusal =
  | "not_found"
  | "already_finished"
  | "stale_attempt"
  | "never_delivered"
  | "not_holder"
  | "fire_and_forget"
  | "not_ready"
  | "not_scheduled"
  | "not_dead_or_cancelled"
  | "not_due"
  | "reserved"
  | "unique_key_taken";

/** The same in one sentence for people. */
export const REFUSAL_TEXTS: Readonly<Record<Refusal, string>> = {
  not_found: "There is no job with this id, or none any more.",
  already_finished: "The job is finished already.",
  stale_attempt: "This attempt has ended already.",
  never_delivered: "This attempt was never delivered.",
  not_holder: "The job is held by another worker.",
  fire_and_forget: "The job is fire and forget: it succeeded on delivery.",
  not_ready: "The job is not ready.",
  not_scheduled: "The job is not scheduled.",
  not_dead_or_cancelled: "Only a dead or cancelled job can be retried.",
  not_due: "The job's deadline has not come.",
  reserved: "A worker holds the job: cancel it first.",
  unique_key_taken: "Another unfinished job of this name has the same unique key.",
};
