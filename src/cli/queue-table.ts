// Queues in a table: what waits, for how long, who does it.
import { type Queue, toQueue } from "../client/admin-views.ts";
import type { WireQueue } from "../client/wire-json.ts";
import { ageText, countText, rateText } from "./ages.ts";
import type { Column } from "./columns.ts";
import type { ListShape } from "./listing.ts";
import type { Paint } from "./terminal.ts";

/** Jobs of one state, painted where there are any. */
function counted(head: string, state: keyof Queue["jobs"], paint: Paint): Column<Queue> {
  return {
    head,
    cell: ({ jobs }) => countText(jobs[state]),
    align: "right",
    paint: ({ jobs }) => (jobs[state] === 0 ? "dim" : paint),
  };
}

const columns: readonly Column<Queue>[] = [
  { head: "NAME", cell: ({ name }) => name, shrinks: true },
  counted("READY", "ready", "blue"),
  { head: "OLDEST", cell: ({ oldestReadyAgeMs }) => ageText(oldestReadyAgeMs), align: "right" },
  counted("RESERVED", "reserved", "cyan"),
  counted("SCHEDULED", "scheduled", "magenta"),
  counted("RETRYING", "retrying", "yellow"),
  counted("DEAD", "dead", "red"),
  { head: "IN/S", cell: ({ rates }) => rateText(rates.enqueued), align: "right" },
  { head: "DONE/S", cell: ({ rates }) => rateText(rates.succeeded), align: "right" },
  { head: "WORKERS", cell: ({ workers }) => countText(workers), align: "right" },
  { head: "", cell: (queue) => markOf(queue) ?? "", paint: () => "yellow" },
];

/** A list of queues. */
export const queueList: ListShape<WireQueue, Queue> = {
  field: "queues",
  columns,
  row: toQueue,
  whenEmpty: "There are no queues.",
};

/** What is wrong with a queue, if anything: paused, or with ready jobs that no worker offers to do. */
export function markOf({ isPaused, workers, jobs }: Queue): "paused" | "no workers" | undefined {
  if (isPaused) return "paused";
  return jobs.ready > 0 && workers === 0 ? "no workers" : undefined;
}
