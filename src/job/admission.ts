// What may become a job. Adapters translate what a client said into a draft; here it is checked against every bound,
// the server's defaults are filled in, and the result is a job in its first state.
import type { Backoff, Job, JobId, JobName, Payload, WorkerId } from "./job.ts";
import { LIMITS } from "./limits.ts";

/** What a producer said. Spans are milliseconds, instants epoch milliseconds; nothing is checked yet. */
export interface Draft {
  /** Absent: one is made. */
  readonly id?: string;
  readonly name: string;
  readonly payload: Payload;
  /** The payload's size on the wire, when that is larger than its bytes. */
  readonly payloadBytes?: number;
  readonly delayMs?: number;
  readonly runAt?: number;
  readonly reservationMs?: number;
  readonly maxRetries?: number;
  readonly backoff?: Backoff;
  readonly priority?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly startBy?: number;
  readonly traceparent?: string;
  readonly uniqueKey?: string;
  readonly onConflict?: NewJob["onConflict"];
  readonly keepResultMs?: number;
}

/** A job and its payload. */
export interface NewJob {
  readonly job: Job;
  readonly payload: Payload;
  /** The payload's largest size on the wire; what its bound is about. */
  readonly payloadBytes: number;
  /** With a unique key that an unfinished job has: that one is kept, or it makes way if it waits. Absent: keep. */
  readonly onConflict?: "keep" | "replace";
}

/** Which field broke which bound. `too_large` is about size, `invalid` about everything else. */
export interface Violation {
  readonly violates: string;
  readonly bound: string;
  readonly kind: "invalid" | "too_large";
}

/** What the server fills in where a producer said nothing. */
export interface Defaults {
  readonly reservationMs: number;
  readonly maxRetries: number;
}

export function isViolation(value: object): value is Violation {
  return "violates" in value;
}

/** The job that the draft describes, or the first bound that it breaks. */
export function admit(
  draft: Draft,
  defaults: Defaults,
  { now, newId }: { readonly now: number; readonly newId: () => JobId },
): NewJob | Violation {
  const violation = checkDraft(draft);
  if (violation) return violation;

  const dueAt = draft.runAt ?? now + (draft.delayMs ?? 0);
  const job: Job = {
    id: (draft.id as JobId | undefined) ?? newId(),
    name: draft.name as JobName,
    priority: draft.priority ?? 0,
    reservationMs: draft.reservationMs ?? defaults.reservationMs,
    retry: {
      maxRetries: draft.maxRetries ?? defaults.maxRetries,
      backoff: draft.backoff ?? DEFAULT_BACKOFF,
    },
    labels: draft.labels ?? NO_LABELS,
    enqueuedAt: now,
    state: dueAt > now ? { is: "scheduled", since: now, dueAt } : { is: "ready", since: now },
    attempt: 0,
    failures: 0,
    losses: 0,
  };
  const { payload, onConflict } = draft;
  const admitted = {
    job: hasRare(draft) ? { ...job, ...rareOf(draft) } : job,
    payload,
    payloadBytes: payloadSize(draft),
  };
  return onConflict ? { ...admitted, onConflict } : admitted;
}

/** Few jobs say any of these, and spreading nothing costs all the others as much as the rest of them together. */
function hasRare({ startBy, traceparent, uniqueKey, keepResultMs }: Draft): boolean {
  return startBy !== undefined || !!traceparent || uniqueKey !== undefined || keepResultMs !== undefined;
}

function rareOf({ startBy, traceparent, uniqueKey, keepResultMs }: Draft) {
  return {
    ...(startBy !== undefined && { startBy }),
    ...(traceparent && { traceparent }),
    ...(uniqueKey !== undefined && { uniqueKey }),
    ...(keepResultMs !== undefined && { keepResultMs }),
  };
}

const DEFAULT_BACKOFF: Backoff = { by: "default" };
const NO_LABELS: Readonly<Record<string, string>> = {};

function checkDraft(draft: Draft): Violation | undefined {
  return (
    (draft.id === undefined ? undefined : checkId("id", draft.id)) ??
    checkName("name", draft.name) ??
    checkPayload(draft) ??
    checkTimes(draft) ??
    checkRetry(draft) ??
    checkWhole("priority", draft.priority, [LIMITS.priorityMin, LIMITS.priorityMax]) ??
    (draft.labels && checkLabels("labels", draft.labels)) ??
    checkTraceparent(draft.traceparent) ??
    checkUnique(draft) ??
    checkDelay("keep_result", draft.keepResultMs)
  );
}

const ID = /^[!-~]{1,128}$/;
const NAME = /^[A-Za-z0-9._:-]{1,128}$/;
const UNIQUE_KEY = /^[^\p{Cc}\p{Cs}]{1,256}$/u;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** An id of a job or a worker. */
export function checkId(field: string, id: string): Violation | undefined {
  return ID.test(id)
    ? undefined
    : invalid(field, "must be 1 to 128 printable ASCII characters without spaces");
}

export function checkUniqueKey(field: string, key: string): Violation | undefined {
  return UNIQUE_KEY.test(key)
    ? undefined
    : invalid(
        field,
        `must be 1 to ${LIMITS.uniqueKeyLengthMax} characters, none of them a control character`,
      );
}

/** A key that was left out by mistake would make every job a new one, and nobody would notice. */
function checkUnique({ uniqueKey, onConflict }: Draft): Violation | undefined {
  if (uniqueKey !== undefined) return checkUniqueKey("unique_key", uniqueKey);

  return onConflict === "replace"
    ? invalid("on_conflict", "must come with a unique_key to replace")
    : undefined;
}

export function isWorkerId(id: string): id is WorkerId {
  return ID.test(id);
}

export function checkName(field: string, name: string): Violation | undefined {
  return NAME.test(name) ? undefined : invalid(field, "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -");
}

export function checkLabels(field: string, labels: Readonly<Record<string, string>>): Violation | undefined {
  const keys = Object.keys(labels);
  if (keys.length > LIMITS.labelsMax) return invalid(field, `must be at most ${LIMITS.labelsMax}`);
  for (const key of keys) {
    if (key === "__proto__") return invalid(field, 'must not have the key "__proto__"');
    if (!fits(key) || key === "")
      return invalid(field, `must have keys of 1 to ${LIMITS.labelLengthMax} characters`);
    if (!fits(labels[key] ?? "")) {
      return invalid(
        `${field}[${JSON.stringify(key)}]`,
        `must be at most ${LIMITS.labelLengthMax} characters`,
      );
    }
  }
  return undefined;
}

function fits(text: string): boolean {
  return text.length <= LIMITS.labelLengthMax;
}

/** `[least, most]`; absent is fine. */
export function checkRange(
  field: string,
  value: number | undefined,
  [least, most]: readonly [number, number],
): Violation | undefined {
  if (value === undefined || (value >= least && value <= most)) return undefined;

  return invalid(field, `must be ${least} to ${most}`);
}

/** The same, and a whole number. */
export function checkWhole(
  field: string,
  value: number | undefined,
  range: readonly [number, number],
): Violation | undefined {
  if (value === undefined || Number.isInteger(value)) return checkRange(field, value, range);

  return invalid(field, "must be a whole number");
}

/** A reservation: zero when that may mean fire and forget, else 1 s to 24 h. */
export function checkReservation(
  field: string,
  reservationMs: number | undefined,
  zeroMeans: "fire_and_forget" | "nothing" = "nothing",
): Violation | undefined {
  const forgets = zeroMeans === "fire_and_forget";
  if (reservationMs === undefined || (forgets && reservationMs === 0)) return undefined;
  if (isWholeWithin(reservationMs, LIMITS.reservationMsMin, LIMITS.reservationMsMax)) return undefined;

  return invalid(field, `must be ${forgets ? "0 (fire and forget), or " : ""}1 s to 24 h`);
}

/** Whole milliseconds: adapters round, and the store keeps integers. */
function isWholeWithin(ms: number, least: number, most: number): boolean {
  return Number.isInteger(ms) && ms >= least && ms <= most;
}

/** A delay of 0 to 100 years. */
export function checkDelay(field: string, delayMs: number | undefined): Violation | undefined {
  if (delayMs === undefined || isWholeWithin(delayMs, 0, LIMITS.delayMsMax)) return undefined;

  return invalid(field, "must be 0 to 100 years (3153600000 s)");
}

export function checkInstant(field: string, at: number | undefined): Violation | undefined {
  if (at === undefined || isWholeWithin(at, LIMITS.instantMin, LIMITS.instantMax)) return undefined;

  return invalid(field, "must be from 1970-01-01T00:00:00Z to the end of the year 9999");
}

function payloadSize({ payload, payloadBytes }: Draft): number {
  return Math.max(payload.bytes.length, payloadBytes ?? 0);
}

function checkPayload(draft: Draft): Violation | undefined {
  const size = payloadSize(draft);
  if (size <= LIMITS.payloadBytesMax) return undefined;

  const bound = `must be at most 1 MiB (${LIMITS.payloadBytesMax} bytes), is ${size}`;
  return { violates: draft.payload.kind, bound, kind: "too_large" };
}

function checkTimes(draft: Draft): Violation | undefined {
  return (
    checkDelay("delay", draft.delayMs) ??
    checkInstant("run_at", draft.runAt) ??
    checkInstant("start_by", draft.startBy) ??
    checkReservation("reservation_time", draft.reservationMs, "fire_and_forget")
  );
}

function checkRetry({ maxRetries, backoff }: Draft): Violation | undefined {
  return (
    checkWhole("retry.max_retries", maxRetries, [0, LIMITS.retriesMax]) ?? (backoff && checkBackoff(backoff))
  );
}

function checkBackoff(backoff: Backoff): Violation | undefined {
  switch (backoff.by) {
    case "default":
      return undefined;
    case "fixed":
      return checkDelay("retry.fixed.delay", backoff.delayMs);
    case "exponential":
      return (
        checkDelay("retry.exponential.initial", backoff.initialMs) ??
        checkDelay("retry.exponential.max", backoff.maxMs) ??
        checkRange("retry.exponential.factor", backoff.factor, [1, LIMITS.backoffFactorMax]) ??
        checkRange("retry.exponential.jitter", backoff.jitter, [0, 1])
      );
    case "delays":
      return checkDelays(backoff.delaysMs);
  }
}

function checkDelays(delaysMs: readonly number[]): Violation | undefined {
  const field = "retry.delays.delays";
  if (delaysMs.length < 1 || delaysMs.length > LIMITS.backoffDelaysMax) {
    return invalid(field, `must be 1 to ${LIMITS.backoffDelaysMax} delays`);
  }
  const broken = delaysMs.findIndex((delayMs) => checkDelay(field, delayMs) !== undefined);
  return broken < 0 ? undefined : checkDelay(`${field}[${broken}]`, delaysMs[broken]);
}

function checkTraceparent(traceparent: string | undefined): Violation | undefined {
  if (!traceparent || TRACEPARENT.test(traceparent)) return undefined;

  return invalid("traceparent", "must be a W3C traceparent, like 00-<32 hex>-<16 hex>-01");
}

function invalid(violates: string, bound: string): Violation {
  return { violates, bound, kind: "invalid" };
}
