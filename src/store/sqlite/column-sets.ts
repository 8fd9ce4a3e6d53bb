// Statements that write a few of many columns: one for each set of columns, prepared when the set is met first. A move
// changes some of a job's columns and most jobs have few; each column less is less to bind, to encode and to index.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Column } from "./row.ts";

/** Inserts rows of which columns that are null are not mentioned. */
export class Insertion {
  readonly #db: DatabaseSync;
  readonly #columns: readonly string[];
  readonly #statements = new Map<number, StatementSync>();

  /** Of the table `job`; at most 31 columns. */
  constructor(db: DatabaseSync, columns: string) {
    this.#db = db;
    this.#columns = columns.match(/\w+/g) ?? [];
  }

  /** Undefined when the id was there. */
  run(values: readonly Column[]): number | bigint | undefined {
    let set = 0;
    const given: Column[] = [];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === null || value === undefined) continue;
      set |= 1 << i;
      given.push(value);
    }
    const statement = this.#statements.get(set) ?? this.#prepare(set);
    const { changes, lastInsertRowid } = statement.run(...given);
    return changes === 0 ? undefined : lastInsertRowid;
  }

  #prepare(set: number): StatementSync {
    const columns = this.#columns.filter((_, i) => set & (1 << i));
    const places = columns.map(() => "?").join(", ");
    const sql = `insert into job (${columns.join(", ")}) values (${places}) on conflict (id) do nothing`;
    const statement = this.#db.prepare(sql);
    this.#statements.set(set, statement);
    return statement;
  }
}

/** Updates rows, and of them the columns that differ. */
export class Update {
  readonly #db: DatabaseSync;
  readonly #columns: readonly string[];
  readonly #always: number;
  readonly #statements = new Map<number, StatementSync>();

  /** Of the table `job`; at most 31 columns, one of which is written whether it differs or not. */
  constructor(db: DatabaseSync, columns: string, always: string) {
    this.#db = db;
    this.#columns = columns.match(/\w+/g) ?? [];
    this.#always = this.#columns.indexOf(always);
  }

  run(seq: number, was: readonly Column[], is: readonly Column[]): void {
    let set = 0;
    const given: Column[] = [];
    for (let i = 0; i < is.length; i++) {
      const value = is[i];
      if (value === undefined || (value === was[i] && i !== this.#always)) continue;
      set |= 1 << i;
      given.push(value);
    }
    const statement = this.#statements.get(set) ?? this.#prepare(set);
    statement.run(...given, seq);
  }

  #prepare(set: number): StatementSync {
    const sets = this.#columns.filter((_, i) => set & (1 << i)).map((column) => `${column} = ?`);
    const statement = this.#db.prepare(`update job set ${sets.join(", ")} where seq = ?`);
    this.#statements.set(set, statement);
    return statement;
  }
}
