// What passes, counted as it passes: rates for each name and in all, how long jobs waited and how long they ran. A few
// array increments for each job, nothing allocated, and only in memory: it begins anew with the server.
import { isFireAndForget, type Job, type JobName } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import type { Enqueued, Outcome } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Histogram } from "./histogram.ts";
import { HAPPENINGS, type Happening, type Percentiles, type Rates } from "./overview.ts";

const SLOT_MS = 5_000;
/** A minute, the slot that is under way being the last of it. */
const SLOTS = 12;
/** Percentiles have slots of half a minute, ten of them. */
const SLOTS_IN_ONE = 6;
const LONG_SLOTS = 10;
/** Names that are counted apart; what others do is in the sums only. */
export const COUNTED_NAMES_MAX = 10_000;

const KINDS = HAPPENINGS.length;
const [ENQUEUED, DELIVERED, SUCCEEDED, FAILED, LOST, DEAD, CANCELLED] = HAPPENINGS.keys();

/** One name's counts, for each slot in a ring. */
class Tracks {
  readonly counts = new Uint32Array(SLOTS * KINDS);
  /** The newest slot in the ring. */
  newest: number;
  /** The slot in which something was counted last. */
  countedIn: number;

  constructor(slot: number) {
    this.newest = slot;
    this.countedIn = slot;
  }

  add(kind: number | undefined, slot: number): void {
    this.advance(slot);
    this.countedIn = slot;
    const at = (slot % SLOTS) * KINDS + (kind ?? 0);
    this.counts[at] = (this.counts[at] ?? 0) + 1;
  }

  advance(slot: number): void {
    if (slot === this.newest) return;

    for (let passed = Math.max(this.newest + 1, slot - SLOTS + 1); passed <= slot; passed++) {
      const start = (passed % SLOTS) * KINDS;
      this.counts.fill(0, start, start + KINDS);
    }
    this.newest = slot;
  }
}

/** Who else is told of what passes. Its `kind` is a place in `HAPPENINGS`. */
export interface Recording {
  count(name: JobName, kind: number): void;
  waited(name: JobName, spanMs: number): void;
  ran(name: JobName, spanMs: number): void;
}

export class Statistics {
  #recording: Recording | undefined;
  readonly #clock: Clock;
  readonly #names = new Map<JobName, Tracks>();
  #sum: Tracks;
  readonly #wait = new Histogram(LONG_SLOTS);
  readonly #run = new Histogram(LONG_SLOTS);
  #startedAt: number;
  /** The slot that is under way, numbered since the epoch. */
  #slot: number;
  /** The name that was counted last: jobs of one name come together. */
  #last: { readonly name: JobName; readonly tracks: Tracks | undefined } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#slot = Math.floor(this.#startedAt / SLOT_MS);
    this.#sum = new Tracks(this.#slot);
  }

  /** From now on this one is told, and nobody else. */
  tell(recording: Recording | undefined): void {
    this.#recording = recording;
  }

  enqueued(enqueued: readonly Enqueued[]): void {
    this.#tick();
    for (const { job, duplicate } of enqueued) if (!duplicate) this.#count(job.name, ENQUEUED);
  }

  observe(outcomes: readonly Outcome[]): void {
    this.#tick();
    for (const outcome of outcomes) this.#observe(outcome);
  }

  rates(name: JobName): Rates {
    this.#tick();
    return this.#perSecond(this.#names.get(name));
  }

  ratesInAll(): Rates {
    this.#tick();
    return this.#perSecond(this.#sum);
  }

  /** From ready to reserved. */
  wait(): Percentiles {
    this.#tick();
    return this.#wait.percentiles(this.#longSlot);
  }

  /** From reserved to the success or failure of that attempt. Fire-and-forget jobs have none. */
  run(): Percentiles {
    this.#tick();
    return this.#run.percentiles(this.#longSlot);
  }

  /** Those of which something was counted in the last minute. */
  names(): Iterable<JobName> {
    this.#tick();
    return this.#names.keys();
  }

  #observe({ was, decision }: Outcome): void {
    if (!was || isRefused(decision)) return;
    const { job, record } = decision;
    const { name, state } = job;
    if (state.is === "reserved" && was.state.is === "ready") {
      this.#count(name, DELIVERED);
      this.#wait.record(state.since - was.state.since, this.#longSlot);
      this.#recording?.waited(name, state.since - was.state.since);
    }
    if (record?.outcome === "lost") this.#count(name, LOST);
    if (record?.outcome === "failed" || record?.outcome === "expired") {
      this.#count(name, FAILED);
      this.#ran(job, record.startedAt, record.endedAt);
    }
    if (state.is === was.state.is) return;
    if (state.is === "dead") this.#count(name, DEAD);
    else if (state.is === "cancelled") this.#count(name, CANCELLED);
    else if (state.is === "succeeded") {
      this.#count(name, SUCCEEDED);
      this.#ran(job, state.startedAt, state.finishedAt);
    }
  }

  #ran(job: Job, startedAt: number | undefined, endedAt: number): void {
    if (startedAt === undefined || isFireAndForget(job)) return;

    this.#run.record(endedAt - startedAt, this.#longSlot);
    this.#recording?.ran(job.name, endedAt - startedAt);
  }

  #count(name: JobName, kind: number | undefined): void {
    this.#recording?.count(name, kind ?? 0);
    this.#sum.add(kind, this.#slot);
    if (this.#last?.name !== name) this.#last = { name, tracks: this.#tracksOf(name) };
    this.#last.tracks?.add(kind, this.#slot);
  }

  #tracksOf(name: JobName): Tracks | undefined {
    const known = this.#names.get(name);
    if (known || this.#names.size >= COUNTED_NAMES_MAX) return known;

    const tracks = new Tracks(this.#slot);
    this.#names.set(name, tracks);
    return tracks;
  }

  get #longSlot(): number {
    return Math.floor(this.#slot / SLOTS_IN_ONE);
  }

  // A wall clock that is set back a little stays in its slot; one that is set back by more begins anew.
  #tick(): void {
    const slot = Math.floor(this.#clock.now() / SLOT_MS);
    if (slot === this.#slot || (slot < this.#slot && slot > this.#slot - SLOTS)) return;

    if (slot < this.#slot) this.#beginAnew(slot);
    this.#slot = slot;
    this.#last = undefined;
    for (const [name, { countedIn }] of this.#names) if (countedIn <= slot - SLOTS) this.#names.delete(name);
  }

  #beginAnew(slot: number): void {
    this.#names.clear();
    this.#sum = new Tracks(slot);
    this.#wait.clear();
    this.#run.clear();
    this.#startedAt = this.#clock.now();
  }

  #perSecond(tracks: Tracks | undefined): Rates {
    tracks?.advance(this.#slot);
    const rates = {} as Record<Happening, number>;
    for (const [kind, happening] of HAPPENINGS.entries()) {
      let sum = 0;
      for (let slot = 0; slot < SLOTS; slot++) sum += tracks?.counts[slot * KINDS + kind] ?? 0;
      rates[happening] = sum / this.#countedS();
    }
    return rates;
  }

  /** How many seconds the slots cover, at least one. */
  #countedS(): number {
    const now = this.#clock.now();
    const inSlotMs = Math.min(Math.max(now - this.#slot * SLOT_MS, 0), SLOT_MS);
    const coveredMs = (SLOTS - 1) * SLOT_MS + inSlotMs;
    return Math.max(1_000, Math.min(coveredMs, now - this.#startedAt)) / 1_000;
  }
}
