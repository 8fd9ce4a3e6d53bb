// The deliveries that one worker holds. A delivery is held until its end is on disk; but from the moment its worker has
// reported it the place it takes is as good as free, so the next job can be reserved in the same commit.
import type { JobId } from "../job/job.ts";

export interface Holding {
  readonly id: JobId;
  readonly attempt: number;
  /** When the reservation ends. */
  readonly until: number;
}

interface Held {
  readonly attempt: number;
  until: number;
  /** The worker was told to stop; only its place is still taken. */
  isOver: boolean;
  /** The report that ends it is on its way to the disk. */
  isLeaving: boolean;
}

export class Holdings {
  readonly #held = new Map<JobId, Held>();
  #leaving = 0;

  get size(): number {
    return this.#held.size;
  }

  /** How many places are taken once what is on its way to the disk has arrived there. */
  get staying(): number {
    return this.#held.size - this.#leaving;
  }

  /** Whether any of them may still come to something. */
  get isBusy(): boolean {
    for (const { isOver } of this.#held.values()) if (!isOver) return true;
    return false;
  }

  attemptOf(id: JobId): number | undefined {
    return this.#held.get(id)?.attempt;
  }

  *all(): Generator<Holding> {
    for (const [id, { attempt, until }] of this.#held) yield { id, attempt, until };
  }

  hold({ id, attempt, until }: Holding): void {
    const held = this.#held.get(id);
    if (held?.attempt === attempt) {
      held.until = until;
      held.isOver = false;
      return;
    }
    if (held) this.#drop(id, held);
    this.#held.set(id, { attempt, until, isOver: false, isLeaving: false });
  }

  /** Its end is on its way to the disk, or did not get there. */
  setLeaving(id: JobId, attempt: number, isLeaving: boolean): void {
    const held = this.#held.get(id);
    if (held?.attempt !== attempt || held.isLeaving === isLeaving) return;

    held.isLeaving = isLeaving;
    this.#leaving += isLeaving ? 1 : -1;
  }

  /** The delivery is over; true when it was held. */
  letGo(id: JobId, attempt: number): boolean {
    const held = this.#held.get(id);
    if (held?.attempt !== attempt) return false;

    this.#drop(id, held);
    return true;
  }

  /** It can come to nothing any more, but its place is taken; true when this was news. */
  finish(id: JobId, attempt: number): boolean {
    const held = this.#held.get(id);
    if (held?.attempt !== attempt) return false;

    held.isOver = true;
    return true;
  }

  /** Lets go of those whose reservation has ended; true when there were any. */
  sweep(now: number): boolean {
    const before = this.#held.size;
    for (const [id, held] of this.#held) if (held.until <= now) this.#drop(id, held);
    return this.#held.size < before;
  }

  #drop(id: JobId, held: Held): void {
    if (held.isLeaving) this.#leaving--;
    this.#held.delete(id);
  }
}
