// What every list of things is to its readers: a table for people, one JSON document, or one JSON text a line. JSON goes
// out as it comes, so that a million rows need no memory.
import type { JsonValue } from "../client/client.ts";
import { type WireMessage, wireToJson } from "../client/wire-json.ts";
import { type Column, tableOf } from "./columns.ts";
import { jsonLine, type Shape } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** A kind of list. */
export interface ListShape<Wire extends WireMessage, Row> {
  /** The field of the reply in which the list is. */
  readonly field: string;
  readonly columns: readonly Column<Row>[];
  readonly row: (wire: Wire) => Row;
  /** What to tell people when there is nothing. */
  readonly whenEmpty: string;
}

/** Prints a list bit by bit: `add`, `add`, `end`. */
export class Listing<Wire extends WireMessage, Row> {
  count = 0;
  readonly #list: ListShape<Wire, Row>;
  readonly #shape: Shape;
  readonly #terminal: Terminal;
  readonly #rows: Row[] = [];

  constructor(list: ListShape<Wire, Row>, shape: Shape, terminal: Terminal) {
    this.#list = list;
    this.#shape = shape;
    this.#terminal = terminal;
  }

  async add(wires: readonly Wire[]): Promise<void> {
    const { out } = this.#terminal;
    for (const wire of wires) {
      const opening = this.count === 0 ? `{"${this.#list.field}":[\n` : ",";
      if (this.#shape === "ndjson") await out.write(jsonLine(wireToJson(wire)));
      if (this.#shape === "json") await out.write(`${opening}${jsonLine(wireToJson(wire))}`);
      if (this.#shape === "table") this.#rows.push(this.#list.row(wire));
      this.count += 1;
    }
  }

  /** Ends the list; `more` are other fields of the reply. */
  async end(more: Readonly<Record<string, JsonValue>> = {}): Promise<void> {
    const { out, err } = this.#terminal;
    if (this.#shape === "json") {
      const rest = Object.entries(more).map(([key, value]) => `,"${key}":${jsonLine(value).trimEnd()}`);
      await out.write(`${this.count === 0 ? `{"${this.#list.field}":[` : ""}]${rest.join("")}}\n`);
    }
    if (this.#shape !== "table") return;

    if (this.count > 0) await out.write(tableOf(this.#list.columns, this.#rows, out));
    else await err.write(`${err.paint("dim", this.#list.whenEmpty)}\n`);
  }
}
