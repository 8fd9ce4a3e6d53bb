// What happens when. The broker joins the store, the dispatcher, the keeper and the workers who are connected; protocol
// adapters call it and decide nothing themselves. Every promise resolves when what it tells is durable.
import {
  admit,
  type Defaults,
  type Draft,
  isViolation,
  type NewJob,
  type Violation,
} from "../job/admission.ts";
import type { Retention } from "../job/deadline.ts";
import { type Explanation, explain } from "../job/explanation.ts";
import { isFireAndForget, type Job, type JobId, type JobName, type WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import { isRefused } from "../job/move.ts";
import type { StoredJob } from "../store/search.ts";
import type { Enqueued, MoveById, Outcome, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import type { Events } from "./events.ts";
import type { Feed } from "./feed.ts";
import type { Finder } from "./finder.ts";
import type { History } from "./history.ts";
import { newUuid } from "./id.ts";
import type { Operator } from "./operator.ts";
import type { Overview, Staff, WorkerView } from "./overview.ts";
import { buildParts, type Parts } from "./parts.ts";
import type { Queues } from "./queues.ts";
import type { Discharge, Joined, Leaving } from "./roster.ts";
import type { Delivery, Introduction, PollIntroduction, Session } from "./session.ts";
import { type Patience, type Waited, whenFinished } from "./waiting.ts";
import type { WorkerQuery } from "./workers.ts";

export interface BrokerSettings {
  readonly defaults: Defaults;
  readonly retention: Retention;
  readonly disconnectGraceMs: number;
}

export class Broker {
  readonly settings: BrokerSettings;
  readonly clock: Clock;
  readonly events: Events;
  readonly queues: Queues;
  readonly finder: Finder;
  readonly operator: Operator;
  readonly feed: Feed;
  readonly history: History;
  readonly #store: Store;
  readonly #parts: Parts;
  #draining = false;
  #onIdle: (() => void) | undefined;

  constructor(store: Store, clock: Clock, settings: BrokerSettings) {
    this.#store = store;
    this.clock = clock;
    this.settings = settings;
    const [id, startedAt] = [this.newId(), clock.now()];
    const { retention, disconnectGraceMs } = settings;
    this.#parts = buildParts(
      { store, clock, retention, disconnectGraceMs },
      {
        joined: (session) => this.#joined(session),
        left: (session) => this.#left(session),
        roomReturned: (session) => this.#roomReturned(session),
        relieved: () => {
          if (this.#draining) this.#checkIdle();
        },
        node: () => ({ id, startedAt, isStopping: this.#draining }),
      },
    );
    const { events, queues, finder, operator, feed, history } = this.#parts;
    this.events = events;
    this.queues = queues;
    this.finder = finder;
    this.operator = operator;
    this.feed = feed;
    this.history = history;
  }

  /** Takes up what an earlier run left. Workers that had a stream get the disconnect grace from now. */
  async start(): Promise<void> {
    const { roster, pauses, dispatcher, keeper, operator } = this.#parts;
    const move = { move: "disconnect", graceMs: this.settings.disconnectGraceMs } as const;
    const { outcomes } = await this.#store.change({ select: "streams", move }, this.clock.now());
    for (const { id, decision } of outcomes) {
      if (isRefused(decision) || decision.job.state.is !== "reserved") continue;
      roster.absent(decision.job.state.by, id, decision.job.attempt);
    }
    await pauses.start();
    for (const { name, counts } of await this.#store.tallies()) if (counts.ready) dispatcher.jobReady(name);
    keeper.start();
    await operator.start();
  }

  newId(): string {
    return newUuid(this.clock);
  }

  /** The jobs that the drafts describe, or the first bound that one of them breaks, its field beginning with `jobs[i].`. */
  admitAll(drafts: readonly Draft[]): readonly NewJob[] | Violation {
    const admitted: NewJob[] = [];
    const at = { now: this.clock.now(), newId: () => this.newId() as JobId };
    for (const [i, draft] of drafts.entries()) {
      const job = admit(draft, this.settings.defaults, at);
      if (isViolation(job)) return { ...job, violates: `jobs[${i}].${job.violates}` };
      admitted.push(job);
    }
    return admitted;
  }

  /** All or nothing. */
  async enqueue(jobs: readonly NewJob[]): Promise<readonly Enqueued[]> {
    const enqueued = await this.#store.enqueue(jobs);
    this.#parts.observer.enqueued(enqueued);
    return enqueued;
  }

  /** Resolves when each of these is finished or gone, or when patience ends; see waiting.ts. */
  whenFinished(ids: readonly JobId[], patience: Patience): Promise<ReadonlyMap<JobId, Waited>> {
    return whenFinished({ store: this.#store, clock: this.clock, events: this.events }, ids, patience);
  }

  /** Throws the StoreFault `damaged` when the job does not match its checksum. */
  get(id: JobId): Promise<StoredJob | undefined> {
    return this.#store.get(id);
  }

  /** Why it is not running, and who could run it: the workers that offer its name and take more jobs. */
  async explain(job: Job): Promise<Explanation & Staff & { readonly ahead: number }> {
    const { hasRoom, ...staff } = this.#parts.workers.takers(job.name);
    const pausedSince = this.#parts.pauses.since.get(job.name);
    const ahead = job.state.is === "ready" ? await this.#store.readyAhead(job.id, LIMITS.aheadMax) : 0;
    const around = { now: this.clock.now(), isStopping: this.#draining, hasRoom, ahead, ...staff };
    const explanation = explain(job, { ...around, ...(pausedSince !== undefined && { pausedSince }) });
    return { ...explanation, ...staff, ahead };
  }

  newestDead(bytesMax: number): Promise<readonly StoredJob[]> {
    return this.#store.newestDead(bytesMax);
  }

  overview(): Promise<Overview> {
    return this.#parts.survey.lookOver();
  }

  cancel(ids: readonly JobId[]): Promise<readonly Outcome[]> {
    return this.operator.change(ids, { move: "cancel" });
  }

  /** Connected workers in the order of their ids. `more`: there are workers after the last one. */
  workers(query: WorkerQuery): { readonly workers: readonly WorkerView[]; readonly more: boolean } {
    return this.#parts.workers.list(query);
  }

  /**
   * These finish what they hold and get no more jobs, now or when they come back under the same id, as long as the server
   * lives. Answers who was told so now.
   */
  drainWorkers(discharge: Discharge): readonly WorkerId[] {
    return this.#parts.roster.drain(discharge);
  }

  /** A worker comes, or comes back; see Roster. */
  join(introduction: Introduction): Promise<Joined> {
    return this.#parts.roster.join(introduction);
  }

  /** A worker asks once for what there is; see Roster. The caller takes from the session, then leaves. */
  poll(introduction: PollIntroduction): Session {
    return this.#parts.roster.poll(introduction);
  }

  /** Resolves when every job that a worker has room for has been handed to one. */
  dispatched(): Promise<void> {
    return this.#parts.dispatcher.settled();
  }

  /** These were taken from the session, but never left the server. */
  undeliver(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    return this.#parts.roster.undeliver(session, deliveries);
  }

  /** Gives back what the session holds. Doing it twice is harmless. */
  leave(session: Session, how: Leaving): Promise<void> {
    return this.#parts.roster.leave(session, how);
  }

  /**
   * Carries out what a worker reports. The moves name the worker themselves. Outcomes come in the order of the reports;
   * a refused one changed nothing.
   */
  async report(worker: WorkerId, reports: readonly MoveById[]): Promise<readonly Outcome[]> {
    const { roster, observer, dispatcher } = this.#parts;
    const reporter = roster.find(worker);
    reporter?.reporting(reports, true);
    const writing = this.#store.change({ select: "ids", moves: reports }, this.clock.now());
    // What is reserved in their place is written in the same commit.
    if (reporter) dispatcher.roomReturned(reporter);
    const { outcomes } = await writing.catch((fault) => {
      reporter?.reporting(reports, false);
      throw fault;
    });
    // Before anyone hears of the outcomes, or the worker would be told to stop what it has just finished.
    const session = roster.reported(worker, reports, outcomes);
    observer.observe(outcomes);
    if (session) this.#roomReturned(session);
    return outcomes;
  }

  /** These deliveries have left the server: fire-and-forget jobs among them are done, and their room returns. */
  async sent(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    const forgotten = deliveries.filter(({ job }) => isFireAndForget(job));
    this.#parts.dispatcher.roomReturned(session);
    if (forgotten.length === 0) return;

    await this.#parts.roster.deliver(session, forgotten);
    this.#roomReturned(session);
  }

  /** The worker said how much room it has. */
  setCapacity(session: Session, capacity: number): void {
    session.setCapacity(capacity);
    this.heard(session);
    this.#roomReturned(session);
  }

  /** The worker gave a sign of life. */
  heard(session: Session): void {
    session.heardAt = this.clock.now();
  }

  /** To be called now and then while the session lives. */
  sweep(session: Session): void {
    if (session.sweep(this.clock.now())) this.#roomReturned(session);
  }

  /** The server is stopping: it takes no jobs and hands out none. */
  get isDraining(): boolean {
    return this.#draining;
  }

  /** No worker gets more jobs, and each is told so. Resolves when none holds any. */
  async drain(): Promise<void> {
    this.#draining = true;
    await this.#parts.dispatcher.stop();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    for (const session of this.#parts.roster.sessions()) session.drain("server_stopping");
    this.#checkIdle();
    await idle;
  }

  /** Gives back unharmed what workers on streams still hold, and ends their sessions. */
  async release(): Promise<void> {
    await this.#parts.roster.releaseAll();
    for (const session of this.#parts.roster.sessions()) session.end("stopped");
  }

  /** Resolves when all that goes on by itself has written what it was at. The store stays open. */
  async stop(): Promise<void> {
    const { keeper, dispatcher, operator, feed } = this.#parts;
    feed.stop();
    await Promise.all([keeper.stop(), dispatcher.stop(), operator.stopAll()]);
    await this.history.stop();
  }

  /** By how many milliseconds the keeper is behind its next deadline. */
  keeperLagMs(): number {
    return this.#parts.keeper.lagMs();
  }

  /** Names whose jobs are ready and not paused, though no connected worker offers them. */
  unserved(): Promise<readonly { readonly name: JobName; readonly jobs: number }[]> {
    return this.#parts.survey.unserved();
  }

  #joined(session: Session): void {
    if (this.#draining) session.drain("server_stopping");
    else this.#parts.dispatcher.join(session);
  }

  #left(session: Session): void {
    this.#parts.dispatcher.leave(session);
    if (this.#draining) this.#checkIdle();
  }

  #roomReturned(session: Session): void {
    this.#parts.dispatcher.roomReturned(session);
    if (this.#draining) this.#checkIdle();
  }

  #checkIdle(): void {
    if (!this.#onIdle) return;
    for (const session of this.#parts.roster.sessions()) if (session.isBusy) return;

    this.#onIdle();
    this.#onIdle = undefined;
  }
}
