// Mistakes that a server in a process of its own can be asked to make: each is what some test of the promises is there to
// see. They exist here alone, and stand between the server and its store or replace one property of a class.
import { setTimeout as sleep } from "node:timers/promises";
import { Session } from "../../src/broker/session.ts";
import type { Store } from "../../src/store/store.ts";
import { holdingIgnored } from "../broker/mutants.ts";
import type { Mutation } from "../store/mutants.ts";

export type Mistake =
  | "ack before COMMIT"
  | "backlog dumped"
  | "backlog kept in memory"
  | "crowd served badly"
  | "first job dispatched late"
  | "holding ignored";

interface Made {
  /** Stands between the server and its store. */
  readonly store?: Mutation;
  /** Changes the program itself. */
  readonly program?: () => void;
}

const LATE_MS = 150;
const HELD_UP_MS = 1_100;
const HELD_UP_TIMES = 4;

/** Says that the jobs are stored while they are on their way to the disk. */
const ackBeforeCommit: Mutation = (store) => ({
  enqueue: async (jobs) => {
    sleep(20)
      .then(() => store.enqueue(jobs))
      .catch(() => {}); // that is the mistake
    return jobs.map(({ job }) => ({ job, duplicate: false }));
  },
});

const backlogKept: Mutation = (store) => {
  const kept: unknown[] = [];
  return {
    enqueue: (jobs) => {
      kept.push(...jobs);
      return store.enqueue(jobs);
    },
  };
};

/** What comes before each time that the dispatcher asks for jobs. */
function beforeNext(store: Store, first: () => Promise<void>): Partial<Store> {
  return {
    change: async (selection, now) => {
      if (selection.select === "next") await first();
      return store.change(selection, now);
    },
  };
}

/** Of ten workers one is given one job less than it has room for, and one five more. */
function misjudgeRoom(): void {
  const { get } = Object.getOwnPropertyDescriptor(Session.prototype, "room") ?? {};
  Object.defineProperty(Session.prototype, "room", {
    get(this: Session) {
      const more = this.id.endsWith("7") ? -1 : this.id.endsWith("3") ? 5 : 0;
      return Math.max(0, get?.call(this) + more);
    },
  });
}

/** Some times nothing else is done while jobs are dealt. */
const holdUp: Mutation = (store) => {
  let left = HELD_UP_TIMES;
  return beforeNext(store, async () => {
    if (--left < 0) return;
    for (const startedAt = performance.now(); performance.now() < startedAt + HELD_UP_MS; );
  });
};

const MADE: Readonly<Record<Mistake, Made>> = {
  "ack before COMMIT": { store: ackBeforeCommit },
  "backlog dumped": {
    program: () => Object.defineProperty(Session.prototype, "room", { get: () => 10_000 }),
  },
  "backlog kept in memory": { store: backlogKept },
  "crowd served badly": { store: holdUp, program: misjudgeRoom },
  "first job dispatched late": { store: (store) => beforeNext(store, () => sleep(LATE_MS)) },
  "holding ignored": { store: holdingIgnored },
};

/** Makes it in this process; answers what stands before the store from now on. */
export function make(mistake: Mistake | undefined): Mutation {
  const made = mistake ? MADE[mistake] : {};
  made.program?.();
  return made.store ?? (() => ({}));
}
