// What a change of jobs would come to: the same rules, asked in the same order, with nothing written.
import type { BulkMove } from "../job/bulk.ts";
import type { Retention } from "../job/deadline.ts";
import { isFinished, type Job, type JobId } from "../job/job.ts";
import { isRefused } from "../job/move.ts";
import { decide } from "../job/moves.ts";
import type { Cursor } from "../store/search.ts";
import type { Outcome, Store } from "../store/store.ts";
import type { Clock } from "./clock.ts";

const UNFINISHED = ["scheduled", "ready", "reserved"] as const;

/** Tries one move after the other, each on what the earlier ones would have left. */
export class Rehearsal {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #retention: Retention;
  /** Jobs as they would stand by now. */
  readonly #jobs = new Map<JobId, Job | undefined>();
  /** For each name and unique key that was asked for, the unfinished job that would have it by now. */
  readonly #keys = new Map<string, JobId | undefined>();

  constructor(store: Store, clock: Clock, retention: Retention) {
    this.#store = store;
    this.#clock = clock;
    this.#retention = retention;
  }

  async try(ids: readonly JobId[], move: BulkMove): Promise<readonly Outcome[]> {
    const jobs = await Promise.all(ids.map((id) => this.#store.peek(id)));
    for (const [i, id] of ids.entries()) this.#jobs.set(id, jobs[i]);
    const outcomes: Outcome[] = [];
    for (const id of ids) outcomes.push(await this.#tryOne(id, move));
    return outcomes;
  }

  async #tryOne(id: JobId, move: BulkMove): Promise<Outcome> {
    const was = this.#jobs.get(id);
    if (!was) return { id, was, decision: { refused: "not_found" } };

    const key = keyOf(was);
    const holder = key === undefined ? undefined : await this.#holderOf(key, was);
    const keyHeldBy = isFinished(was.state) && holder !== undefined ? { keyHeldBy: holder } : {};
    const [now, chance] = [this.#clock.now(), this.#clock.chance()];
    const decision = decide(was, move, { now, chance, retention: this.#retention, ...keyHeldBy });
    if (isRefused(decision)) return { id, was, decision };

    this.#jobs.set(id, decision.forget ? undefined : decision.job);
    if (key !== undefined) {
      const isHeld = !decision.forget && !isFinished(decision.job.state);
      if (isHeld || holder === id) this.#keys.set(key, isHeld ? id : undefined);
    }
    return { id, was, decision };
  }

  async #holderOf(key: string, { name, uniqueKey }: Job): Promise<JobId | undefined> {
    if (this.#keys.has(key) || uniqueKey === undefined) return this.#keys.get(key);

    const filter = { names: [name], uniqueKeys: [uniqueKey], states: UNFINISHED };
    let holder: JobId | undefined;
    let after: Cursor | undefined;
    do {
      const from = after === undefined ? {} : { after };
      const search = { filter, order: "newest", ...from, jobsMax: 1, searchMax: 1_000 } as const;
      const found = await this.#store.search(search);
      holder = found.jobs[0]?.id;
      after = found.after;
    } while (holder === undefined && after !== undefined);
    this.#keys.set(key, holder);
    return holder;
  }
}

function keyOf({ name, uniqueKey }: Job): string | undefined {
  return uniqueKey === undefined ? undefined : `${name} ${uniqueKey}`;
}
