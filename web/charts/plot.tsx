// The lines themselves, drawn by uPlot on a canvas; colours come from the page's tokens, and follow the theme.
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import type { ChartKind } from "./chart-kinds.ts";
import { type Stretch, startsOf } from "./charts.tsx";
import { instantsOf, type Line, valuesOf } from "./history-model.ts";
import { plotOptions } from "./plot-options.ts";

export interface PlotProps {
  readonly kind: ChartKind;
  readonly history: History;
  readonly choose: (stretch: Stretch) => void;
}

const HEIGHT = 148;

export function Plot({ kind, history, choose }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef({ history, choose });
  latest.current = { history, choose };
  const [at, point] = useState<number | null>(null);
  const theme = useTheme();
  useEffect(() => {
    if (!place.current) return;

    const drawn = new uPlot(
      plotOptions(kind, {
        width: place.current.clientWidth,
        height: HEIGHT,
        theme,
        starts: () => startsOf(latest.current.history),
        choose: (stretch) => latest.current.choose(stretch),
        point,
      }),
      dataOf(latest.current.history, kind.lines),
      place.current,
    );
    plot.current = drawn;
    const resized = new ResizeObserver(([entry]) => {
      if (entry) drawn.setSize({ width: entry.contentRect.width, height: HEIGHT });
    });
    resized.observe(place.current);
    return () => {
      resized.disconnect();
      drawn.destroy();
    };
  }, [kind, theme]);
  useEffect(() => plot.current?.setData(dataOf(history, kind.lines)), [history, kind]);
  return (
    <>
      <PlotHead kind={kind} history={history} at={at} />
      <div ref={place} className="plot" aria-hidden="true" />
    </>
  );
}

function dataOf(history: History, lines: readonly Line[]): uPlot.AlignedData {
  return [instantsOf(history), ...lines.map((line) => valuesOf(history, line))];
}

interface PlotHeadProps {
  readonly kind: ChartKind;
  readonly history: History;
  /** The step under the pointer; null for the latest that is known. */
  readonly at: number | null;
}

function PlotHead({ kind: { title, lines, format }, history, at }: PlotHeadProps) {
  return (
    <figcaption className="chart-head">
      <span className="chart-title">{title}</span>
      {lines.map((line) => {
        const values = valuesOf(history, line);
        const value = at === null ? values.findLast((known) => known !== null) : values[at];
        return (
          <span key={line.key} className="chart-key" data-color={line.color}>
            {line.label} <strong>{value === null || value === undefined ? "-" : format(value)}</strong>
          </span>
        );
      })}
    </figcaption>
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
