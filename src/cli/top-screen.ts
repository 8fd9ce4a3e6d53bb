// The screen of `lakh top`, drawn from what is known: a pure function, so that it can be looked at in a test.
import { bytesText, countText } from "./ages.ts";
import { progressLine } from "./operation-progress.ts";
import { cell, type Line, lineOf, lineWidth, piece, spread } from "./screen-line.ts";
import type { Paint, Size } from "./terminal.ts";
import { headBlocks } from "./top-head.ts";
import { queueRows } from "./top-queues.ts";
import { sortedQueues, type TopState } from "./top-state.ts";

/** Title, blocks, head of the table, foot, and blank lines between. */
const fixedRows = 10;
/** Operations that are shown at most. */
const operationsMax = 3;

/** Exactly `rows` lines of exactly `columns` columns. */
export function topScreen(state: TopState, size: Size, now: number): readonly Line[] {
  const { columns, rows } = size;
  const head = [titleLine(state, columns, now), [], ...headBlocks(state, columns), []];
  const operations = operationLines(state, now);
  const foot = [...(operations.length > 0 ? [[], ...operations] : []), footLine(state, columns)];
  const room = Math.max(0, rows - head.length - foot.length);
  const body = queueRows(sortedQueues(state), { columns, room });
  const blank = Array.from({ length: Math.max(0, room - body.length) }, (): Line => []);
  const lines = [...head, ...body, ...blank, ...foot].slice(0, rows);
  const isStale = state.status !== "live";
  return lines.map((line, index) => {
    const full = lineOf(line, columns);
    // Old numbers never look fresh.
    return isStale && index > 0 ? full.map(({ text }) => ({ text, paint: "dim" as const })) : full;
  });
}

/** How many rows it takes to show everything. */
export function heightOf(state: TopState, now: number): number {
  const operations = operationLines(state, now).length;
  return fixedRows + Math.max(1, state.queues.size) + (operations > 0 ? operations + 1 : 0);
}

const statuses: Readonly<Record<TopState["status"], readonly [text: string, paint: Paint]>> = {
  connecting: ["○ Connecting", "yellow"],
  live: ["● Live", "green"],
  reconnecting: ["○ Reconnecting", "yellow"],
};

function titleLine(state: TopState, columns: number, now: number): Line {
  const [text, paint] = state.isPaused ? (["‖ Paused", "yellow"] as const) : statuses[state.status];
  const clock = `${new Date(now).toISOString().slice(11, 19)}Z`;
  const host = state.url.replace(/^https?:\/\//, "");
  const left = [piece("lakh top", "bold"), piece(`  ${host}`, "dim")];
  return spread(left, [piece(text, paint), piece(`  ${clock}`, "dim")], columns);
}

function operationLines({ operations }: TopState, now: number): readonly Line[] {
  const running = [...operations.values()];
  const lines = running.slice(0, operationsMax).map((operation): Line => {
    const { filterText } = operation;
    return [piece(progressLine(operation, undefined, now), "cyan"), piece(`  ${filterText}`, "dim")];
  });
  const more = running.length - lines.length;
  return more > 0 ? [...lines, [piece(`and ${more} more operations`, "dim")]] : lines;
}

function footLine(state: TopState, columns: number): Line {
  const keys: Line = [
    ...key("s", `sort by ${state.sort}`.padEnd("sort by depth".length)),
    ...key("p", state.isPaused ? "go on" : "pause"),
    ...key("q", "quit"),
  ];
  const right = (text: string): Line => [piece(text, "dim")];
  const [short, long] = factsOf(state);
  const all = right(`${short}${long}`);
  return spread(keys, lineWidth(keys) + lineWidth(all) < columns ? all : right(short), columns);
}

/** What did not find a place above: the short facts, and more for wide screens. */
function factsOf({ overview, workers: known }: TopState): readonly [short: string, more: string] {
  if (overview === undefined) return ["", ""];

  const { queues, pausedQueues, workers, nodes, storeBytes } = overview;
  const draining = [...known.values()].filter(Boolean).length;
  const count = (number: number, thing: string) => `${countText(number)} ${thing}${number === 1 ? "" : "s"}`;
  const short = [
    count(queues, "queue") + (pausedQueues === 0 ? "" : ` (${pausedQueues} paused)`),
    count(workers, "worker") + (draining === 0 ? "" : ` (${draining} draining)`),
  ];
  const version = nodes[0]?.version;
  return [short.join(", "), `, store ${bytesText(storeBytes)}${version ? `, lakh ${version}` : ""}`];
}

function key(letter: string, does: string): Line {
  return [cell(` ${letter} `, 3, { paint: "inverse" }), piece(` ${does}   `, "dim")];
}
