// Which charts there are, and what each shows.
import { formatCount, formatRate } from "../format/numbers.ts";
import { formatSpan } from "../format/times.ts";
import type { Line } from "./history-model.ts";

export interface ChartKind {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly format: (value: number) => string;
}

const formatPerSecond = (value: number) => `${formatRate(value)}/s`;
const formatSeconds = (value: number) => formatSpan(value * 1_000);
const formatWhole = (value: number) => formatCount(Math.round(value));

export const CHART_KINDS: readonly ChartKind[] = [
  {
    title: "Throughput",
    format: formatPerSecond,
    lines: [
      { key: "enqueued", label: "enqueued", color: "quiet", isRate: true },
      { key: "succeeded", label: "succeeded", color: "succeeded", isRate: true, isFilled: true },
      { key: "failed", label: "failed", color: "retrying", isRate: true, isFilled: true },
      { key: "dead", label: "dead", color: "dead", isRate: true, isFilled: true },
    ],
  },
  {
    title: "Waiting and running",
    format: formatWhole,
    lines: [
      { key: "ready", label: "ready", color: "ready", isFilled: true },
      { key: "reserved", label: "reserved", color: "reserved", isFilled: true },
      { key: "capacity", label: "workers' room", color: "quiet" },
      { key: "scheduled", label: "scheduled", color: "scheduled" },
    ],
  },
  {
    title: "Wait until reserved",
    format: formatSeconds,
    lines: [
      { key: "waitP50", label: "p50", color: "ready", isFilled: true },
      { key: "waitP95", label: "p95", color: "scheduled" },
      { key: "waitP99", label: "p99", color: "retrying" },
    ],
  },
  {
    title: "Run of an attempt",
    format: formatSeconds,
    lines: [
      { key: "runP50", label: "p50", color: "ready", isFilled: true },
      { key: "runP95", label: "p95", color: "scheduled" },
      { key: "runP99", label: "p99", color: "retrying" },
    ],
  },
];
