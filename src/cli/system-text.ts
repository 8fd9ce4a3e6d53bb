// The server itself for people: its process, its store, what it refused, and the settings that somebody made.
import type { Percentiles, RefusedCalls, SettingInForce, System } from "../client/client.ts";
import { ageText, bytesText, countText, tookText } from "./ages.ts";
import { type Column, detailsOf, tableOf } from "./columns.ts";
import type { Paint, Terminal } from "./terminal.ts";

/** With less of the disk free than this, somebody should look. */
const FREE_SHARE_MIN = 0.1;
/** A loop that is later than this is felt by whoever calls. */
const LOOP_DELAY_MS_MAX = 100;

/** The text. */
export function systemText(system: System, { now, out }: Pick<Terminal, "now" | "out">): string {
  const made = system.settings.filter(({ source }) => source !== "default");
  const parts = [
    detailsOf([...processFacts(system, now()), ...storeFacts(system)], out),
    system.refusals.length === 0 ? "" : tableOf(refusalColumns, system.refusals, out),
    made.length === 0 ? "" : tableOf(settingColumns, made, out),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

type Facts = readonly (readonly [label: string, value: string | undefined, paint?: Paint | undefined])[];

function processFacts(system: System, now: number): Facts {
  const { startedAt, eventLoopDelay } = system;
  const isLate = (eventLoopDelay.p99Ms ?? 0) > LOOP_DELAY_MS_MAX;
  return [
    ["version", `${system.version} on Node ${system.runtime}, ${system.platform}`],
    ["up", startedAt ? `${ageText(now - startedAt)}, since ${instantText(startedAt)}` : undefined],
    ["memory", `${bytesText(system.rssBytes)}, ${bytesText(system.heapBytes)} of it JavaScript`],
    ["processor", `${Math.round(system.processorShare * 100)}% of one`],
    ["loop delay", percentilesText(eventLoopDelay), isLate ? "yellow" : undefined],
    ["connections", `${system.connections}, ${system.openCalls} calls under way`],
  ];
}

function storeFacts({ store, storeBytes, disk, commit }: System): Facts {
  const isNarrow = disk && disk.freeBytes < disk.sizeBytes * FREE_SHARE_MIN;
  return [
    ["store", `${store}, ${bytesText(storeBytes)}`],
    [
      "disk",
      disk && `${bytesText(disk.freeBytes)} free of ${bytesText(disk.sizeBytes)}`,
      isNarrow ? "yellow" : undefined,
    ],
    ["commits", `${countText(commit.count)} in 5m${commit.count > 0 ? `, ${percentilesText(commit)}` : ""}`],
  ];
}

/** `p50 0.2ms, p99 3.4ms`. Undefined when nothing was measured. */
function percentilesText({ p50Ms, p99Ms }: Percentiles): string | undefined {
  if (p50Ms === undefined || p99Ms === undefined) return undefined;
  return `p50 ${shortText(p50Ms)}, p99 ${shortText(p99Ms)}`;
}

/** As `tookText`, but below 10 ms with a digit more: commits take parts of a millisecond. */
function shortText(ms: number): string {
  return ms < 9.95 ? `${ms.toFixed(1)}ms` : tookText(ms);
}

function instantText(instant: number): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

const refusalColumns: readonly Column<RefusedCalls>[] = [
  { head: "REFUSED", cell: ({ rpc }) => rpc, shrinks: true },
  { head: "CODE", cell: ({ code }) => code },
  { head: "CALLS", cell: ({ calls }) => countText(calls), align: "right" },
];

const settingColumns: readonly Column<SettingInForce>[] = [
  { head: "SETTING", cell: ({ key }) => key },
  { head: "VALUE", cell: ({ value }) => value, shrinks: true },
  { head: "FROM", cell: ({ source }) => source },
];
