// How it went over time, in all or for one name. What draws it comes in a file of its own, after the page.
import { lazy, Suspense, useState } from "react";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Icon } from "../parts/icon.tsx";
import { Failure, Section } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { goParams, usePlace } from "../shell/router.tsx";
import { CHART_KINDS, type ChartKind } from "./chart-kinds.ts";
import { ChartTable } from "./chart-table.tsx";
import { isBlank, type Stretch, WINDOWS } from "./history-model.ts";
import { StretchLink } from "./stretch-link.tsx";
import { useHistory } from "./use-history.ts";
import "./charts.css";

const Plot = lazy(() => import("./plot.tsx").then(({ Plot }) => ({ default: Plot })));

export interface ChartsProps {
  /** Default: over all names. Give it as the key too, so that another name does not begin with the lines of this one. */
  readonly name?: string;
}

export function Charts({ name = "" }: ChartsProps) {
  const { params } = usePlace();
  const [stretch, choose] = useState<Stretch>();
  const window = WINDOWS.find(({ word }) => word === params.window) ?? WINDOWS[name === "" ? 0 : 1];
  const { data: history, error, refetch } = useHistory(name, window);
  const aside = (
    <span className="row">
      {stretch && <Chosen stretch={stretch} name={name} clear={() => choose(undefined)} />}
      <Segments
        label="How far back"
        options={WINDOWS.map(({ word, label }) => [word, label] as const)}
        value={window.word}
        change={(word) => goParams({ window: word }, "replace")}
      />
    </span>
  );
  return (
    <Section title="Over time" aside={aside}>
      {error && !history && <Failure error={error} retry={() => refetch()} />}
      <div className="charts">
        {CHART_KINDS.map((kind) => (
          <Chart key={kind.title} {...{ kind, history, choose, name }} />
        ))}
      </div>
    </Section>
  );
}

interface ChosenProps {
  readonly stretch: Stretch;
  readonly name: string;
  readonly clear: () => void;
}

/** What was drawn over a chart, as the jobs of that time. */
function Chosen({ stretch, name, clear }: ChosenProps) {
  return (
    <span className="row">
      <span>
        Jobs enqueued <StretchLink stretch={stretch} name={name} has="both" />
      </span>
      <button type="button" className="button bare icon-only" aria-label="Forget this time" onClick={clear}>
        <Icon name="close" />
      </button>
    </span>
  );
}

interface ChartProps {
  readonly kind: ChartKind;
  readonly history: History | undefined;
  readonly choose: (stretch: Stretch) => void;
  readonly name: string;
}

function Chart({ kind, history, choose, name }: ChartProps) {
  const isEmpty = history !== undefined && isBlank(history, kind.lines);
  return (
    <figure className={kind.isWide ? "panel chart wide" : "panel chart"} aria-label={kind.title}>
      <Boundary>
        <Suspense fallback={<ChartHead kind={kind} />}>
          {history && !isEmpty ? <Plot {...{ kind, history, choose }} /> : <ChartHead kind={kind} />}
        </Suspense>
      </Boundary>
      {isEmpty && <p className="chart-empty quiet">{emptyWords(name)}</p>}
      {history && !isEmpty && <ChartTable {...{ kind, history, name }} />}
    </figure>
  );
}

function ChartHead({ kind: { title } }: { readonly kind: ChartKind }) {
  return <figcaption className="chart-head">{title}</figcaption>;
}

function emptyWords(name: string): string {
  if (name === "") return "Nothing is known of this time";
  return "Nothing is known of this time. One name is told by the minute, for the 200 busiest";
}
