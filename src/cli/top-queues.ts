// The table of queues in `lakh top`: as many rows as there is room for, more columns where it is wide.
import type { Queue } from "../client/admin-views.ts";
import { ageText, rateText, roundCountText } from "./ages.ts";
import { bar } from "./bars.ts";
import { markOf } from "./queue-table.ts";
import { cell, type Line, piece } from "./screen-line.ts";
import type { Paint } from "./terminal.ts";

interface QueueColumn {
  readonly head: string;
  readonly width: number;
  readonly text: (queue: Queue) => string;
  readonly paint?: (queue: Queue) => Paint | undefined;
  /** Only on screens of at least so many columns. Default: always. */
  readonly from?: number;
}

/** From here on it is wide. */
const wideMin = 110;
const nameMax = 48;
const barWidth = 12;
const nothing = "·";

function counted(
  head: string,
  state: keyof Queue["jobs"],
  more: { paint: Paint; from?: number },
): QueueColumn {
  return {
    head,
    width: Math.max(head.length, 5),
    text: ({ jobs }) => (jobs[state] === 0 ? nothing : roundCountText(jobs[state])),
    paint: ({ jobs }) => (jobs[state] === 0 ? "dim" : more.paint),
    ...(more.from !== undefined && { from: more.from }),
  };
}

function rated(head: string, rateOf: (queue: Queue) => number): QueueColumn {
  return {
    head,
    from: 54,
    width: 6,
    text: (queue) => (rateOf(queue) === 0 ? nothing : rateText(rateOf(queue))),
    paint: (queue) => (rateOf(queue) === 0 ? "dim" : undefined),
  };
}

const columnsOfQueues: readonly QueueColumn[] = [
  counted("READY", "ready", { paint: "blue" }),
  {
    head: "OLDEST",
    from: 40,
    width: 6,
    text: ({ oldestReadyAgeMs }) => ageText(oldestReadyAgeMs) || nothing,
    paint: ({ oldestReadyAgeMs }) => (oldestReadyAgeMs === undefined ? "dim" : undefined),
  },
  counted("RESERVED", "reserved", { paint: "cyan", from: 64 }),
  counted("SCHEDULED", "scheduled", { paint: "magenta", from: wideMin }),
  counted("RETRYING", "retrying", { paint: "yellow", from: 72 }),
  counted("DEAD", "dead", { paint: "red" }),
  rated("IN/S", ({ rates }) => rates.enqueued),
  rated("DONE/S", ({ rates }) => rates.succeeded),
  {
    head: "WORKERS",
    width: 10,
    text: (queue) => markOf(queue) ?? (queue.workers === 0 ? nothing : `${queue.workers}`),
    paint: (queue) => (markOf(queue) ? "yellow" : queue.workers === 0 ? "dim" : undefined),
  },
];

/** The head and at most `room - 1` queues; the last row says how many more there are. */
export function queueRows(
  queues: readonly Queue[],
  { columns, room }: { readonly columns: number; readonly room: number },
): readonly Line[] {
  if (room < 2) return [];

  const isWide = columns >= wideMin;
  const shown = columnsOfQueues.filter(({ from = 0 }) => columns >= from);
  const gap = isWide ? "  " : " ";
  const taken = shown.reduce(
    (sum, { width }) => sum + width + gap.length,
    isWide ? barWidth + gap.length : 0,
  );
  const nameWidth = Math.min(nameMax, columns - taken);
  const most = Math.max(0, ...queues.map(({ jobs }) => jobs.ready));
  const row = (first: Line, cells: Line): Line => [...first, ...cells.flatMap((one) => [piece(gap), one])];
  const head = row(
    [cell("NAME", nameWidth, { paint: "dim" }), ...(isWide ? [piece(gap), cell("", barWidth)] : [])],
    shown.map(({ head: text, width }) => cell(text, width, { right: true, paint: "dim" })),
  );
  if (queues.length === 0) return [head, [piece("There are no queues yet.", "dim")]];

  const fits = queues.length <= room - 1 ? queues.length : room - 2;
  const rows = queues.slice(0, fits).map((queue) =>
    row(
      [
        cell(queue.name, nameWidth),
        ...(isWide ? [piece(gap), piece(bar(queue.jobs.ready, most, barWidth), "blue")] : []),
      ],
      shown.map(({ text, width, paint }) => cell(text(queue), width, { right: true, paint: paint?.(queue) })),
    ),
  );
  const rest = queues.length - fits;
  return [head, ...rows, ...(rest > 0 ? [[piece(`and ${rest} more`, "dim")]] : [])];
}
