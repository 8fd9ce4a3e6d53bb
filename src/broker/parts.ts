// What a broker is made of, and who hears of what from whom.
import type { Retention } from "../job/deadline.ts";
import { ignoreStoreFault, type MoveById, type Outcome, type Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Events } from "./events.ts";
import { Feed } from "./feed.ts";
import { Finder } from "./finder.ts";
import { History } from "./history.ts";
import { Keeper } from "./keeper.ts";
import { Observer } from "./observer.ts";
import { Operator } from "./operator.ts";
import type { Node } from "./overview.ts";
import { Pauses } from "./pauses.ts";
import { Queues } from "./queues.ts";
import { Roster } from "./roster.ts";
import type { Delivery, Session } from "./session.ts";
import { Statistics } from "./statistics.ts";
import { Survey } from "./survey.ts";
import { Workers } from "./workers.ts";

export interface World {
  readonly store: Store;
  readonly clock: Clock;
  readonly retention: Retention;
  readonly disconnectGraceMs: number;
}

/** What the parts tell the broker. */
export interface PartsHooks {
  readonly joined: (session: Session) => void;
  readonly left: (session: Session) => void;
  readonly roomReturned: (session: Session) => void;
  /** Some session holds less than before that may still come to something. */
  readonly relieved: () => void;
  readonly node: () => Node;
}

export type Parts = ReturnType<typeof buildParts>;

export function buildParts({ store, clock, retention, disconnectGraceMs }: World, hooks: PartsHooks) {
  const events = new Events();
  const statistics = new Statistics(clock);
  const observe = (outcomes: readonly Outcome[]) => observer.observe(outcomes);
  const move = async (moves: readonly MoveById[]): Promise<readonly Outcome[]> => {
    if (moves.length === 0) return [];

    const { outcomes } = await store.change({ select: "ids", moves }, clock.now());
    observe(outcomes);
    return outcomes;
  };
  const { joined, left } = hooks;
  const roster = new Roster({ move, joined, left }, { clock, graceMs: disconnectGraceMs });
  const undeliverable = (session: Session, delivery: Delivery) => {
    roster.undeliver(session, [delivery]).catch(ignoreStoreFault);
  };
  const dispatcher = new Dispatcher(store, clock, { observe, undeliverable });
  const keeper = new Keeper(store, clock, observe);
  const pauses = new Pauses(store, clock, dispatcher);
  const workers = new Workers(roster, clock);
  const survey = new Survey({ store, clock, pauses, workers, statistics, node: hooks.node });
  const history = new History({ store, clock, statistics, survey });
  const feed = new Feed(clock, { store, survey, workers, statistics });
  const finder = new Finder(store, clock);
  const queues = new Queues({ pauses, survey, steered: (names) => feed.queuesChanged(names) });
  const moved = () => feed.operationsChanged();
  const operator = new Operator({ store, clock, finder, retention, move, observe, moved });
  const { roomReturned, relieved } = hooks;
  const told = { events, dispatcher, keeper, roster, statistics, feed };
  const observer = new Observer({ ...told, retention, roomReturned, relieved });
  return { ...told, observer, pauses, workers, survey, history, finder, queues, operator, move };
}
