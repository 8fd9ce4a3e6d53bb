// The tables of the past: cells in their rings, those under way, the names that have rings, and the server's starts. Runs
// inside whatever transaction its caller has open.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { JobName } from "../../job/job.ts";
import {
  type Cell,
  type HistoryPage,
  type KeptHistory,
  type OpenCell,
  type Owner,
  type OwnerNumber,
  type Ring,
  type ServerStart,
  type Span,
  STARTS_MAX,
  slotOf,
  slotsOf,
} from "../history.ts";
import { arrays } from "./row.ts";

export class HistoryTables {
  readonly #put: StatementSync;
  readonly #cells: StatementSync;
  readonly #clear: StatementSync;
  readonly #closeAll: StatementSync;
  readonly #open: StatementSync;
  readonly #allOpen: StatementSync;
  readonly #nameOf: StatementSync;
  readonly #own: StatementSync;
  readonly #owners: StatementSync;
  readonly #start: StatementSync;
  readonly #forgetStarts: StatementSync;
  readonly #starts: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(
      "insert or replace into history (owner, step, slot, at, cell) values (?, ?, ?, ?, ?)",
    );
    this.#cells = arrays(
      db,
      "select at, cell from history where owner = ? and step = ? and slot between ? and ? and at >= ? and at < ?",
    );
    this.#clear = db.prepare("delete from history where owner = ?");
    this.#closeAll = db.prepare("delete from history_open");
    this.#open = db.prepare(
      "insert into history_open (owner, step, size, at, cell, histograms) values (?, ?, ?, ?, ?, ?)",
    );
    this.#allOpen = db.prepare("select * from history_open");
    this.#nameOf = db.prepare("select name from history_owner where owner = ?");
    this.#own = db.prepare("insert or replace into history_owner (owner, name, weight) values (?, ?, ?)");
    this.#owners = db.prepare("select * from history_owner order by owner");
    this.#start = db.prepare("insert into server_start (at, version) values (?, ?)");
    this.#forgetStarts = db.prepare(
      `delete from server_start where n not in (select n from server_start order by n desc limit ${STARTS_MAX})`,
    );
    this.#starts = db.prepare("select at, version from server_start where at >= ? and at < ? order by at, n");
  }

  write({ closed, open, owners }: HistoryPage): void {
    for (const { owner, name, weight } of owners) {
      if (this.#nameOf.get(owner)?.name !== name) this.#clear.run(owner);
      this.#own.run(owner, name, weight);
    }
    for (const { owner, ring, at, values } of closed)
      this.#put.run(owner, ring.stepMs, slotOf(ring, at), at, bytesOf(values));
    this.#closeAll.run();
    for (const { owner, ring, at, values, histograms } of open)
      this.#open.run(owner, ring.stepMs, ring.size, at, bytesOf(values), histograms);
  }

  cells(owner: OwnerNumber, ring: Ring, span: Span): Cell[] {
    const found: Cell[] = [];
    for (const slots of slotsOf(ring, span)) {
      const rows = this.#cells.all(owner, ring.stepMs, ...slots, span.from, span.until);
      for (const [at, cell] of rows as unknown as [number, Uint8Array][])
        found.push({ owner, ring, at, values: valuesOf(cell) });
    }
    return found.sort((a, b) => a.at - b.at);
  }

  kept(): KeptHistory {
    const owners = this.#owners.all().map(
      ({ owner, name, weight }): Owner => ({
        owner: Number(owner),
        name: name as JobName,
        weight: Number(weight),
      }),
    );
    const open = this.#allOpen.all().map(
      ({ owner, step, size, at, cell, histograms }): OpenCell => ({
        owner: Number(owner),
        ring: { stepMs: Number(step), size: Number(size) },
        at: Number(at),
        values: valuesOf(cell),
        histograms: histograms as Uint8Array,
      }),
    );
    return { owners, open };
  }

  recordStart({ at, version }: ServerStart): void {
    this.#start.run(at, version);
    this.#forgetStarts.run();
  }

  starts({ from, until }: Span): ServerStart[] {
    return this.#starts
      .all(from, until)
      .map(({ at, version }) => ({ at: Number(at), version: String(version) }));
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A copy when it has to be one, since floats must be aligned. */
function valuesOf(cell: unknown): Float32Array {
  const bytes = cell as Uint8Array<ArrayBuffer>;
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}
