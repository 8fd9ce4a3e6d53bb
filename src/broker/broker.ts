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
import { deadlineOf, type Retention } from "../job/deadline.ts";
import { isFireAndForget, type Job, type JobId, type JobName, type WorkerId } from "../job/job.ts";
import { isRefused, type Move } from "../job/move.ts";
import type { StoredJob } from "../store/search.ts";
import { type Enqueued, ignoreStoreFault, type MoveById, type Outcome, type Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Events } from "./events.ts";
import { newUuid } from "./id.ts";
import { Keeper } from "./keeper.ts";
import { type Joined, type Leaving, Roster } from "./roster.ts";
import type { Delivery, Introduction, Session } from "./session.ts";

export interface BrokerSettings {
  readonly defaults: Defaults;
  readonly retention: Retention;
  readonly disconnectGraceMs: number;
}

export class Broker {
  readonly events = new Events();
  readonly settings: BrokerSettings;
  readonly clock: Clock;
  readonly #store: Store;
  readonly #dispatcher: Dispatcher;
  readonly #keeper: Keeper;
  readonly #roster: Roster;
  #draining = false;
  #onIdle: () => void = () => {};

  constructor(store: Store, clock: Clock, settings: BrokerSettings) {
    this.#store = store;
    this.clock = clock;
    this.settings = settings;
    const observe = (outcomes: readonly Outcome[]) => this.#observe(outcomes);
    this.#keeper = new Keeper(store, clock, observe);
    this.#roster = new Roster(
      {
        move: (moves) => this.#move(moves),
        joined: (session) => this.#joined(session),
        left: (session) => this.#left(session),
      },
      settings.disconnectGraceMs,
    );
    const undeliverable = (session: Session, delivery: Delivery) => {
      this.#roster.undeliver(session, [delivery]).catch(ignoreStoreFault);
    };
    this.#dispatcher = new Dispatcher(store, clock, { observe, undeliverable });
  }

  /** Takes up what an earlier run left. Workers that had a stream get the disconnect grace from now. */
  async start(): Promise<void> {
    const graceMs = this.settings.disconnectGraceMs;
    const move = { move: "disconnect", graceMs } as const;
    const { outcomes } = await this.#store.change({ select: "streams", move }, this.clock.now());
    for (const { id, decision } of outcomes) {
      if (isRefused(decision) || decision.job.state.is !== "reserved") continue;
      this.#roster.absent(decision.job.state.by, id, decision.job.attempt);
    }
    for (const { name, counts } of await this.#store.tallies())
      if (counts.ready) this.#dispatcher.jobReady(name);
    this.#keeper.start();
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
    for (const { job, duplicate } of enqueued) if (!duplicate) this.#settle(job);
    return enqueued;
  }

  /** Throws the StoreFault `damaged` when the job does not match its checksum. */
  get(id: JobId): Promise<StoredJob | undefined> {
    return this.#store.get(id);
  }

  newestDead(bytesMax: number): Promise<readonly StoredJob[]> {
    return this.#store.newestDead(bytesMax);
  }

  cancel(ids: readonly JobId[]): Promise<readonly Outcome[]> {
    return this.#move(ids.map((id) => ({ id, move: { move: "cancel" } })));
  }

  /** A worker comes, or comes back; see Roster. */
  join(introduction: Introduction): Promise<Joined> {
    return this.#roster.join(introduction);
  }

  /** A worker asks once for what there is; see Roster. The caller takes from the session, then leaves. */
  poll(introduction: Omit<Introduction, "stream" | "holding">): Session {
    return this.#roster.poll(introduction);
  }

  /** Resolves when every job that a worker has room for has been handed to one. */
  dispatched(): Promise<void> {
    return this.#dispatcher.settled();
  }

  /** These were taken from the session, but never left the server. */
  undeliver(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    return this.#roster.undeliver(session, deliveries);
  }

  /** Gives back what the session holds. Doing it twice is harmless. */
  leave(session: Session, how: Leaving): Promise<void> {
    return this.#roster.leave(session, how);
  }

  /**
   * Carries out what a worker reports. The moves name the worker themselves. Outcomes come in the order of the reports;
   * a refused one changed nothing.
   */
  async report(worker: WorkerId, reports: readonly MoveById[]): Promise<readonly Outcome[]> {
    const { outcomes } = await this.#store.change({ select: "ids", moves: reports }, this.clock.now());
    // Before anyone hears of the outcomes, or the worker would be told to stop what it has just finished.
    const session = this.#roster.find(worker);
    if (session) this.#letGo(session, reports, outcomes);
    this.#observe(outcomes);
    if (session) this.#roomReturned(session);
    return outcomes;
  }

  /** These deliveries have left the server: fire-and-forget jobs among them are done, and their room returns. */
  async sent(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    const forgotten = deliveries.filter(({ job }) => isFireAndForget(job));
    this.#dispatcher.roomReturned(session);
    if (forgotten.length === 0) return;

    const by = session.id;
    const moves = forgotten.map(({ job: { id, attempt } }) => ({
      id,
      move: { move: "deliver", by, attempt } as Move,
    }));
    for (const { job } of forgotten) session.letGo(job.id, job.attempt);
    await this.#move(moves);
    this.#roomReturned(session);
  }

  /** The worker said how much room it has. */
  setCapacity(session: Session, capacity: number): void {
    session.setCapacity(capacity);
    this.#roomReturned(session);
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
    await this.#dispatcher.stop();
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    for (const session of this.#roster.sessions()) session.drain();
    this.#checkIdle();
    await idle;
  }

  /** Gives back unharmed what workers on streams still hold, and ends their sessions. */
  async release(): Promise<void> {
    await this.#roster.releaseAll();
    for (const session of this.#roster.sessions()) session.end("stopped");
  }

  /** Resolves when the keeper and the dispatcher have written what they were at. The store stays open. */
  async stop(): Promise<void> {
    await Promise.all([this.#keeper.stop(), this.#dispatcher.stop()]);
  }

  /** By how many milliseconds the keeper is behind its next deadline. */
  keeperLagMs(): number {
    return this.#keeper.lagMs();
  }

  /** Names whose jobs are ready though no connected worker offers them. */
  async unserved(): Promise<readonly { readonly name: JobName; readonly jobs: number }[]> {
    const offered = new Set<JobName>();
    for (const session of this.#roster.sessions()) for (const name of session.names) offered.add(name);
    const tallies = await this.#store.tallies();
    const waiting = tallies.map(({ name, counts }) => ({ name, jobs: counts.ready ?? 0 }));
    return waiting.filter(({ name, jobs }) => jobs > 0 && !offered.has(name));
  }

  #joined(session: Session): void {
    if (this.#draining) session.drain();
    else this.#dispatcher.join(session);
  }

  #left(session: Session): void {
    this.#dispatcher.leave(session);
    if (this.#draining) this.#checkIdle();
  }

  async #move(moves: readonly MoveById[]): Promise<readonly Outcome[]> {
    if (moves.length === 0) return [];

    const { outcomes } = await this.#store.change({ select: "ids", moves }, this.clock.now());
    this.#observe(outcomes);
    return outcomes;
  }

  /** Tells everyone whom a change concerns: the holder, the dispatcher, the keeper, the watchers. */
  #observe(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const { was, decision } = outcome;
      if (isRefused(decision)) continue;
      if (was?.state.is === "reserved" && decision.job.state.is !== "reserved")
        this.#reservationEnded(outcome);
      if (decision.forget) this.events.emit(decision.job);
      else this.#settle(decision.job);
    }
  }

  #reservationEnded({ id, was, decision }: Outcome): void {
    if (was?.state.is !== "reserved" || isRefused(decision)) return;
    const session = this.#roster.reservationEnded(was.state.by, id);
    if (!session) return;

    const { attempt } = was;
    const { is } = decision.job.state;
    if (is === "cancelled" || is === "succeeded") {
      session.cancel({ id, attempt, reason: is === "cancelled" ? "cancelled" : "finished_elsewhere" });
      if (this.#draining) this.#checkIdle();
    } else {
      session.cancel({ id, attempt, reason: "expired" });
      session.letGo(id, attempt);
      this.#roomReturned(session);
    }
  }

  #settle(job: Job): void {
    if (job.state.is === "ready") this.#dispatcher.jobReady(job.name);
    const deadline = deadlineOf(job, this.settings.retention);
    if (deadline !== undefined) this.#keeper.nudge(deadline);
    this.events.emit(job);
  }

  #letGo(session: Session, reports: readonly MoveById[], outcomes: readonly Outcome[]): void {
    for (const [i, { id, move }] of reports.entries()) {
      const outcome = outcomes[i];
      if (!outcome || !("attempt" in move) || move.attempt === undefined) continue;
      if (move.move === "extend" && !isRefused(outcome.decision)) session.hold(outcome.decision.job);
      else if (move.move !== "extend") session.letGo(id, move.attempt);
    }
  }

  #roomReturned(session: Session): void {
    this.#dispatcher.roomReturned(session);
    if (this.#draining) this.#checkIdle();
  }

  #checkIdle(): void {
    for (const session of this.#roster.sessions()) if (session.isBusy) return;

    this.#onIdle();
  }
}
