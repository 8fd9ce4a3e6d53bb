// Workers in a table.
import { type ConnectedWorker, toConnectedWorker } from "../client/admin-views.ts";
import type { WireWorker } from "../client/wire-json.ts";
import { ageText, countText } from "./ages.ts";
import type { Column } from "./columns.ts";
import type { ListShape } from "./listing.ts";

/** The columns, ages counted from now. */
export function workerColumns(now: number): readonly Column<ConnectedWorker>[] {
  return [
    { head: "WORKER", cell: ({ workerId }) => workerId },
    { head: "NAMES", cell: ({ names }) => names.join(","), shrinks: true },
    {
      head: "BUSY",
      cell: ({ held, capacity }) => `${held}/${capacity}`,
      align: "right",
      paint: ({ held, capacity }) => (held >= capacity ? "yellow" : undefined),
    },
    { head: "DONE", cell: ({ succeeded }) => countText(succeeded), align: "right" },
    {
      head: "FAILED",
      cell: ({ failed }) => countText(failed),
      align: "right",
      paint: ({ failed }) => (failed > 0 ? "red" : "dim"),
    },
    { head: "JOINED", cell: ({ joinedAt }) => ageText(joinedAt && now - joinedAt), align: "right" },
    { head: "HEARD", cell: ({ lastHeardAt }) => ageText(lastHeardAt && now - lastHeardAt), align: "right" },
    { head: "BY", cell: ({ kind }) => kind },
    { head: "VERSION", cell: ({ version }) => version, shrinks: true },
    { head: "", cell: ({ isDraining }) => (isDraining ? "draining" : ""), paint: () => "yellow" },
  ];
}

/** A list of workers. */
export function workerList(now: number): ListShape<WireWorker, ConnectedWorker> {
  return {
    field: "workers",
    columns: workerColumns(now),
    row: toConnectedWorker,
    whenEmpty: "No worker is connected.",
  };
}
