// Jobs as admission makes them, in a few words each.
import type { NewJob } from "../../src/job/admission.ts";
import type { Job, JobId, JobName, Payload, WorkerId } from "../../src/job/job.ts";
import type { MoveNamed } from "../../src/job/move.ts";

export const NOW = Date.UTC(2026, 0, 1);
export const SECOND = 1_000;
export const DAY = 86_400_000;
export const RETENTION = { succeeded: DAY, cancelled: DAY, dead: 180 * DAY };
export const WORKER = "w1" as WorkerId;

export type JobFacts = Partial<Omit<Job, "id" | "name">> & {
  readonly name?: string;
  readonly payload?: Payload;
  readonly payloadBytes?: number;
  readonly onConflict?: NewJob["onConflict"];
  /** Scheduled for then. */
  readonly dueAt?: number;
};

export function idOf(id: string): JobId {
  return id as JobId;
}

export function nameOf(name: string): JobName {
  return name as JobName;
}

export function newJob(id: string, facts: JobFacts = {}): NewJob {
  const {
    name = "mail",
    payload = json(`{"job":"${id}"}`),
    dueAt,
    payloadBytes,
    onConflict,
    ...rest
  } = facts;
  const since = rest.enqueuedAt ?? NOW;
  const job: Job = {
    id: idOf(id),
    name: nameOf(name),
    priority: 0,
    reservationMs: 60 * SECOND,
    retry: { maxRetries: 3, backoff: { by: "default" } },
    labels: {},
    enqueuedAt: NOW,
    state: dueAt === undefined ? { is: "ready", since } : { is: "scheduled", since, dueAt },
    attempt: 0,
    failures: 0,
    losses: 0,
    ...rest,
  };
  const sized = { job, payload, payloadBytes: payloadBytes ?? payload.bytes.length };
  return onConflict ? { ...sized, onConflict } : sized;
}

export function json(text: string): Payload {
  return { kind: "json", bytes: Buffer.from(text) };
}

/** Bytes without a pattern, the same for the same size, so that a cut, a shift or a mix-up shows. */
export function data(size: number): Payload {
  let state = size + 1;
  const bytes = Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
  return { kind: "data", bytes };
}

export function reserveBy(by: WorkerId = WORKER, stream = true): MoveNamed<"reserve"> {
  return { move: "reserve", by, stream };
}

/** Payloads and results as an engine may return them, in Buffers or Uint8Arrays, made comparable. */
export function hex({ kind, bytes }: Payload): string {
  return `${kind}:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
