// How uPlot is to draw a chart: one hairline axis, three ticks, areas at 12 %, the crosshair shared by all charts.
import type uPlot from "uplot";
import { formatInstant } from "../format/times.ts";
import { preferences } from "../settings/preferences.ts";
import type { ChartKind } from "./chart-kinds.ts";
import type { Line, Start, Stretch } from "./history-model.ts";
import { middleTick } from "./ticks.ts";

export interface PlotSetting {
  readonly width: number;
  readonly height: number;
  readonly starts: () => readonly Start[];
  readonly choose: (stretch: Stretch) => void;
  /** The step under the crosshair of any chart. */
  readonly point: (step: number | null) => void;
  /** After everything has its place on the canvas. */
  readonly drawn: (plot: uPlot) => void;
}

const FONT = "11px Inter, system-ui, sans-serif";
const TOP = 10;
/** Marks of starts that are closer have one word between them. */
const WORD_PX = 90;

export function plotOptions(kind: ChartKind, setting: PlotSetting): uPlot.Options {
  const { width, height, choose, point, drawn } = setting;
  return {
    width,
    height,
    padding: [TOP, kind.labelWidth, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: "lakh" }, y: false, drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_plot, _min, max) => [0, 2 * middleTick(max ?? 0, kind.roundness)] } },
    axes: [timeAxis(), valueAxis(kind.format)],
    series: [{}, ...kind.lines.map(seriesOf)],
    hooks: {
      drawClear: [(plot) => drawStarts(plot, setting.starts(), kind.tellsStarts ?? false)],
      draw: [drawn],
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
    values: (_plot, [first = 0, second = first + 60, ...more]) =>
      [first, second, ...more].map((at) => instantWord(at, second - first)),
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
    size: 52,
    gap: 4,
    grid: { show: true, stroke: token("line"), width: 1 },
    ticks: { show: false },
    splits: (_plot, _axis, _min, max) => [0, max / 2, max],
    values: (_plot, splits) => splits.map((value) => (value === 0 ? "0" : format(value))),
  };
}

function seriesOf({ label, color, isFilled }: Line): uPlot.Series {
  const stroke = token(color);
  return {
    label,
    stroke,
    width: 1.5,
    points: { show: false, size: 3, filter: lonelySteps },
    spanGaps: false,
    ...(isFilled && { fill: `${stroke}1f` }), // 12 %
  };
}

/** Steps with a value between two without: no line reaches them, so they are drawn as dots. */
function lonelySteps(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  const isKnown = (i: number) => values[i] !== null && values[i] !== undefined;
  return [...values.keys()].filter((i) => isKnown(i) && !isKnown(i - 1) && !isKnown(i + 1));
}

/** A dashed line where the server has started, and which version of it. */
function drawStarts(plot: uPlot, starts: readonly Start[], isTold: boolean): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = token("edge");
  ctx.fillStyle = token("quiet");
  ctx.font = FONT.replace(/^\d+/, String(Math.round(11 * devicePixelRatio)));
  ctx.setLineDash([3, 3]);
  let [wordX, toEnd] = [Number.NEGATIVE_INFINITY, bbox.left + bbox.width];
  for (const { atS, version } of starts) {
    const x = plot.valToPos(atS, "x", true);
    if (x < bbox.left || x > toEnd) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (!isTold || x - wordX < WORD_PX * devicePixelRatio) continue;
    wordX = x;
    const isNearEnd = x + WORD_PX * devicePixelRatio > toEnd;
    ctx.textAlign = isNearEnd ? "right" : "left";
    ctx.fillText(`start of ${version}`, x + (isNearEnd ? -4 : 4), bbox.top + 9 * devicePixelRatio);
  }
  ctx.restore();
}

function chooseStretch(plot: uPlot, choose: (stretch: Stretch) => void): void {
  const { left, width } = plot.select;
  if (width < 4) return;

  const at = (x: number) => Math.round(plot.posToVal(x, "x") * 1_000);
  choose({ fromMs: at(left), toMs: at(left + width) });
}
