// The line of life: what has happened to a job and what is to come, in order, made of the job as the server shows it.
// Causes stand before their effects even where a clock was set back: then the gap is 0, and marked.
import {
  type Attempt,
  AttemptOutcome,
  type Job,
  type JobError,
  JobState,
  type Progress,
} from "../../src/gen/lakh/v1/job_pb.ts";
import { msOf, spanMsOf } from "../format/times.ts";
import { deathWords } from "./death-words.ts";

export type LifeKind =
  | "enqueued"
  | "ready"
  | "reserved"
  | "failed"
  | "expired"
  | "lost"
  | "released"
  | "late"
  | "forgotten"
  | "succeeded"
  | "dead"
  | "cancelled"
  | "due"
  | "start_by"
  | "reservation_ends"
  | "kept_until";

/** One thing that has happened, or that is to come. */
export interface LifeEntry {
  readonly kind: LifeKind;
  /** Epoch milliseconds; absent when nobody knows. */
  readonly at?: number;
  /** Since the entry before, of what has happened; until then, of what is to come. Never negative. */
  readonly gapMs?: number;
  /** By the clock it was before its cause: the clock was set back, or two clocks differ. */
  readonly isSkewed?: true;
  readonly isAhead?: true;
  /** A success of an attempt that had been counted as over. */
  readonly isLate?: true;
  readonly attempt?: number;
  readonly workerId?: string;
  /** How long the attempt took. */
  readonly tookMs?: number;
  readonly error?: JobError;
  readonly progress?: Progress;
  /** Why, in words: of a death. */
  readonly why?: string;
  /** Of a due time: how long the whole wait is. */
  readonly waitMs?: number;
  /** Attempts that are not kept any more, before the first that is. */
  readonly missing?: number;
}

type Happening = Omit<LifeEntry, "gapMs" | "isSkewed" | "isAhead">;

/** What has happened, the earliest first, then what is to come, the next first. `now` is epoch milliseconds. */
export function lifeLine(job: Job, now: number): readonly LifeEntry[] {
  return [...withGaps(pastOf(job)), ...withWaits(futureOf(job), now)];
}

const ENDINGS: Readonly<Record<AttemptOutcome, LifeKind>> = {
  [AttemptOutcome.UNSPECIFIED]: "released",
  [AttemptOutcome.FAILED]: "failed",
  [AttemptOutcome.EXPIRED]: "expired",
  [AttemptOutcome.LOST]: "lost",
  [AttemptOutcome.RELEASED]: "released",
  [AttemptOutcome.LATE_FAILURE]: "late",
};

/** In the order of cause and effect, late reports where the clock says that they came. */
function pastOf(job: Job): readonly Happening[] {
  const isLate = ({ outcome }: Attempt) => outcome === AttemptOutcome.LATE_FAILURE;
  const ended = job.attempts.filter((attempt) => !isLate(attempt));
  const main = [
    happening("enqueued", msOf(job.enqueuedAt)),
    ...forgotten(job),
    ...ended.flatMap(attemptEntries),
    ...presentOf(job),
  ];
  return job.attempts.filter(isLate).reduce(withLate, main);
}

function happening(kind: LifeKind, at: number | undefined, more: Partial<Happening> = {}): Happening {
  return { kind, ...(at !== undefined && { at }), ...more };
}

/** Of long lives the server keeps the last attempts only. */
const ATTEMPTS_KEPT = 50;

function forgotten({ attempts }: Job): readonly Happening[] {
  const first = attempts[0]?.attempt ?? 1;
  if (attempts.length < ATTEMPTS_KEPT || first === 1) return [];

  return [{ kind: "forgotten", missing: first - 1 }];
}

function attemptEntries({
  attempt,
  workerId,
  startedAt,
  endedAt,
  outcome,
  error,
  progress,
}: Attempt): readonly Happening[] {
  const [start, end] = [msOf(startedAt), msOf(endedAt)];
  const whose = { attempt, workerId };
  return [
    ...(start === undefined ? [] : [happening("reserved", start, whose)]),
    happening(ENDINGS[outcome] ?? "released", end, {
      ...whose,
      ...(start !== undefined && end !== undefined && { tookMs: Math.max(0, end - start) }),
      ...(error && { error }),
      ...(progress && { progress }),
    }),
  ];
}

/** How the job came to where it stands. */
function presentOf(job: Job): readonly Happening[] {
  const { state, since, enqueuedAt } = job;
  switch (state) {
    case JobState.READY:
      return msOf(since) === msOf(enqueuedAt) ? [] : [happening("ready", msOf(since))];
    case JobState.RESERVED:
      return [reservedNow(job)];
    case JobState.SUCCEEDED:
      return successOf(job);
    case JobState.DEAD:
      return [happening("dead", msOf(job.finishedAt), { why: deathWords(job.deathReason) })];
    case JobState.CANCELLED:
      return [happening("cancelled", msOf(job.finishedAt))];
    default:
      return [];
  }
}

function reservedNow({ startedAt, since, attempt, workerId, progress }: Job): Happening {
  return happening("reserved", msOf(startedAt ?? since), {
    attempt,
    workerId,
    ...(progress && { progress }),
  });
}

function successOf({ startedAt, finishedAt, attempt, workerId, reservationTime }: Job): readonly Happening[] {
  const [start, end] = [msOf(startedAt), msOf(finishedAt)];
  const whose = { ...(workerId !== "" && { workerId }) };
  if (start === undefined) {
    const isLate = spanMsOf(reservationTime) !== 0 && attempt > 0;
    return [happening("succeeded", end, { ...whose, ...(isLate && { isLate: true as const }) })];
  }

  const tookMs = Math.max(0, (end ?? start) - start);
  return [
    happening("reserved", start, { attempt, ...whose }),
    happening("succeeded", end, { attempt, ...whose, tookMs }),
  ];
}

/** Before whatever came later, but never before the end of its own attempt. */
function withLate(past: readonly Happening[], attempt: Attempt): readonly Happening[] {
  const [late] = attemptEntries(attempt).slice(-1);
  if (!late) return past;

  const own = past.findLastIndex((entry) => entry.attempt === attempt.attempt && entry.kind !== "late");
  const later = past.findIndex((entry, i) => i > own && i > 0 && (entry.at ?? 0) > (late.at ?? 0));
  return later < 0 ? [...past, late] : past.toSpliced(later, 0, late);
}

function withGaps(past: readonly Happening[]): readonly LifeEntry[] {
  let before: number | undefined;
  return past.map((entry) => {
    const { at } = entry;
    if (at === undefined) return entry;
    if (before === undefined) {
      before = at;
      return entry;
    }
    const gapMs = Math.max(0, at - before);
    const isSkewed = at < before;
    before = Math.max(at, before);
    return { ...entry, gapMs, ...(isSkewed && { isSkewed: true as const }) };
  });
}

function futureOf(job: Job): readonly Happening[] {
  const { dueAt, startBy, reservedUntil, keptUntil, attempt, reservationTime } = job;
  const waits = job.state === JobState.SCHEDULED || job.state === JobState.READY;
  const known = [
    happening("due", msOf(dueAt), waitOf(job)),
    happening("start_by", waits && attempt === 0 ? msOf(startBy) : undefined),
    happening("reservation_ends", spanMsOf(reservationTime) === 0 ? undefined : msOf(reservedUntil)),
    happening("kept_until", msOf(keptUntil)),
  ];
  return known.filter(({ at }) => at !== undefined).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
}

function waitOf({ dueAt, since }: Job): Partial<Happening> {
  const [due, begun] = [msOf(dueAt), msOf(since)];
  return due === undefined || begun === undefined ? {} : { waitMs: Math.max(0, due - begun) };
}

function withWaits(future: readonly Happening[], now: number): readonly LifeEntry[] {
  return future.map((entry) => ({
    ...entry,
    isAhead: true as const,
    ...(entry.at !== undefined && { gapMs: Math.max(0, entry.at - now) }),
  }));
}
