// What a store has to do, once more and as simply as can be: jobs in a Map, and docs/lifecycle.md written out for a
// reader. It imports no rule from src, so that a mistake there and a mistake here would have to be the same to be missed.

import type { Happening, ModelJob } from "./model-job.ts";
import { isFinished, isLate, refusalOf } from "./model-refusals.ts";

export interface ModelSettings {
  readonly retention: Readonly<Record<"succeeded" | "dead" | "cancelled", number>>;
  /** The number that every draw gives. */
  readonly chance: number;
}

/** What became of an enqueue. */
export interface Stored {
  readonly id: string;
  readonly duplicate: boolean;
  readonly replaced: { readonly id: string; readonly word: string } | undefined;
}

export class Model {
  readonly jobs = new Map<string, ModelJob>();
  readonly #settings: ModelSettings;
  #order = 0;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  /** Which job is stored of it, whether it is another than the one given, and which had to make way. */
  enqueue(job: Omit<ModelJob, "order">, { replace, now }: { replace: boolean; now: number }): Stored {
    if (this.jobs.has(job.id)) return { id: job.id, duplicate: true, replaced: undefined };
    const holder = this.#holder(job);
    if (holder && !(replace && (holder.state === "scheduled" || holder.state === "ready"))) {
      return { id: holder.id, duplicate: true, replaced: undefined };
    }

    const way = { what: "cancel", by: "", attempt: 0, replacedBy: job.id } as const;
    const replaced = holder && { id: holder.id, word: this.happen(holder.id, way, now) };
    this.jobs.set(job.id, { ...job, history: [...job.history], order: this.#order++ });
    return { id: job.id, duplicate: false, replaced };
  }

  /** Another unfinished job of its name that has its unique key. */
  #holder({ id, name, uniqueKey }: Pick<ModelJob, "id" | "name" | "uniqueKey">): ModelJob | undefined {
    if (uniqueKey === undefined) return undefined;
    return [...this.jobs.values()].find(
      (other) =>
        other.id !== id && other.name === name && other.uniqueKey === uniqueKey && !isFinished(other),
    );
  }

  /** Ready jobs in the order in which they are handed out. */
  ready(): ModelJob[] {
    const ready = [...this.jobs.values()].filter(({ state }) => state === "ready");
    return ready.sort((a, b) => b.priority - a.priority || a.order - b.order);
  }

  /** The instant at which the server must look again. */
  deadline(job: ModelJob): number | undefined {
    const startBy = job.attempt === 0 ? job.startBy : undefined;
    const { at } = job;
    switch (job.state) {
      case "scheduled":
        return earliest([at, startBy]);
      case "ready":
        return startBy;
      case "reserved":
        return earliest([job.until, job.goneUntil]);
      default:
        return at + this.#keptMs(job, job.state);
    }
  }

  #keptMs({ keepResultMs }: ModelJob, state: "succeeded" | "dead" | "cancelled"): number {
    return (state === "succeeded" ? keepResultMs : undefined) ?? this.#settings.retention[state];
  }

  nextDeadline(): number | undefined {
    return earliest([...this.jobs.values()].map((job) => this.deadline(job)));
  }

  /** "new state", "forgotten", or why not. */
  happen(id: string, event: Happening, now: number): string {
    const job = this.jobs.get(id);
    if (!job) return "not_found";

    const refusal = refusalOf(job, event, this.#holder(job) !== undefined);
    if (refusal) {
      if (event.what === "fail" && isLate(job, event)) this.#record(job, `${event.attempt} late_failure`);
      return refusal;
    }
    this.#apply(job, event, now);
    return this.jobs.has(id) ? job.state : "forgotten";
  }

  #apply(job: ModelJob, event: Happening, now: number): void {
    if (event.what === "deliver" || event.what === "disconnect") this.#leave(job, event, now);
    else if (event.what === "reattach" || event.what === "extend") this.#hold(job, event, now);
    else if (event.what === "reserve") this.#reserve(job, event, now);
    else if (event.what === "succeed") this.#succeed(job, event, now);
    else if (event.what === "fail") this.#report(job, event, now);
    else if (event.what === "lose") this.#lose(job, now);
    else if (event.what === "cancel") this.#finish(job, "cancelled", now, { replacedBy: event.replacedBy });
    else if (event.what === "condemn") this.#die(job, "damaged", now);
    else if (event.what === "delete") this.jobs.delete(job.id);
    else this.#return(job, event, now);
  }

  /** A delivery has left, or the stream it went down broke. For fire and forget both are the end. */
  #leave(job: ModelJob, { spanMs }: Happening, now: number): void {
    if (job.reservationMs === 0) this.#leaveForEver(job, now);
    else job.goneUntil = now + (spanMs ?? 0);
  }

  #leaveForEver(job: ModelJob, now: number): void {
    this.#finish(job, "succeeded", now, { holder: job.holder, startedAt: job.at });
  }

  #hold(job: ModelJob, { what, spanMs, mark }: Happening, now: number): void {
    job.stream = what === "reattach" || (job.stream === true && job.goneUntil === undefined);
    job.goneUntil = undefined;
    if (what === "reattach") return;

    job.until = now + (spanMs ?? job.reservationMs);
    job.progress = mark ?? job.progress;
  }

  #succeed(job: ModelJob, { by, mark, attempt }: Happening, now: number): void {
    const isCurrent = job.state === "reserved" && attempt === job.attempt;
    this.#finish(job, "succeeded", now, { holder: by, startedAt: isCurrent ? job.at : undefined });
    job.result = mark;
  }

  #report(job: ModelJob, { final, spanMs, mark }: Happening, now: number): void {
    this.#end(job, "failed");
    job.trouble = mark === undefined ? ": failed without an error" : `E: ${mark}`;
    if (!final) this.#fail(job, now, spanMs);
    else {
      job.failures++;
      this.#die(job, "final_failure", now);
    }
  }

  /** Ready again: released, undelivered, retried, or run before its time. A retry may be spread over a time. */
  #return(job: ModelJob, { what, spanMs }: Happening, now: number): void {
    if (what === "release") this.#end(job, "released");
    const spread = what === "retry" ? (spanMs ?? 0) : 0;
    if (what === "retry") {
      const anew = { failures: 0, losses: 0, startBy: undefined, progress: undefined, trouble: undefined };
      Object.assign(job, anew);
    }
    if (spread > 0) this.#wait(job, now, now + Math.floor(this.#settings.chance * spread));
    else this.#wait(job, now);
  }

  #reserve(job: ModelJob, { by, stream, spanMs }: Happening, now: number): void {
    const ownMs = job.reservationMs === 0 ? 30 * 60_000 : job.reservationMs;
    if (isTooLate(job, now)) this.#die(job, "not_started_in_time", now);
    else {
      job.attempt++;
      Object.assign(job, { ...NOWHERE, state: "reserved", at: now, holder: by, stream: stream ?? false });
      job.progress = undefined;
      job.until = now + Math.min(ownMs, spanMs ?? ownMs);
    }
  }

  /** The deadline has come. */
  wake(job: ModelJob, now: number): string {
    if (isFinished(job)) {
      this.jobs.delete(job.id);
      return "forgotten";
    }
    if (isTooLate(job, now)) this.#die(job, "not_started_in_time", now);
    else if (job.state === "scheduled") this.#wait(job, now);
    else if (job.goneUntil !== undefined) this.#lose(job, now);
    else if (job.reservationMs === 0) this.#leaveForEver(job, now);
    else {
      this.#end(job, "expired");
      job.trouble = ": reservation expired";
      this.#fail(job, now);
    }
    return this.jobs.has(job.id) ? job.state : "forgotten";
  }

  #fail(job: ModelJob, now: number, delayMs?: number): void {
    const n = job.failures;
    const formula = (n * n * n * n + 15 + Math.floor(30 * this.#settings.chance) * (n + 1)) * 1_000;
    job.failures++;
    if (job.failures > job.maxRetries) this.#die(job, "retries_used_up", now);
    else this.#wait(job, now, now + (delayMs ?? job.fixedDelayMs ?? formula));
  }

  #lose(job: ModelJob, now: number): void {
    if (job.reservationMs === 0) this.#leaveForEver(job, now);
    else {
      this.#end(job, "lost");
      job.losses++;
      if (job.losses === 5) this.#die(job, "workers_lost", now);
      else this.#wait(job, now, now + 1_000 * job.losses);
    }
  }

  /** Ready from now on, or scheduled for then. */
  #wait(job: ModelJob, now: number, dueAt?: number): void {
    if (dueAt === undefined) Object.assign(job, { ...NOWHERE, state: "ready", at: now });
    else Object.assign(job, { ...NOWHERE, state: "scheduled", at: dueAt, waitsSince: now });
  }

  #die(job: ModelJob, reason: string, now: number): void {
    job.trouble = UNREPORTED[reason] ?? job.trouble;
    this.#finish(job, "dead", now);
    job.reason = reason;
  }

  #finish(
    job: ModelJob,
    state: "succeeded" | "dead" | "cancelled",
    at: number,
    facts: Partial<ModelJob> = {},
  ): void {
    Object.assign(job, { ...NOWHERE, state, at, ...facts });
    if (this.#keptMs(job, state) === 0) this.jobs.delete(job.id);
  }

  /** The attempt is over, as far as its progress had come. */
  #end(job: ModelJob, how: string): void {
    this.#record(job, `${job.attempt} ${how}${job.progress === undefined ? "" : ` at ${job.progress}`}`);
  }

  #record(job: ModelJob, what: string): void {
    job.history = [...job.history, what].slice(-50);
  }
}

const UNREPORTED: Readonly<Record<string, string>> = {
  workers_lost: ": too many workers lost",
  not_started_in_time: ": not started in time",
  damaged: ": payload damaged",
};

/** Facts that end with the state they were true in. */
const NOWHERE = {
  waitsSince: undefined,
  startedAt: undefined,
  replacedBy: undefined,
  until: undefined,
  goneUntil: undefined,
  holder: undefined,
  stream: undefined,
  reason: undefined,
};

function isTooLate({ attempt, startBy }: ModelJob, now: number): boolean {
  return attempt === 0 && startBy !== undefined && startBy <= now;
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
