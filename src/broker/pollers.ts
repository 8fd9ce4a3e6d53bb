// Workers that poll: between two calls nothing shows that they are there, so they count for a while after each. Anybody
// may call under any id, so only so many are remembered.
import type { JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Session } from "./session.ts";
import type { Connected, Holding } from "./workers.ts";

/** Names of remembered workers in all; beyond them those that have not called for longest are forgotten early. */
export const POLLED_NAMES_MAX = 100_000;

export class Poller implements Connected {
  readonly id: WorkerId;
  readonly kind = "reserve";
  /** The calls that it has open. */
  readonly calls = new Set<Session>();
  readonly joinedAt: number;
  heardAt: number;
  succeeded = 0;
  failed = 0;
  /** An operator wants it gone: its next call is told so. */
  isDraining = false;
  #last: Session;

  constructor(first: Session) {
    this.id = first.id;
    this.joinedAt = first.joinedAt;
    this.heardAt = first.joinedAt;
    this.#last = first;
  }

  add(call: Session): void {
    this.calls.add(call);
    this.heardAt = call.joinedAt;
    this.#last = call;
  }

  /** As its last call said, and so are its version and labels. */
  get names(): readonly JobName[] {
    return this.#last.names;
  }

  get version(): string {
    return this.#last.version;
  }

  get labels(): Readonly<Record<string, string>> {
    return this.#last.labels;
  }

  /** Of its open calls, or of the last one. */
  get capacity(): number {
    let sum = 0;
    for (const { capacity } of this.calls) sum += capacity;
    return sum || this.#last.capacity;
  }

  /** While calls are open. What it has been given lives by its reservations, and is its own affair. */
  get heldCount(): number {
    let sum = 0;
    for (const { heldCount } of this.calls) sum += heldCount;
    return sum;
  }

  *held(): Generator<Holding> {
    for (const call of this.calls) yield* call.held();
  }

  /** Between two calls it is about to ask again. */
  get hasRoom(): boolean {
    if (this.calls.size === 0) return !this.isDraining;
    for (const { hasRoom } of this.calls) if (hasRoom) return true;
    return false;
  }
}

export class Pollers {
  readonly #calling = new Map<WorkerId, Poller>();
  /** In no call. Whoever called longest ago first. */
  readonly #idle = new Map<WorkerId, Poller>();
  #idleNames = 0;

  /** A call begins. */
  open(call: Session): Poller {
    this.#forget(call.joinedAt);
    const poller = this.#calling.get(call.id) ?? this.#takeIdle(call.id) ?? new Poller(call);
    poller.add(call);
    this.#calling.set(call.id, poller);
    return poller;
  }

  /** A call ends. */
  close(call: Session, now: number): void {
    const poller = this.#calling.get(call.id);
    if (!poller?.calls.delete(call)) return;

    poller.heardAt = now;
    if (poller.calls.size > 0) return;
    this.#calling.delete(poller.id);
    this.#keepIdle(poller);
    this.#forget(now);
  }

  /** It gave a sign of life by another call. Answers who it is, if it is known. */
  heard(id: WorkerId, now: number): Poller | undefined {
    const poller = this.#takeIdle(id);
    if (poller) {
      poller.heardAt = now;
      this.#keepIdle(poller);
    }
    return this.find(id);
  }

  find(id: WorkerId): Poller | undefined {
    return this.#calling.get(id) ?? this.#idle.get(id);
  }

  /** Those that are in a call, or were not long ago. */
  *list(now: number): Generator<Poller> {
    this.#forget(now);
    yield* this.#calling.values();
    yield* this.#idle.values();
  }

  #keepIdle(poller: Poller): void {
    this.#idle.set(poller.id, poller);
    this.#idleNames += poller.names.length;
  }

  #takeIdle(id: WorkerId): Poller | undefined {
    const poller = this.#idle.get(id);
    if (poller && this.#idle.delete(id)) this.#idleNames -= poller.names.length;
    return poller;
  }

  #forget(now: number): void {
    for (const { id, heardAt } of this.#idle.values()) {
      if (Math.abs(now - heardAt) <= LIMITS.pollerMsMax && this.#idleNames <= POLLED_NAMES_MAX) return;
      this.#takeIdle(id);
    }
  }
}
