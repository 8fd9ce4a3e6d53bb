// The lines themselves, drawn by uPlot on a canvas; colours come from the page's tokens, and follow the theme. What each
// line is stands at its end, in words, with its latest value or that under the crosshair.
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatInstant } from "../format/times.ts";
import { usePreferences } from "../settings/preferences.ts";
import type { ChartKind } from "./chart-kinds.ts";
import { instantsOf, type Line, type Stretch, startsOf, valuesOf } from "./history-model.ts";
import { placeLabels } from "./label-places.ts";
import { plotOptions } from "./plot-options.ts";

export interface PlotProps {
  readonly kind: ChartKind;
  readonly history: History;
  readonly choose: (stretch: Stretch) => void;
}

const HEIGHT = 148;
const LABEL_HEIGHT = 15;

export function Plot(props: PlotProps) {
  const { kind, history } = props;
  const place = useRef<HTMLDivElement>(null);
  const [at, point] = useState<number | null>(null);
  const [places, setPlaces] = useState<readonly (number | undefined)[]>([]);
  usePlot(place, props, { point, setPlaces });
  const instants = instantsOf(history);
  return (
    <>
      <figcaption className="chart-head">
        {kind.title}
        {at !== null && <Moment atS={instants[at]} />}
      </figcaption>
      <div className="chart-body">
        <div ref={place} className="plot" aria-hidden="true" />
        {kind.lines.map((line, i) => (
          <LineLabel key={line.key} y={places[i]} {...{ line, kind, values: valuesOf(history, line), at }} />
        ))}
      </div>
    </>
  );
}

interface PlotNews {
  readonly point: (step: number | null) => void;
  readonly setPlaces: (places: readonly (number | undefined)[]) => void;
}

/** Draws into the place, and anew when the window grows, the theme changes or figures come. */
function usePlot(place: RefObject<HTMLDivElement | null>, props: PlotProps, news: PlotNews): void {
  const { kind, history } = props;
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ props, news });
  latest.current = { props, news };
  const theme = useTheme();
  const { zone } = usePreferences();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme or zone makes another picture
  useEffect(() => {
    if (!place.current) return;

    const options = plotOptions(kind, {
      width: place.current.clientWidth,
      height: HEIGHT,
      starts: () => startsOf(latest.current.props.history),
      choose: (stretch) => latest.current.props.choose(stretch),
      point: (step) => latest.current.news.point(step),
      drawn: (drawn) => latest.current.news.setPlaces(placesOf(drawn)),
    });
    const made = new uPlot(options, dataOf(latest.current.props.history, kind.lines), place.current);
    plot.current = made;
    const resized = new ResizeObserver(([entry]) => {
      if (entry) made.setSize({ width: entry.contentRect.width, height: HEIGHT });
    });
    resized.observe(place.current);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [kind, theme, zone, place]);
  useEffect(() => plot.current?.setData(dataOf(history, kind.lines)), [history, kind]);
}

function dataOf(history: History, lines: readonly Line[]): uPlot.AlignedData {
  return [instantsOf(history), ...lines.map((line) => valuesOf(history, line))];
}

/** Beside the latest value that is known of each line. */
function placesOf(plot: uPlot): readonly (number | undefined)[] {
  const { offsetTop, clientHeight } = plot.over;
  const wanted = plot.data.slice(1).map((values) => {
    const last = [...values].findLast((value) => value !== null && value !== undefined);
    return last === null || last === undefined
      ? undefined
      : offsetTop + plot.valToPos(last, "y") - LABEL_HEIGHT / 2;
  });
  return placeLabels(wanted, { gap: LABEL_HEIGHT, top: 0, bottom: offsetTop + clientHeight - LABEL_HEIGHT });
}

function Moment({ atS }: { readonly atS: number | undefined }) {
  const { zone } = usePreferences();
  return atS === undefined ? null : <span className="quiet">{formatInstant(atS * 1_000, zone)}</span>;
}

interface LineLabelProps {
  readonly line: Line;
  readonly kind: ChartKind;
  readonly values: readonly (number | null)[];
  /** The step under the crosshair; null for the latest that is known. */
  readonly at: number | null;
  /** From above, in pixels; undefined while nothing of the line is drawn. */
  readonly y: number | undefined;
}

function LineLabel({ line: { label, color }, kind: { format, labelWidth }, values, at, y }: LineLabelProps) {
  if (y === undefined) return null;

  const value = at === null ? values.findLast((known) => known !== null) : values[at];
  return (
    <span
      className="line-label"
      data-color={color}
      style={{ insetBlockStart: `${y}px`, inlineSize: `${labelWidth - 6}px` }}
    >
      {label} <strong>{value === null || value === undefined ? "-" : format(value)}</strong>
    </span>
  );
}

/** Changes when the colours do. */
function useTheme(): string {
  return useSyncExternalStore(onTheme, currentTheme);
}

function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  return () => observer.disconnect();
}

function currentTheme(): string {
  return document.documentElement.dataset.theme ?? "light";
}
