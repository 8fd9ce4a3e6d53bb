// Tells everyone whom a change concerns: the worker that held the job, the dispatcher, the keeper, the statistics and
// those who watch.
import { deadlineOf, type Retention } from "../job/deadline.ts";
import type { Job } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import type { Enqueued, Outcome } from "../store/store.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Events } from "./events.ts";
import type { Feed } from "./feed.ts";
import type { Keeper } from "./keeper.ts";
import type { Roster } from "./roster.ts";
import type { Session } from "./session.ts";
import type { Statistics } from "./statistics.ts";

export interface Concerned {
  readonly retention: Retention;
  readonly events: Events;
  readonly dispatcher: Dispatcher;
  readonly keeper: Keeper;
  readonly roster: Roster;
  readonly statistics: Statistics;
  readonly feed: Feed;
  readonly roomReturned: (session: Session) => void;
  /** Some session holds less than before that may still come to something. */
  readonly relieved: () => void;
}

export class Observer {
  readonly #concerned: Concerned;

  constructor(concerned: Concerned) {
    this.#concerned = concerned;
  }

  enqueued(enqueued: readonly Enqueued[]): void {
    this.#concerned.statistics.enqueued(enqueued);
    for (const { job, duplicate, replaced } of enqueued) {
      if (replaced) this.observe([replaced]);
      if (!duplicate) this.#settle(job);
    }
  }

  observe(outcomes: readonly Outcome[]): void {
    if (outcomes.length > 0) this.#concerned.statistics.observe(outcomes);
    for (const outcome of outcomes) {
      const { was, decision } = outcome;
      if (isRefused(decision)) continue;
      if (was?.state.is === "reserved" && decision.job.state.is !== "reserved")
        this.#reservationEnded(outcome);
      if (decision.forget) this.#forget(decision.job);
      else this.#settle(decision.job);
    }
  }

  #reservationEnded({ id, was, decision }: Outcome): void {
    if (was?.state.is !== "reserved" || isRefused(decision)) return;
    const { roster, roomReturned, relieved } = this.#concerned;
    const session = roster.reservationEnded(was.state.by, id);
    if (!session) return;

    const { attempt } = was;
    const { is } = decision.job.state;
    if (is === "cancelled" || is === "succeeded") {
      session.cancel({ id, attempt, reason: is === "cancelled" ? "cancelled" : "finished_elsewhere" });
      relieved();
    } else {
      session.cancel({ id, attempt, reason: "expired" });
      session.letGo(id, attempt);
      roomReturned(session);
    }
  }

  #settle(job: Job): void {
    const { dispatcher, keeper, events, feed, retention } = this.#concerned;
    if (job.state.is === "ready") dispatcher.jobReady(job.name);
    const deadline = deadlineOf(job, retention);
    if (deadline !== undefined) keeper.nudge(deadline);
    events.emit(job);
    feed.jobChanged(job, false);
  }

  #forget(job: Job): void {
    this.#concerned.events.emit(job, true);
    this.#concerned.feed.jobChanged(job, true);
  }
}
