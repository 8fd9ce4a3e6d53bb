// Workers and ready jobs meet here. Every job goes to a worker that offers its name and has room, the highest priority
// first over all names, the workers taking turns. Nothing is polled: a turn runs when a job becomes ready or room returns.
import type { Job, JobName } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import { type Outcome, type Store, StoreFault } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Crews } from "./crews.ts";
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
  /** Names that may have ready jobs, each with the number of its last hint. The store knows; this only saves asking it. */
  readonly #ready = new Map<JobName, number>();
  #hints = 0;
  /** Names whose jobs are not to be handed out, and whether they may have ready ones. */
  readonly #paused = new Map<JobName, boolean>();
  readonly #crews = new Crews();
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
    if (this.#ready.has(name) && this.#crews.mayTake(name)) this.#nudge();
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
    else this.#ready.set(name, ++this.#hints);
  }

  join(session: Session): void {
    this.#crews.join(session);
    this.roomReturned(session);
  }

  leave(session: Session): void {
    this.#crews.leave(session);
  }

  /** The session may have room again. */
  roomReturned(session: Session): void {
    this.#crews.reopen(session);
    if (session.room > 0 && this.#crews.offersAny(session, this.#ready)) this.#nudge();
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
    if (!this.#crews.haveRoom(this.#ready.keys())) return;

    const hints = this.#hints;
    const deals = new Map<string, Deal>();
    const selection = {
      select: "next",
      // What has been reported until then has room too.
      rooms: () => this.#crews.rooms(this.#ready.keys(), BATCH_MAX),
      bytesMax: BATCH_BYTES_MAX,
      deal: (job: Job, bytes: number) => this.#deal(deals, { job, bytes }),
    } as const;
    try {
      const changed = await this.#store.change(selection, this.#clock.now());
      this.#hooks.observe(changed.outcomes);
      this.#hand(deals, changed.outcomes);
      this.#dropHints(changed.emptied ?? [], hints);
      this.#again = true;
    } catch (error) {
      for (const deal of deals.values()) this.#takeBack(deal);
      this.#retryLater(error);
    }
  }

  /** Gives the job to the worker whose turn it is. Workers of several names may have less room than there was for each. */
  #deal(deals: Map<string, Deal>, { job, bytes }: { job: Job; bytes: number }) {
    const session = this.#paused.has(job.name) ? undefined : this.#crews.next(job.name);
    if (!session) {
      this.#hint(job.name);
      return undefined;
    }

    session.promise(bytes);
    deals.set(job.id, { session, bytes });
    const { id: by, stream, reservationMs } = session;
    return { move: "reserve", by, stream, ...(reservationMs !== undefined && { reservationMs }) } as const;
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
      if (this.#crews.has(deal.session)) deal.session.deliver(delivery);
      else this.#hooks.undeliverable(deal.session, delivery);
    }
    for (const deal of deals.values()) this.#takeBack(deal);
  }

  /** The deal came to nothing. A session that was full of such deals has room again. */
  #takeBack({ session, bytes }: Deal): void {
    session.unpromise(bytes);
    this.#crews.reopen(session);
  }

  /** These names have no more ready jobs, unless one became ready since. */
  #dropHints(names: readonly JobName[], hints: number): void {
    for (const name of names) if ((this.#ready.get(name) ?? 0) <= hints) this.#ready.delete(name);
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
