// Workers that poll: between two calls nothing shows that they are there, so they count for a while after each. Anybody
// may call under any id, so only so many are remembered.
import type { JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { PollIntroduction, Session } from "./session.ts";

/** Names of remembered workers in all; beyond them those that have not called for longest are forgotten early. */
export const POLLED_NAMES_MAX = 100_000;

export interface Poller {
  readonly id: WorkerId;
  /** As its last call said. */
  names: readonly JobName[];
  capacity: number;
  version: string;
  labels: Readonly<Record<string, string>>;
  /** The calls that it has open. */
  readonly calls: Set<Session>;
  readonly joinedAt: number;
  heardAt: number;
  succeeded: number;
  failed: number;
}

export class Pollers {
  readonly #calling = new Map<WorkerId, Poller>();
  /** In no call. Whoever called longest ago first. */
  readonly #idle = new Map<WorkerId, Poller>();
  #idleNames = 0;

  /** A call begins. */
  open(introduction: PollIntroduction, session: Session): void {
    const { id, names, capacity, version = "", labels = {} } = introduction;
    const now = session.joinedAt;
    this.#forget(now);
    const fresh = { id, calls: new Set<Session>(), joinedAt: now, succeeded: 0, failed: 0 };
    const known = this.#calling.get(id) ?? this.#takeIdle(id) ?? fresh;
    const poller = Object.assign(known, { names, capacity, version, labels, heardAt: now });
    poller.calls.add(session);
    this.#calling.set(id, poller);
  }

  /** A call ends. */
  close(session: Session, now: number): void {
    const poller = this.#calling.get(session.id);
    if (!poller?.calls.delete(session)) return;

    poller.heardAt = now;
    if (poller.calls.size > 0) return;
    this.#calling.delete(poller.id);
    this.#idle.set(poller.id, poller);
    this.#idleNames += poller.names.length;
    this.#forget(now);
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
