// Closed cells that are not written yet. They lie where they will lie in the store, so there cannot be more than there are
// places; while the disk is full, the oldest are let go.
import { type Cell, type OwnerNumber, type Ring, slotOf } from "../store/history.ts";
import { joined } from "./history-rings.ts";

/** Some 20 minutes of 200 names. */
export const PENDING_MAX = 6_000;

export class PendingCells {
  readonly #cells = new Map<string, Cell>();

  add(cell: Cell): void {
    const place = `${cell.owner} ${cell.ring.stepMs} ${slotOf(cell.ring, cell.at)}`;
    const before = this.#cells.get(place);
    const again = before?.at === cell.at ? { ...cell, values: joined(before.values, cell.values) } : cell;
    this.#cells.delete(place);
    this.#cells.set(place, again);
    if (this.#cells.size <= PENDING_MAX) return;

    const [oldest] = this.#cells.keys();
    if (oldest !== undefined) this.#cells.delete(oldest);
  }

  all(): Cell[] {
    return [...this.#cells.values()];
  }

  of(owner: OwnerNumber, { stepMs }: Ring): Cell[] {
    return this.all().filter((cell) => cell.owner === owner && cell.ring.stepMs === stepMs);
  }

  /** These are in the store; one that was replaced meanwhile is not among them. */
  written(cells: readonly Cell[]): void {
    const gone = new Set(cells);
    for (const [place, cell] of this.#cells) if (gone.has(cell)) this.#cells.delete(place);
  }

  forget(owner: OwnerNumber): void {
    for (const [place, cell] of this.#cells) if (cell.owner === owner) this.#cells.delete(place);
  }
}
