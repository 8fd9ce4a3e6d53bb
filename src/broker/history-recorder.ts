// Counts what passes, for the charts: into the steps under way of everybody and of the busiest names. All in memory, a few
// increments for each job; when a step ends it becomes a cell that waits to be written.
import type { JobName } from "../job/job.ts";
import { type Cell, EVERYBODY, type HistoryPage, type KeptHistory, type Ring } from "../store/history.ts";
import {
  CANDIDATES_MAX,
  changes,
  OWNERS_MAX,
  remembered,
  type Weighed,
  weightAfter,
} from "./history-names.ts";
import { PendingCells } from "./history-pending.ts";
import { type Depths, NAME_RINGS, RINGS, stepOf } from "./history-rings.ts";
import { type Teller, Track } from "./history-track.ts";

export const MINUTE: Ring = NAME_RINGS[0] as Ring;
/** A clock that is set back by no more than this is waited for: the step under way goes on. */
export const SET_BACK_MS = 60_000;

/** What there is at the end of a step. */
export interface Levels {
  readonly inAll: Depths;
  readonly of: (name: JobName) => Depths;
  /** Names that there are. */
  readonly names: Iterable<JobName>;
}

interface OwnerTrack {
  readonly name: JobName;
  readonly track: Track;
  weight: number;
  /** What was counted until the last minute. */
  weighed: number;
  /** What the store knows of it is not this. */
  isChanged: boolean;
}

class Candidate implements Teller, Weighed {
  readonly name: JobName;
  weight: number;
  counted = 0;

  constructor(name: JobName, weight: number) {
    this.name = name;
    this.weight = weight;
  }

  count(): void {
    this.counted++;
  }

  waited(): void {}

  ran(): void {}
}

export class Recorder {
  readonly pending = new PendingCells();
  readonly #everybody: Track;
  readonly #owners = new Map<JobName, OwnerTrack>();
  /** The highest number that a name was given. */
  #highest = EVERYBODY;
  readonly #candidates = new Map<JobName, Candidate>();
  /** For names that are one too many. */
  readonly #nobody = new Candidate("" as JobName, 0);
  /** Jobs of one name come together. */
  #last: { readonly name: JobName; readonly teller: Teller } | undefined;
  /** When the finest step under way begins. */
  #at: number;
  /** Steps before this have passed once already, before the clock was set back. */
  seenUntil = 0;

  constructor(now: number) {
    this.#everybody = new Track(EVERYBODY, RINGS, now);
    this.#at = this.openAt(RINGS[0] as Ring);
  }

  count(name: JobName, kind: number): void {
    this.#everybody.count(kind);
    this.#of(name).count(kind);
  }

  waited(name: JobName, spanMs: number): void {
    this.#everybody.waited(spanMs);
    this.#of(name).waited(spanMs);
  }

  ran(name: JobName, spanMs: number): void {
    this.#everybody.ran(spanMs);
    this.#of(name).ran(spanMs);
  }

  /** The track of everybody, or of one of the busiest names. */
  track(name: JobName | undefined): Track | undefined {
    return name === undefined ? this.#everybody : this.#owners.get(name)?.track;
  }

  /** When the step of this ring begins that is under way. */
  openAt(ring: Ring): number {
    return this.#everybody.openAt(ring);
  }

  isMinuteOver(now: number): boolean {
    return stepOf(MINUTE, this.#patient(now)) !== this.openAt(MINUTE);
  }

  /** Closes the steps of everybody that are over by now. */
  pass(now: number, inAll: Depths): void {
    const at = this.#patient(now);
    if (at < this.#at) this.seenUntil = Math.max(this.seenUntil, this.#at + 1);
    for (const cell of this.#everybody.close(at, inAll)) this.pending.add(cell);
    this.#at = this.openAt(RINGS[0] as Ring);
  }

  /** The same for the names, once `pass` has closed a minute; then those that have become busier get rings. */
  passMinute({ of, names }: Levels): void {
    this.#last = undefined;
    for (const one of this.#owners.values()) {
      for (const cell of one.track.close(this.#at, of(one.name))) this.pending.add(cell);
      one.weight = weightAfter(one.weight, one.track.counted - one.weighed);
      one.weighed = one.track.counted;
    }
    for (const one of this.#candidates.values()) {
      one.weight = weightAfter(one.weight, one.counted);
      one.counted = 0;
    }
    this.#elect();
    for (const name of names) {
      if (this.#owners.size >= OWNERS_MAX) break;
      if (!this.#owners.has(name)) this.#own(name, { owner: this.#highest + 1, weight: 0 });
    }
  }

  takeUp({ owners, open }: KeptHistory, now: number): void {
    const ahead = open.filter(({ at }) => at > now).map(({ at }) => at + 1);
    this.seenUntil = Math.max(this.seenUntil, ...ahead);
    for (const { owner, name, weight } of owners) this.#own(name, { owner, weight }).isChanged = false;
    for (const track of this.#tracks()) {
      const kept = open.filter((cell) => cell.owner === track.owner);
      for (const cell of track.takeUp(kept, now)) this.pending.add(cell);
    }
  }

  /** What is to be written. `levels`: also the steps that would be closed within a minute. */
  page(levels: Levels | undefined, now: number): HistoryPage {
    const longerThanMs = levels ? 0 : MINUTE.stepMs;
    const owned = [...this.#owners.values()];
    const isQuarter = stepOf(NAME_RINGS[1] as Ring, now) === this.openAt(MINUTE);
    const told = owned.filter(({ isChanged }) => isChanged || isQuarter || levels);
    return {
      closed: this.pending.all(),
      open: [
        ...this.#everybody.open(levels?.inAll, longerThanMs),
        ...owned.flatMap(({ name, track }) => [...track.open(levels?.of(name), longerThanMs)]),
      ],
      owners: told.map(({ name, track: { owner }, weight }) => ({ owner, name, weight })),
    };
  }

  /** All of this page is in the store. */
  written({
    closed,
    owners,
  }: {
    readonly closed: readonly Cell[];
    readonly owners: HistoryPage["owners"];
  }): void {
    this.pending.written(closed);
    for (const { owner, name } of owners) {
      const one = this.#owners.get(name);
      if (one?.track.owner === owner) one.isChanged = false;
    }
  }

  *#tracks(): Generator<Track> {
    yield this.#everybody;
    for (const { track } of this.#owners.values()) yield track;
  }

  #patient(now: number): number {
    return now < this.#at && now >= this.#at - SET_BACK_MS ? this.#at : now;
  }

  #of(name: JobName): Teller {
    if (this.#last?.name !== name) this.#last = { name, teller: this.#tellerOf(name) };
    return this.#last.teller;
  }

  #tellerOf(name: JobName): Teller {
    const owner = this.#owners.get(name);
    if (owner) return owner.track;
    if (this.#owners.size < OWNERS_MAX) return this.#own(name, { owner: this.#highest + 1, weight: 0 }).track;
    const known = this.#candidates.get(name);
    if (known || this.#candidates.size >= CANDIDATES_MAX) return known ?? this.#nobody;

    const candidate = new Candidate(name, 0);
    this.#candidates.set(name, candidate);
    return candidate;
  }

  #own(name: JobName, { owner, weight }: { owner: number; weight: number }): OwnerTrack {
    const track = new Track(owner, NAME_RINGS, this.#at);
    const one = { name, track, weight, weighed: 0, isChanged: true };
    this.#highest = Math.max(this.#highest, owner);
    this.#owners.set(name, one);
    return one;
  }

  #elect(): void {
    const owned = [...this.#owners.values()].map(({ name, track: { owner }, weight }) => ({
      name,
      owner,
      weight,
    }));
    const all = [...this.#candidates.values()];
    for (const { owner, out, in: name } of changes(owned, all)) {
      const weights = [this.#owners.get(out)?.weight ?? 0, this.#candidates.get(name)?.weight ?? 0] as const;
      this.#owners.delete(out);
      this.#candidates.delete(name);
      this.pending.forget(owner);
      this.#own(name, { owner, weight: weights[1] });
      this.#candidates.set(out, new Candidate(out, weights[0]));
    }
    if (all.length === 0) return;
    const left = remembered([...this.#candidates.values()]);
    this.#candidates.clear();
    for (const one of left) this.#candidates.set(one.name, one);
  }
}
