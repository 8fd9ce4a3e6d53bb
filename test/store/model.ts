// What a store has to do, once more and as simply as can be: jobs in a Map, and docs/lifecycle.md written out for a
// reader. It imports no rule from src, so that a mistake there and a mistake here would have to be the same to be missed.

import type { Happening, ModelJob } from "./model-job.ts";

export interface ModelSettings {
  readonly retention: Readonly<Record<"succeeded" | "dead" | "cancelled", number>>;
  /** The number that every draw gives. */
  readonly chance: number;
}

export class Model {
  readonly jobs = new Map<string, ModelJob>();
  readonly #settings: ModelSettings;
  #order = 0;

  constructor(settings: ModelSettings) {
    this.#settings = settings;
  }

  /** Whether the job was new. */
  enqueue(job: Omit<ModelJob, "order">): boolean {
    if (this.jobs.has(job.id)) return false;

    this.jobs.set(job.id, { ...job, history: [...job.history], order: this.#order++ });
    return true;
  }

  /** Ready jobs in the order in which they are handed out. */
  ready(): ModelJob[] {
    const ready = [...this.jobs.values()].filter(({ state }) => state === "ready");
    return ready.sort((a, b) => b.priority - a.priority || a.order - b.order);
  }

  /** The instant at which the server must look again. */
  deadline(job: ModelJob): number | undefined {
    const startBy = job.attempt === 0 ? job.startBy : undefined;
    const at = job.at ?? 0;
    switch (job.state) {
      case "scheduled":
        return earliest([at, startBy]);
      case "ready":
        return startBy;
      case "reserved":
        return earliest([job.until, job.goneUntil]);
      default:
        return at + this.#settings.retention[job.state];
    }
  }

  nextDeadline(): number | undefined {
    return earliest([...this.jobs.values()].map((job) => this.deadline(job)));
  }

  /** "new state", "forgotten", or why not. */
  happen(id: string, event: Happening, now: number): string {
    const job = this.jobs.get(id);
    if (!job) return "not_found";

    const refusal = this.#refuse(job, event);
    if (refusal) {
      if (event.what === "fail" && this.#isLate(job, event))
        this.#record(job, `${event.attempt} late_failure`);
      return refusal;
    }
    this.#apply(job, event, now);
    return this.jobs.has(id) ? job.state : "forgotten";
  }

  #isLate(job: ModelJob, { attempt }: Happening): boolean {
    const ended = attempt < job.attempt || job.state !== "reserved";
    return job.reservationMs > 0 && attempt >= 1 && attempt <= job.attempt && ended;
  }

  #refuse(job: ModelJob, event: Happening): string | undefined {
    const finished = isFinished(job);
    const reports = ["succeed", "fail", "extend", "release"];
    switch (event.what) {
      case "reserve":
        return job.state === "ready" ? undefined : "not_ready";
      case "cancel":
      case "condemn":
        return finished ? "already_finished" : undefined;
      case "retry":
        return job.state === "dead" || job.state === "cancelled" ? undefined : "not_dead_or_cancelled";
      case "run_now":
        return job.state === "scheduled" ? undefined : "not_scheduled";
      default:
        if (reports.includes(event.what) && job.reservationMs === 0) return "fire_and_forget";
        if (event.what === "fail") return this.#refuseFailure(job, event);
        if (finished) return "already_finished";
        if (event.what === "succeed") return this.#refuseSuccess(job, event);
        if (event.what === "deliver" && job.reservationMs > 0) return "not_due";
        return this.#refuseStranger(job, event) ?? this.#refuseStreamless(job, event);
    }
  }

  #refuseFailure(job: ModelJob, event: Happening): string | undefined {
    const never = event.attempt < 1 || event.attempt > job.attempt;
    if (never) return "never_delivered";
    return isFinished(job) ? "already_finished" : this.#refuseStranger(job, event);
  }

  // A success of any delivery counts; only the attempt that is running now must be its own worker's.
  #refuseSuccess(job: ModelJob, { attempt, by }: Happening): string | undefined {
    if (job.attempt === 0 || attempt > job.attempt) return "never_delivered";
    const running = job.state === "reserved" && attempt === job.attempt;
    return running && by !== job.holder ? "not_holder" : undefined;
  }

  #refuseStranger(job: ModelJob, { attempt, by }: Happening): string | undefined {
    if (attempt < 1 || attempt > job.attempt) return "never_delivered";
    if (attempt < job.attempt || job.state !== "reserved") return "stale_attempt";
    return by === job.holder ? undefined : "not_holder";
  }

  #refuseStreamless(job: ModelJob, { what }: Happening): string | undefined {
    return what === "disconnect" && !job.stream && job.reservationMs > 0 ? "not_holder" : undefined;
  }

  #apply(job: ModelJob, event: Happening, now: number): void {
    if (event.what === "deliver" || event.what === "disconnect") this.#leave(job, event, now);
    else if (event.what === "reattach" || event.what === "extend") this.#hold(job, event, now);
    else if (event.what === "reserve") this.#reserve(job, event, now);
    else if (event.what === "succeed") this.#succeed(job, event, now);
    else if (event.what === "fail") this.#report(job, event, now);
    else if (event.what === "lose") this.#lose(job, now);
    else if (event.what === "cancel") this.#finish(job, "cancelled", now);
    else if (event.what === "condemn") this.#die(job, "damaged", now);
    else this.#return(job, event);
  }

  /** A delivery has left, or the stream it went down broke. For fire and forget both are the end. */
  #leave(job: ModelJob, { spanMs }: Happening, now: number): void {
    if (job.reservationMs === 0) this.#finish(job, "succeeded", now, job.holder);
    else job.goneUntil = now + (spanMs ?? 0);
  }

  #hold(job: ModelJob, { what, spanMs, mark }: Happening, now: number): void {
    job.stream = what === "reattach" || (job.stream === true && job.goneUntil === undefined);
    job.goneUntil = undefined;
    if (what === "reattach") return;

    job.until = now + (spanMs ?? job.reservationMs);
    job.progress = mark ?? job.progress;
  }

  #succeed(job: ModelJob, { by, mark }: Happening, now: number): void {
    this.#finish(job, "succeeded", now, by);
    job.result = mark;
  }

  #report(job: ModelJob, { final, spanMs }: Happening, now: number): void {
    this.#record(job, `${job.attempt} failed`);
    if (!final) this.#fail(job, now, spanMs);
    else {
      job.failures++;
      this.#die(job, "final_failure", now);
    }
  }

  /** Ready again: released, undelivered, retried, or run before its time. */
  #return(job: ModelJob, { what }: Happening): void {
    if (what === "release") this.#record(job, `${job.attempt} released`);
    if (what === "retry") Object.assign(job, { failures: 0, losses: 0, startBy: undefined });
    this.#wait(job, "ready");
  }

  #reserve(job: ModelJob, { by, stream, spanMs }: Happening, now: number): void {
    const ownMs = job.reservationMs === 0 ? 30 * 60_000 : job.reservationMs;
    if (isTooLate(job, now)) this.#die(job, "not_started_in_time", now);
    else {
      job.attempt++;
      Object.assign(job, { state: "reserved", at: now, holder: by, stream: stream ?? false });
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
    else if (job.state === "scheduled") this.#wait(job, "ready");
    else if (job.goneUntil !== undefined) this.#lose(job, now);
    else if (job.reservationMs === 0) this.#finish(job, "succeeded", now, job.holder);
    else {
      this.#record(job, `${job.attempt} expired`);
      this.#fail(job, now);
    }
    return this.jobs.has(job.id) ? job.state : "forgotten";
  }

  #fail(job: ModelJob, now: number, delayMs?: number): void {
    const n = job.failures;
    const formula = (n * n * n * n + 15 + Math.floor(30 * this.#settings.chance) * (n + 1)) * 1_000;
    job.failures++;
    if (job.failures > job.maxRetries) this.#die(job, "retries_used_up", now);
    else this.#wait(job, "scheduled", now + (delayMs ?? job.fixedDelayMs ?? formula));
  }

  #lose(job: ModelJob, now: number): void {
    if (job.reservationMs === 0) this.#finish(job, "succeeded", now, job.holder);
    else {
      this.#record(job, `${job.attempt} lost`);
      job.losses++;
      if (job.losses === 5) this.#die(job, "workers_lost", now);
      else this.#wait(job, "scheduled", now + 1_000 * job.losses);
    }
  }

  #wait(job: ModelJob, state: "scheduled" | "ready", at?: number): void {
    Object.assign(job, { ...NOWHERE, state, at });
  }

  #die(job: ModelJob, reason: string, now: number): void {
    this.#finish(job, "dead", now);
    job.reason = reason;
  }

  #finish(job: ModelJob, state: "succeeded" | "dead" | "cancelled", at: number, holder?: string): void {
    Object.assign(job, { ...NOWHERE, state, at, holder });
    if (this.#settings.retention[state] === 0) this.jobs.delete(job.id);
  }

  #record(job: ModelJob, what: string): void {
    job.history = [...job.history, what].slice(-50);
  }
}

/** Facts that end with the state they were true in. */
const NOWHERE = {
  until: undefined,
  goneUntil: undefined,
  holder: undefined,
  stream: undefined,
  reason: undefined,
};

function isFinished({ state }: ModelJob): boolean {
  return state === "succeeded" || state === "dead" || state === "cancelled";
}

function isTooLate({ attempt, startBy }: ModelJob, now: number): boolean {
  return attempt === 0 && startBy !== undefined && startBy <= now;
}

function earliest(instants: readonly (number | undefined)[]): number | undefined {
  const known = instants.filter((at) => at !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
