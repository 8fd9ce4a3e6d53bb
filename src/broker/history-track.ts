// The steps under way of one owner, one for each of its rings. Only the finest is counted in; each that ends is added to
// the next coarser one, so that a job costs the same however many rings there are.
import type { Cell, OpenCell, OwnerNumber, Ring } from "../store/history.ts";
import { bucketOf } from "./histogram.ts";
import { type Depths, stepOf } from "./history-rings.ts";
import { depthsOf, OpenStep } from "./history-step.ts";

/** Who is told of what passes under one name. */
export interface Teller {
  count(kind: number): void;
  waited(spanMs: number): void;
  ran(spanMs: number): void;
}

export class Track implements Teller {
  readonly owner: OwnerNumber;
  /** How much was counted, ever. */
  counted = 0;
  /** The finest first. */
  readonly #steps: readonly OpenStep[];
  readonly #finest: OpenStep;

  constructor(owner: OwnerNumber, rings: readonly Ring[], now: number) {
    this.owner = owner;
    this.#steps = rings.map((ring) => new OpenStep(ring, stepOf(ring, now)));
    const [finest] = this.#steps;
    if (!finest) throw new Error("a track needs a ring");
    this.#finest = finest;
  }

  count(kind: number): void {
    this.counted++;
    this.#finest.counts[kind] = (this.#finest.counts[kind] ?? 0) + 1;
  }

  waited(spanMs: number): void {
    const bucket = bucketOf(spanMs);
    this.#finest.wait[bucket] = (this.#finest.wait[bucket] ?? 0) + 1;
  }

  ran(spanMs: number): void {
    const bucket = bucketOf(spanMs);
    this.#finest.run[bucket] = (this.#finest.run[bucket] ?? 0) + 1;
  }

  /** When the step of this ring begins that is under way. */
  openAt({ stepMs }: Ring): number {
    const open = this.#steps.find(({ ring }) => ring.stepMs === stepMs) ?? this.#finest;
    return open.at;
  }

  /** Closes the steps in which this instant is not. */
  *close(now: number, depths: Depths | undefined): Generator<Cell> {
    for (const [i, step] of this.#steps.entries()) {
      const at = stepOf(step.ring, now);
      if (at === step.at) continue;
      yield { owner: this.owner, ring: step.ring, at: step.at, values: step.values(depths) };
      this.#steps[i + 1]?.add(step);
      step.begin(at);
    }
  }

  /** Those under way. `longerThanMs`: only steps that are longer. */
  *open(depths: Depths | undefined, longerThanMs: number): Generator<OpenCell> {
    for (const step of this.#steps) {
      const { ring, at } = step;
      if (ring.stepMs <= longerThanMs) continue;
      yield { owner: this.owner, ring, at, values: step.openValues(depths), histograms: step.histograms() };
    }
  }

  /** Goes on with the steps of an earlier run, and closes those that have ended meanwhile. */
  takeUp(kept: readonly OpenCell[], now: number): Cell[] {
    let depths: Depths | undefined;
    for (const step of this.#steps) {
      const cell = kept.find(({ ring }) => ring.stepMs === step.ring.stepMs);
      if (!cell) continue;
      step.takeUp(cell);
      depths ??= depthsOf(cell.values);
    }
    return [...this.close(now, depths)];
  }
}
