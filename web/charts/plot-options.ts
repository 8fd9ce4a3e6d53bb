// How uPlot is to draw a chart: one hairline axis, three ticks, areas at 12 %, the crosshair shared by all charts.
import type uPlot from "uplot";
import { formatInstant } from "../format/times.ts";
import { preferences } from "../settings/preferences.ts";
import type { ChartKind } from "./chart-kinds.ts";
import type { Stretch } from "./charts.tsx";
import type { Line } from "./history-model.ts";

export interface PlotSetting {
  readonly width: number;
  readonly height: number;
  /** Only so that a new theme makes new options. */
  readonly theme: string;
  /** When the server has started, in seconds since the epoch. */
  readonly starts: () => readonly number[];
  readonly choose: (stretch: Stretch) => void;
  readonly point: (step: number | null) => void;
}

const TICKS = 3;
const FONT = "11px Inter, system-ui, sans-serif";

export function plotOptions(kind: ChartKind, setting: PlotSetting): uPlot.Options {
  const { width, height, choose, point } = setting;
  return {
    width,
    height,
    legend: { show: false },
    cursor: { sync: { key: "lakh" }, y: false, drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_, _min, max) => [0, Math.max(max ?? 0, 0) * 1.1 || 1] } },
    axes: [timeAxis(), valueAxis(kind.format)],
    series: [{}, ...kind.lines.map(seriesOf)],
    hooks: {
      drawClear: [(plot) => drawStarts(plot, setting.starts())],
      setCursor: [(plot) => point(plot.cursor.idx ?? null)],
      setSelect: [(plot) => chooseStretch(plot, choose)],
    },
  };
}

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function timeAxis(): uPlot.Axis {
  return {
    stroke: token("quiet"),
    font: FONT,
    size: 24,
    space: 90,
    grid: { show: false },
    ticks: { show: false },
    values: (_plot, splits) => splits.map((at) => instantWord(at, (splits[1] ?? 0) - (splits[0] ?? 0))),
    border: { show: true, stroke: token("line"), width: 1 },
  };
}

/** `09:12`, with seconds where ticks are closer than a minute, and the day where they are a day apart. */
function instantWord(at: number, stepS: number): string {
  const text = formatInstant(at * 1_000, preferences().zone);
  if (stepS >= 86_400) return text.slice(5, 10);
  return stepS >= 60 ? text.slice(11, 16) : text.slice(11, 19);
}

function valueAxis(format: (value: number) => string): uPlot.Axis {
  return {
    stroke: token("quiet"),
    font: FONT,
    size: 56,
    gap: 4,
    grid: { show: true, stroke: token("line"), width: 1 },
    ticks: { show: false },
    splits: (_plot, _axis, min, max) =>
      Array.from({ length: TICKS }, (_, i) => min + ((max - min) / TICKS) * i),
    values: (_plot, splits) => splits.map((value, i) => (i === 0 ? "" : format(value))),
  };
}

function seriesOf({ label, color, isFilled }: Line): uPlot.Series {
  const stroke = token(color);
  return {
    label,
    stroke,
    width: 1.5,
    points: { show: false },
    spanGaps: false,
    ...(isFilled && { fill: `${stroke}1f` }), // 12 %
  };
}

/** A dashed line where the server has started. */
function drawStarts(plot: uPlot, starts: readonly number[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = token("edge");
  ctx.setLineDash([3, 3]);
  for (const start of starts) {
    const x = plot.valToPos(start, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function chooseStretch(plot: uPlot, choose: (stretch: Stretch) => void): void {
  const { left, width } = plot.select;
  if (width < 4) return;

  const at = (x: number) => Math.round(plot.posToVal(x, "x") * 1_000);
  choose({ fromMs: at(left), toMs: at(left + width) });
}
