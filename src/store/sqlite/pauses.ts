// Which names are paused, and since when.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobName } from "../../job/job.ts";

export class Pauses {
  readonly #pause: StatementSync;
  readonly #resume: StatementSync;
  readonly #all: StatementSync;

  constructor(db: DatabaseSync) {
    this.#pause = db.prepare("insert into paused (name, since) values (?, ?) on conflict do nothing");
    this.#resume = db.prepare("delete from paused where name = ?");
    this.#all = db.prepare("select name, since from paused");
  }

  /** Answers those that were not paused before. */
  pause(names: readonly JobName[], now: number): JobName[] {
    return names.filter((name) => this.#pause.run(name, now).changes > 0);
  }

  /** Answers those that were paused. */
  resume(names: readonly JobName[]): JobName[] {
    return names.filter((name) => this.#resume.run(name).changes > 0);
  }

  all(): Map<JobName, number> {
    return new Map(this.#all.all().map(({ name, since }) => [name as JobName, Number(since)]));
  }
}
