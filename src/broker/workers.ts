// The workers as operators see them, whatever way they are connected: a list of them, and the room that they have between
// them for each name.
import type { JobId, JobName, WorkerId } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Clock } from "./clock.ts";
import type { Staff, WorkerKind, WorkerView } from "./overview.ts";
import type { Roster } from "./roster.ts";

export interface Holding {
  readonly id: JobId;
  readonly attempt: number;
  readonly until: number;
}

/** What sessions and workers that poll have in common. */
export interface Connected {
  readonly id: WorkerId;
  readonly kind: WorkerKind;
  readonly names: readonly JobName[];
  readonly capacity: number;
  readonly heldCount: number;
  held(): Iterable<Holding>;
  /** Could be given a job now. */
  readonly hasRoom: boolean;
  readonly isDraining: boolean;
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly joinedAt: number;
  readonly heardAt: number;
  readonly succeeded: number;
  readonly failed: number;
}

/** Which workers, in the order of their ids. */
export interface WorkerQuery {
  /** Only those that offer it. */
  readonly name?: JobName | undefined;
  /** Only ids after this one. */
  readonly after?: WorkerId | undefined;
  readonly workersMax: number;
}

export class Workers {
  readonly #roster: Roster;
  readonly #clock: Clock;

  constructor(roster: Roster, clock: Clock) {
    this.#roster = roster;
    this.#clock = clock;
  }

  all(): Iterable<Connected> {
    return this.#roster.connected(this.#clock.now());
  }

  /** `more`: there are workers after the last one. */
  list({ name, after, workersMax }: WorkerQuery): {
    readonly workers: readonly WorkerView[];
    readonly more: boolean;
  } {
    const fitting = [...this.all()].filter(
      ({ id, names }) => (after === undefined || id > after) && (name === undefined || names.includes(name)),
    );
    fitting.sort((a, b) => (a.id < b.id ? -1 : 1));
    const workers = fitting.slice(0, workersMax).map((one) => viewWorker(one, LIMITS.heldShownMax));
    return { workers, more: fitting.length > workersMax };
  }

  /** How many workers there are in all, and for each name that one of them offers. */
  staff(): { readonly inAll: Staff; readonly byName: ReadonlyMap<JobName, Staff> } {
    const byName = new Map<JobName, Mutable<Staff>>();
    const inAll = { workers: 0, capacity: 0, held: 0 };
    for (const worker of this.all()) {
      add(inAll, worker);
      for (const name of worker.names) {
        const staff = byName.get(name) ?? { workers: 0, capacity: 0, held: 0 };
        byName.set(name, staff);
        add(staff, worker);
      }
    }
    return { inAll, byName };
  }

  /** How many jobs all of them can hold. */
  capacity(): number {
    let sum = 0;
    for (const { capacity } of this.all()) sum += capacity;
    return sum;
  }

  /** Of one name, without those who take no more jobs. */
  takers(name: JobName): Staff & { readonly hasRoom: boolean } {
    const staff = { workers: 0, capacity: 0, held: 0 };
    let hasRoom = false;
    for (const worker of this.all()) {
      if (worker.isDraining || !worker.names.includes(name)) continue;
      add(staff, worker);
      hasRoom ||= worker.hasRoom;
    }
    return { ...staff, hasRoom };
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function add(staff: Mutable<Staff>, { capacity, heldCount }: Connected): void {
  staff.workers++;
  staff.capacity += capacity;
  staff.held += heldCount;
}

/** With at most so many of the jobs that it holds. */
export function viewWorker(worker: Connected, heldMax: number): WorkerView {
  const { id, kind, names, capacity, heldCount: held, isDraining } = worker;
  const { version, labels, joinedAt, heardAt, succeeded, failed } = worker;
  const jobs: Holding[] = [];
  if (heldMax > 0) {
    for (const holding of worker.held()) if (jobs.push(holding) >= heldMax) break;
  }
  const said = { version, labels, joinedAt, heardAt, succeeded, failed };
  return { id, kind, names, capacity, held, jobs, isDraining, ...said };
}
