// Which charts there are, and what each shows.
import { formatCount, formatRate } from "../format/numbers.ts";
import { formatSpan } from "../format/times.ts";
import type { Line } from "./history-model.ts";
import type { Roundness } from "./ticks.ts";

export interface ChartKind {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly roundness: Roundness;
  readonly format: (value: number) => string;
  /** Pixels that the words at the ends of the lines take. */
  readonly labelWidth: number;
  /** It is drawn wide. */
  readonly isWide?: boolean;
  /** It says beside the mark of a start what started. */
  readonly tellsStarts?: boolean;
}

const formatPerSecond = (value: number) => `${formatRate(value)}/s`;
const formatSeconds = (value: number) => formatSpan(value * 1_000);
const formatWhole = (value: number) => formatCount(Math.round(value));

export const CHART_KINDS: readonly ChartKind[] = [
  {
    title: "Throughput",
    format: formatPerSecond,
    roundness: "rate",
    labelWidth: 112,
    isWide: true,
    tellsStarts: true,
    lines: [
      { key: "enqueued", label: "enqueued", color: "quiet", isRate: true },
      { key: "succeeded", label: "succeeded", color: "succeeded", isRate: true, isFilled: true },
      { key: "failed", label: "failed", color: "retrying", isRate: true, isFilled: true },
      { key: "dead", label: "dead", color: "dead", isRate: true, isFilled: true },
    ],
  },
  {
    title: "Jobs that wait or run",
    format: formatWhole,
    roundness: "count",
    labelWidth: 112,
    isWide: true,
    lines: [
      { key: "ready", label: "ready", color: "ready", isFilled: true },
      { key: "scheduled", label: "scheduled", color: "scheduled" },
      { key: "reserved", label: "reserved", color: "reserved" },
    ],
  },
  {
    title: "Wait until reserved",
    format: formatSeconds,
    roundness: "seconds",
    labelWidth: 92,
    lines: percentileLines("wait"),
  },
  {
    title: "Run of an attempt",
    format: formatSeconds,
    roundness: "seconds",
    labelWidth: 92,
    lines: percentileLines("run"),
  },
  {
    title: "Workers' room",
    format: formatWhole,
    roundness: "count",
    labelWidth: 80,
    lines: [
      { key: "capacity", label: "room", color: "quiet" },
      { key: "reserved", label: "in use", color: "reserved", isFilled: true },
    ],
  },
];

function percentileLines(of: "wait" | "run"): readonly Line[] {
  return [
    { key: `${of}P99`, label: "p99", color: "retrying" },
    { key: `${of}P95`, label: "p95", color: "scheduled" },
    { key: `${of}P50`, label: "p50", color: "ready", isFilled: true },
  ];
}
