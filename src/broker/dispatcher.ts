// Workers and ready jobs meet here. Every job goes to a worker that offers its name and has room, the highest priority
// first over all names, the workers taking turns. Nothing is polled: a turn runs when a job becomes ready or room returns.
import type { Job, JobName } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import { type Outcome, type Store, StoreFault } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Delivery, Session } from "./session.ts";

/** Jobs per transaction. */
const BATCH_MAX = 500;
const BATCH_BYTES_MAX = 4 << 20;
/** How long to wait after the store had no room. */
const RETRY_MS = 1_000;

/** A job on its way into a session. */
interface Deal {
  readonly session: Session;
  readonly bytes: number;
}

export interface DispatcherHooks {
  /** What the store changed. */
  readonly observe: (outcomes: readonly Outcome[]) => void;
  /** The worker left while the job was being reserved for it. */
  readonly undeliverable: (session: Session, delivery: Delivery) => void;
}

export class Dispatcher {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hooks: DispatcherHooks;
  /** Names that may have ready jobs. The store knows; this only saves asking it. */
  readonly #ready = new Set<JobName>();
  /** Names whose jobs are not to be handed out, and whether they may have ready ones. */
  readonly #paused = new Map<JobName, boolean>();
  /** For each name the workers that offer it and may have room, in the order of their turns. */
  readonly #open = new Map<JobName, Set<Session>>();
  readonly #sessions = new Set<Session>();
  #turning: Promise<void> | undefined;
  #oneTurn: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(store: Store, clock: Clock, hooks: DispatcherHooks) {
    this.#store = store;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Some job of this name became ready. */
  jobReady(name: JobName): void {
    this.#hint(name);
    if (this.#ready.has(name) && this.#open.has(name)) this.#nudge();
  }

  /** No more jobs of these names are reserved. Resolves when those that were on their way have been handed over. */
  async pause(names: Iterable<JobName>): Promise<void> {
    for (const name of names)
      this.#paused.set(name, this.#ready.delete(name) || this.#paused.get(name) === true);
    await this.#oneTurn;
  }

  resume(names: Iterable<JobName>): void {
    for (const name of names) {
      const mayHaveJobs = this.#paused.get(name);
      this.#paused.delete(name);
      if (mayHaveJobs) this.jobReady(name);
    }
  }

  /** The name may have ready jobs. */
  #hint(name: JobName): void {
    if (this.#paused.has(name)) this.#paused.set(name, true);
    else this.#ready.add(name);
  }

  join(session: Session): void {
    this.#sessions.add(session);
    this.roomReturned(session);
  }

  leave(session: Session): void {
    this.#sessions.delete(session);
    for (const name of session.names) this.#close(name, session);
  }

  /** The session may have room again. */
  roomReturned(session: Session): void {
    this.#reopen(session);
    if (session.names.some((name) => this.#ready.has(name) && this.#open.get(name)?.has(session)))
      this.#nudge();
  }

  #reopen(session: Session): void {
    if (session.room === 0 || !this.#sessions.has(session)) return;

    for (const name of session.names) {
      const open = this.#open.get(name);
      if (open) open.add(session);
      else this.#open.set(name, new Set([session]));
    }
  }

  /** Resolves when nothing more can be dispatched as things stand. */
  async settled(): Promise<void> {
    await this.#turning;
  }

  /** Resolves when the turn under way is over; no other begins. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turning;
  }

  #close(name: JobName, session: Session): void {
    const open = this.#open.get(name);
    open?.delete(session);
    if (open?.size === 0) this.#open.delete(name);
  }

  #nudge(): void {
    this.#again = true;
    this.#turning ??= this.#run();
  }

  async #run(): Promise<void> {
    // A turn later, so that what arrives together is dispatched together.
    await Promise.resolve();
    while (this.#again && !this.#stopped) {
      this.#again = false;
      this.#oneTurn = this.#turn();
      await this.#oneTurn;
    }
    this.#turning = undefined;
  }

  async #turn(): Promise<void> {
    if (this.#rooms().size === 0) return;

    const deals = new Map<string, Deal>();
    let rooms: ReadonlyMap<JobName, number> = new Map();
    const selection = {
      select: "next",
      // What has been reported until then has room too.
      rooms: () => {
        rooms = this.#rooms();
        for (const name of rooms.keys()) this.#ready.delete(name);
        return rooms;
      },
      jobsMax: BATCH_MAX,
      bytesMax: BATCH_BYTES_MAX,
      deal: (job: Job, bytes: number) => this.#deal(deals, { job, bytes }),
    } as const;
    try {
      const changed = await this.#store.change(selection, this.#clock.now());
      this.#hooks.observe(changed.outcomes);
      this.#hand(deals, changed.outcomes);
      this.#keepHints(rooms, changed);
    } catch (error) {
      for (const deal of deals.values()) this.#takeBack(deal);
      for (const name of rooms.keys()) this.#hint(name);
      this.#retryLater(error);
    }
  }

  /** For each name that may have ready jobs, the room of the workers that offer it, as far as one batch goes. */
  #rooms(): Map<JobName, number> {
    const rooms = new Map<JobName, number>();
    for (const name of this.#ready) {
      const room = this.#roomFor(name);
      if (room > 0) rooms.set(name, room);
    }
    return rooms;
  }

  #roomFor(name: JobName): number {
    let room = 0;
    for (const session of this.#open.get(name) ?? []) {
      if (session.room === 0) this.#close(name, session);
      room += session.room;
      if (room >= BATCH_MAX) return BATCH_MAX;
    }
    return room;
  }

  /**
   * Gives the job to the worker whose turn it is, who then goes to the end of the line. Room was counted for each name,
   * and workers of several names or with many bytes queued may have less; then the job stays ready, and its name hinted.
   */
  #deal(deals: Map<string, Deal>, { job, bytes }: { job: Job; bytes: number }) {
    const open = this.#paused.has(job.name) ? undefined : this.#open.get(job.name);
    for (const session of open ?? []) {
      open?.delete(session);
      if (session.room === 0) continue;

      open?.add(session);
      session.promise(bytes);
      deals.set(job.id, { session, bytes });
      const { id: by, stream, reservationMs } = session;
      return { move: "reserve", by, stream, ...(reservationMs !== undefined && { reservationMs }) } as const;
    }
    if (open) this.#open.delete(job.name);
    this.#hint(job.name);
    return undefined;
  }

  #hand(deals: Map<string, Deal>, outcomes: readonly Outcome[]): void {
    for (const { id, decision, payload, payloadBytes } of outcomes) {
      const deal = deals.get(id);
      if (!deal) continue;
      deals.delete(id);
      if (isRefused(decision) || decision.job.state.is !== "reserved" || !payload) {
        this.#takeBack(deal);
        continue;
      }
      const delivery = { job: decision.job, payload, payloadBytes: payloadBytes ?? payload.bytes.length };
      if (this.#sessions.has(deal.session)) deal.session.deliver(delivery);
      else this.#hooks.undeliverable(deal.session, delivery);
    }
    for (const deal of deals.values()) this.#takeBack(deal);
  }

  /** The deal came to nothing. A session that was full of such deals has room again. */
  #takeBack({ session, bytes }: Deal): void {
    session.unpromise(bytes);
    this.#reopen(session);
  }

  /** A name that gave fewer jobs than there was room for has no more of them. */
  #keepHints(
    rooms: ReadonlyMap<JobName, number>,
    changed: { outcomes: readonly Outcome[]; more: boolean },
  ): void {
    const given = new Map<JobName, number>();
    for (const { was } of changed.outcomes) if (was) given.set(was.name, (given.get(was.name) ?? 0) + 1);
    for (const [name, room] of rooms) {
      if (changed.more || (given.get(name) ?? 0) >= room) this.#hint(name);
    }
    this.#again = true;
  }

  // The store tells the server itself when it has failed for good; a full disk may have room again.
  #retryLater(error: unknown): void {
    if (!(error instanceof StoreFault)) throw error;
    if (error.kind !== "full") {
      this.#stopped = true;
      return;
    }
    this.#clock.at(this.#clock.now() + RETRY_MS, () => this.#nudge());
  }
}
