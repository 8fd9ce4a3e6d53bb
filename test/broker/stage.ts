// What the tests of the broker stand on: a broker over a store in memory, in a time that the test tells, and workers who
// do as the test says.
import { Broker, type BrokerSettings } from "../../src/broker/broker.ts";
import type { Leaving } from "../../src/broker/roster.ts";
import type { Cancellation, Delivery, DrainReason, Introduction, Session } from "../../src/broker/session.ts";
import { type Draft, isViolation } from "../../src/job/admission.ts";
import type { Job, JobId, WorkerId } from "../../src/job/job.ts";
import { LIMITS } from "../../src/job/limits.ts";
import { isRefused, type Move } from "../../src/job/move.ts";
import { openStore } from "../../src/store/open.ts";
import type { StoredJob } from "../../src/store/search.ts";
import type { Outcome, Store } from "../../src/store/store.ts";
import { type Mutation, wrapStore } from "../store/mutants.ts";
import { DAY, idOf, json, nameOf, SECOND } from "../store/new-jobs.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const GRACE_MS = 10 * SECOND;
export const RETENTION = { succeeded: DAY, cancelled: DAY, dead: 180 * DAY };
const SETTINGS: BrokerSettings = {
  defaults: { reservationMs: 60 * SECOND, maxRetries: 3 },
  retention: RETENTION,
  disconnectGraceMs: GRACE_MS,
};

/** Counts a store's calls, and knows when none is under way. */
export class CallCount {
  calls = 0;
  underWay = 0;

  watch(store: Store): Store {
    return {
      enqueue: (jobs) => this.#count(store.enqueue(jobs)),
      change: (selection, now) => this.#count(store.change(selection, now)),
      pause: (names, now) => this.#count(store.pause(names, now)),
      resume: (names) => this.#count(store.resume(names)),
      paused: () => this.#count(store.paused()),
      begin: (plan) => this.#count(store.begin(plan)),
      operations: () => this.#count(store.operations()),
      stopOperation: (id, now) => this.#count(store.stopOperation(id, now)),
      get: (id) => this.#count(store.get(id)),
      peek: (id) => this.#count(store.peek(id)),
      search: (search) => this.#count(store.search(search)),
      candidates: (filter) => this.#count(store.candidates(filter)),
      groups: (search) => this.#count(store.groups(search)),
      newestDead: (bytesMax) => this.#count(store.newestDead(bytesMax)),
      nextDeadline: () => this.#count(store.nextDeadline()),
      tallies: () => this.#count(store.tallies()),
      oldestReady: (names) => this.#count(store.oldestReady(names)),
      readyAhead: (id, most) => this.#count(store.readyAhead(id, most)),
      size: () => this.#count(store.size()),
      writeHistory: (page) => this.#count(store.writeHistory(page)),
      historyCells: (owner, ring, span) => this.#count(store.historyCells(owner, ring, span)),
      keptHistory: () => this.#count(store.keptHistory()),
      recordStart: (start) => this.#count(store.recordStart(start)),
      starts: (span) => this.#count(store.starts(span)),
      dues: (search) => this.#count(store.dues(search)),
      standings: () => this.#count(store.standings()),
      failed: store.failed,
      close: () => store.close(),
    };
  }

  /** Resolves when no call is under way and none follows. */
  readonly rest = async (): Promise<void> => {
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (this.underWay > 0) quiet = 0;
    }
  };

  async #count<T>(call: Promise<T>): Promise<T> {
    this.calls++;
    this.underWay++;
    try {
      return await call;
    } finally {
      this.underWay--;
    }
  }
}

export interface StageOptions {
  readonly seed?: number;
  readonly settings?: Partial<BrokerSettings>;
  /** A mistake between the broker and its store. */
  readonly mutation?: Mutation | undefined;
  /** How long, in milliseconds of the stage's time, the store takes for a call: 0 is no time. */
  readonly slowness?: { readonly search?: number; readonly operation?: number };
  /** A mistake in how much room the broker believes a worker to have. */
  readonly misheard?: ((capacity: number) => number) | undefined;
}

export class Stage implements AsyncDisposable {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly count: CallCount;
  readonly #settings: BrokerSettings;
  readonly #hear: (capacity: number) => number;
  broker: Broker;

  constructor(
    parts: { clock: VirtualClock; store: Store; count: CallCount; settings: BrokerSettings },
    hear: (capacity: number) => number,
  ) {
    this.clock = parts.clock;
    this.store = parts.store;
    this.count = parts.count;
    this.#settings = parts.settings;
    this.#hear = hear;
    this.broker = new Broker(this.store, this.clock, this.#settings);
  }

  /** Resolves when everything that has been set off has come to rest. */
  rest(): Promise<void> {
    return this.count.rest();
  }

  /** Lets time pass. */
  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  async start(): Promise<void> {
    await this.broker.start();
    await this.advance(0);
  }

  /** What comes up after a server was killed. */
  async restart(): Promise<void> {
    await this.broker.stop();
    this.broker = new Broker(this.store, this.clock, this.#settings);
    await this.start();
  }

  async enqueue(...drafts: (Partial<Omit<Draft, "name">> & { name?: string })[]): Promise<Job[]> {
    const payload = json("{}");
    const jobs = this.broker.admitAll(drafts.map((draft) => ({ name: "mail", payload, ...draft })));
    if (isViolation(jobs)) throw new Error(`${jobs.violates} ${jobs.bound}`);

    const enqueued = await this.broker.enqueue(jobs);
    await this.rest();
    return enqueued.map(({ job }) => job);
  }

  async job(id: string): Promise<Job> {
    return (await this.stored(id)).job;
  }

  async stored(id: string): Promise<StoredJob> {
    const stored = await this.store.get(idOf(id));
    if (!stored) throw new Error(`there is no job ${id}`);
    return stored;
  }

  async join(id: string, facts: Partial<Omit<Introduction, "id" | "names">> & { names?: string[] } = {}) {
    const { names = ["mail"], capacity = 10, stream = true, holding = [], ...rest } = facts;
    const who = { id: id as WorkerId, names: names.map(nameOf), capacity: this.#hear(capacity) };
    const { session, notHeld } = await this.broker.join({ ...who, stream, holding, ...rest });
    const worker = new StageWorker(this, session, notHeld);
    await this.rest();
    return worker;
  }

  /** A worker that asks once for what there is. */
  async poll(id: string, capacity = 10, names = ["mail"]): Promise<StageWorker> {
    const session = this.broker.poll({ id: id as WorkerId, names: names.map(nameOf), capacity });
    await this.rest();
    return new StageWorker(this, session, []);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.broker.stop();
    await this.store.close();
  }
}

/** A worker who reads what it is sent, unless it is told not to, and reports when the test says so. */
export class StageWorker {
  readonly session: Session;
  readonly notHeld: readonly Cancellation[];
  /** All that it was ever given, in order. */
  readonly got: Delivery[] = [];
  readonly cancellations: Cancellation[] = [];
  /** What it has not reported on. */
  readonly holds = new Map<JobId, number>();
  heldMost = 0;
  reads = true;
  /** Why no more jobs come, as often as it was told so. */
  readonly drains: DrainReason[] = [];
  readonly #stage: Stage;

  constructor(stage: Stage, session: Session, notHeld: readonly Cancellation[]) {
    this.#stage = stage;
    this.session = session;
    this.notHeld = notHeld;
    for (const { id, attempt } of session.held()) this.holds.set(id, attempt);
    session.onNews = () => {
      if (this.reads) this.read();
    };
    this.read();
  }

  get ids(): string[] {
    return this.got.map(({ job }) => job.id);
  }

  /** Takes what there is, one message. */
  read(): void {
    const parcel = this.session.take();
    if (!parcel) return;

    this.got.push(...parcel.deliveries);
    this.cancellations.push(...parcel.cancellations);
    if (parcel.drain) this.drains.push(parcel.drain);
    for (const { job } of parcel.deliveries) this.holds.set(job.id, job.attempt);
    this.heldMost = Math.max(this.heldMost, this.holds.size);
    this.#stage.broker.sent(this.session, parcel.deliveries);
  }

  async report(id: string, move: (by: { by: WorkerId; attempt: number }) => Move, attempt?: number) {
    const told = { by: this.session.id, attempt: attempt ?? this.holds.get(idOf(id)) ?? 1 };
    this.holds.delete(idOf(id));
    const [outcome] = await this.#stage.broker.report(this.session.id, [{ id: idOf(id), move: move(told) }]);
    await this.#stage.rest();
    return outcome as Outcome;
  }

  succeed(id: string, attempt?: number): Promise<Outcome> {
    return this.report(id, (told) => ({ move: "succeed", ...told }), attempt);
  }

  fail(id: string, attempt?: number): Promise<Outcome> {
    return this.report(id, (told) => ({ move: "fail", ...told }), attempt);
  }

  release(id: string): Promise<Outcome> {
    return this.report(id, (told) => ({ move: "release", ...told }));
  }

  /** Its stream breaks, or it says goodbye. */
  async leave(how: Leaving): Promise<void> {
    await this.#stage.broker.leave(this.session, how);
    await this.#stage.rest();
  }
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { seed = 1, settings, mutation, slowness, misheard = (capacity) => capacity } = options;
  const count = new CallCount();
  const clock = new VirtualClock({ seed, settle: count.rest });
  const all = { ...SETTINGS, ...settings };
  const kept = await openStore("memory:", { retention: all.retention, chance: () => clock.chance() });
  const counted = count.watch(mutation ? wrapStore(kept, mutation) : kept);
  // Around what is counted: a call that waits for its time must not be waited for.
  const store = slowness ? wrapStore(counted, slow(clock, slowness)) : counted;
  const stage = new Stage({ clock, store, count, settings: all }, misheard);
  await stage.start();
  return stage;
}

/** So many cancelled jobs, enqueued in as few calls as may be. */
export async function enqueueCancelled(stage: Stage, count: number, name = "mail"): Promise<JobId[]> {
  const jobs: Job[] = [];
  while (jobs.length < count) {
    const batch = Math.min(count - jobs.length, LIMITS.batchMax);
    jobs.push(...(await stage.enqueue(...Array.from({ length: batch }, () => ({ name })))));
  }
  const ids = jobs.map(({ id }) => id);
  await stage.broker.cancel(ids);
  return ids;
}

export function refusalOf({ decision }: Outcome): string | undefined {
  return isRefused(decision) ? decision.refused : undefined;
}

function slow(
  clock: VirtualClock,
  { search = 0, operation = 0 }: NonNullable<StageOptions["slowness"]>,
): Mutation {
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      clock.after(ms, resolve);
    });
  return (store) => ({
    search: async (asked) => {
      if (search > 0) await sleep(search);
      return store.search(asked);
    },
    change: async (selection, now) => {
      if (selection.select === "operation" && operation > 0) await sleep(operation);
      return store.change(selection, now);
    },
  });
}
