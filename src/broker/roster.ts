// Who is connected, and how workers come and go: hello, resume with what they still hold, goodbye, broken streams.
import type { JobId, JobName, WorkerId } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import type { MoveById, Outcome } from "../store/store.ts";
import { Absences } from "./absences.ts";
import type { Clock } from "./clock.ts";
import { Drained } from "./drained.ts";
import { Pollers } from "./pollers.ts";
import {
  type Cancellation,
  type Delivery,
  type Introduction,
  type PollIntroduction,
  Session,
} from "./session.ts";
import type { Connected } from "./workers.ts";

/** How a session ended: the worker said so, or its stream broke, in which case it may come back. */
export type Leaving = "goodbye" | "broken";

/** A session, and what of the worker's `holding` is not its any more. */
export interface Joined {
  readonly session: Session;
  readonly notHeld: readonly Cancellation[];
}

export interface RosterHooks {
  /** Carries out moves and observes what they changed. */
  readonly move: (moves: readonly MoveById[]) => Promise<readonly Outcome[]>;
  readonly joined: (session: Session) => void;
  readonly left: (session: Session) => void;
}

/** Which workers: these, those that offer one of these names, or all. */
export interface Discharge {
  readonly ids: readonly WorkerId[];
  readonly names: readonly JobName[];
  readonly everyone: boolean;
}

export class Roster {
  readonly #hooks: RosterHooks;
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #sessions = new Map<WorkerId, Session>();
  /** Workers that poll: any number may share an id, and none can be told apart once it has its answer. */
  readonly #polls = new Set<Session>();
  readonly #pollers = new Pollers();
  readonly #drained = new Drained();
  readonly #absences = new Absences();

  constructor(hooks: RosterHooks, { clock, graceMs }: { clock: Clock; graceMs: number }) {
    this.#hooks = hooks;
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  *sessions(): Generator<Session> {
    yield* this.#sessions.values();
    yield* this.#polls;
  }

  find(worker: WorkerId): Session | undefined {
    return this.#sessions.get(worker);
  }

  /** The worker has reported: it lives, holds less, and what counted of it is counted. Answers its session, if any. */
  reported(
    worker: WorkerId,
    reports: readonly MoveById[],
    outcomes: readonly Outcome[],
  ): Session | undefined {
    const now = this.#clock.now();
    const session = this.#sessions.get(worker);
    session?.reported(reports, outcomes);
    const who = session ?? this.#pollers.heard(worker, now);
    if (!who) return undefined;

    who.heardAt = now;
    for (const [i, { decision }] of outcomes.entries()) {
      if (isRefused(decision)) continue;
      const move = reports[i]?.move.move;
      if (move === "succeed") who.succeeded++;
      else if (move === "fail") who.failed++;
    }
    return session;
  }

  /** Each worker once: sessions, and those that poll or did so not long ago. */
  *connected(now: number): Generator<Connected> {
    yield* this.#sessions.values();
    for (const poller of this.#pollers.list(now)) if (!this.#sessions.has(poller.id)) yield poller;
  }

  /** The reservation of this job by this worker is over; says which session held it. */
  reservationEnded(worker: WorkerId, id: JobId): Session | undefined {
    this.#absences.remove(worker, id);
    return this.#sessions.get(worker);
  }

  /** The worker's stream broke, or was broken when the server stopped: it may come back for this job. */
  absent(worker: WorkerId, id: JobId, attempt: number): void {
    this.#absences.add(worker, id, attempt);
  }

  /** A worker asks once for what there is. Its deliveries live by their reservations. */
  poll(introduction: PollIntroduction): Session {
    const session = new Session({ ...introduction, stream: false, holding: [] }, this.#clock.now());
    this.#polls.add(session);
    const poller = this.#pollers.open(session);
    poller.isDraining = this.#drained.has(session.id);
    if (poller.isDraining) session.setCapacity(0);
    this.#hooks.joined(session);
    return session;
  }

  /** These finish what they hold and get no more, now or when they come back. Answers who was told so now. */
  drain({ ids, names, everyone }: Discharge): WorkerId[] {
    const wanted = new Set(ids);
    const offered = new Set(names);
    for (const worker of this.connected(this.#clock.now()))
      if (everyone || worker.names.some((name) => offered.has(name))) wanted.add(worker.id);
    const told = [...wanted].filter((id) => this.#tell(id));
    for (const id of wanted) this.#drained.add(id);
    return told;
  }

  #tell(id: WorkerId): boolean {
    const poller = this.#pollers.find(id);
    let isNews = poller !== undefined && !poller.isDraining;
    if (poller) poller.isDraining = true;
    // Its answer cannot say why nothing comes, and one that came at once would make it ask again at once.
    for (const call of poller?.calls ?? []) call.setCapacity(0);
    if (this.#sessions.get(id)?.drain("operator")) isNews = true;
    return isNews;
  }

  /**
   * A worker comes, or comes back. What it says it holds is its again if the rules allow; what it held and does not
   * name any more is lost at once. An older session of the same worker ends.
   */
  async join(introduction: Introduction): Promise<Joined> {
    const { id: by, holding } = introduction;
    for (let older = this.#sessions.get(by); older; older = this.#sessions.get(by))
      await this.#replace(older);
    const session = new Session(introduction, this.#clock.now());
    this.#sessions.set(by, session);
    if (this.#drained.has(by)) session.drain("operator");

    const before = this.#absences.takeAll(by);
    const named = new Set(holding.map(({ id }) => id));
    const forgotten = [...before].filter(([id]) => !named.has(id));
    const reattached = holding.map(({ id, attempt }) => ({
      id,
      move: { move: "reattach", by, attempt } as const,
    }));
    const lost = forgotten.map(([id, attempt]) => ({ id, move: { move: "lose", by, attempt } as const }));
    const outcomes = await this.#hooks.move([...reattached, ...lost]);

    const notHeld = holding.filter((held, i) => !reattach(session, held, outcomes[i]));
    if (this.#sessions.get(by) === session) this.#hooks.joined(session);
    return { session, notHeld: notHeld.map((held) => ({ ...held, reason: "not_held" })) };
  }

  /** Gives back what the session holds. Doing it twice is harmless. */
  async leave(session: Session, how: Leaving): Promise<void> {
    if (this.#sessions.get(session.id) === session) this.#sessions.delete(session.id);
    this.#polls.delete(session);
    this.#pollers.close(session, this.#clock.now());
    this.#hooks.left(session);
    const { id: by } = session;
    const unsent = session.takeBack().map(({ job }) => undeliver(by, job.id, job.attempt));
    const held = [...session.held()];
    for (const { id, attempt } of held) session.letGo(id, attempt);

    if (!session.stream) {
      await this.#hooks.move(unsent);
      return;
    }
    const away = held.map(({ id, attempt }) => ({ id, move: this.#departure({ by, attempt }, how) }));
    if (how === "broken") for (const { id, attempt } of held) this.#absences.add(by, id, attempt);
    await this.#hooks.move([...unsent, ...away]);
  }

  #departure({ by, attempt }: { by: WorkerId; attempt: number }, how: Leaving) {
    if (how === "goodbye" || this.#graceMs === 0) return { move: "lose", by, attempt } as const;

    return { move: "disconnect", by, attempt, graceMs: this.#graceMs } as const;
  }

  /** These never left the server: the worker went meanwhile. */
  async undeliver(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    await this.#hooks.move(deliveries.map(({ job }) => undeliver(session.id, job.id, job.attempt)));
  }

  /** These fire-and-forget deliveries have left the server: they are done. */
  async deliver(session: Session, deliveries: readonly Delivery[]): Promise<void> {
    const by = session.id;
    for (const { job } of deliveries) session.letGo(job.id, job.attempt);
    const deliver = ({ job: { id, attempt } }: Delivery): MoveById => {
      return { id, move: { move: "deliver", by, attempt } };
    };
    await this.#hooks.move(deliveries.map(deliver));
  }

  /** Gives back unharmed what every worker on a stream still holds. */
  async releaseAll(): Promise<void> {
    const releases: MoveById[] = [];
    for (const session of this.sessions()) {
      for (const { job } of session.takeBack()) releases.push(undeliver(session.id, job.id, job.attempt));
      if (!session.stream) continue;
      for (const { id, attempt } of session.held()) {
        releases.push({ id, move: { move: "release", by: session.id, attempt } });
        session.letGo(id, attempt);
      }
    }
    await this.#hooks.move(releases);
  }

  async #replace(older: Session): Promise<void> {
    older.end("replaced");
    await this.leave(older, "broken");
  }
}

function undeliver(by: WorkerId, id: JobId, attempt: number): MoveById {
  return { id, move: { move: "undeliver", by, attempt } };
}

function reattach(
  session: Session,
  held: { id: JobId; attempt: number },
  outcome: Outcome | undefined,
): boolean {
  if (!outcome || isRefused(outcome.decision)) return false;

  session.hold(outcome.decision.job);
  return outcome.decision.job.attempt === held.attempt;
}
