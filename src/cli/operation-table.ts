// Operations in a table, and one of them alone.
import { type Operation, toOperation } from "../client/operation-views.ts";
import { type WireOperation, wireToJson } from "../client/wire-json.ts";
import { ageText, countText, roundCountText } from "./ages.ts";
import { type Column, tableOf } from "./columns.ts";
import type { ListShape } from "./listing.ts";
import { jsonLine, type Shape } from "./output.ts";
import type { Paint, Terminal } from "./terminal.ts";

const statePaints: Readonly<Record<Operation["state"], Paint>> = {
  running: "cyan",
  done: "green",
  stopped: "yellow",
};

/** The columns, ages counted from now. */
export function operationColumns(now: number): readonly Column<Operation>[] {
  return [
    { head: "ID", cell: ({ id }) => id },
    { head: "KIND", cell: ({ kind }) => kind.replaceAll("_", "-") },
    { head: "STATE", cell: ({ state }) => state, paint: ({ state }) => statePaints[state] },
    { head: "CHANGED", cell: ({ changed }) => countText(changed), align: "right" },
    { head: "SKIPPED", cell: ({ skipped }) => countText(skipped), align: "right" },
    {
      head: "SEARCHED",
      cell: ({ searched, candidates }) => `${roundCountText(searched)}/${roundCountText(candidates)}`,
      align: "right",
    },
    { head: "AGE", cell: ({ createdAt }) => ageText(createdAt && now - createdAt), align: "right" },
    { head: "FILTER", cell: ({ filterText }) => filterText || "(everything)", shrinks: true },
  ];
}

/** A list of operations. */
export function operationList(now: number): ListShape<WireOperation, Operation> {
  return {
    field: "operations",
    columns: operationColumns(now),
    row: toOperation,
    whenEmpty: "There are no operations.",
  };
}

/** Prints one. */
export async function printOperation(wire: WireOperation, shape: Shape, terminal: Terminal): Promise<void> {
  const { out } = terminal;
  if (shape === "ndjson") await out.write(jsonLine(wireToJson(wire)));
  else if (shape === "json") await out.write(jsonLine({ operation: wireToJson(wire) }));
  else await out.write(tableOf(operationColumns(terminal.now()), [toOperation(wire)], out));
}
