// How it went over time, in all or for one name. What draws it comes in a file of its own, after the page.

import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { useQuery } from "@connectrpc/connect-query";
import { keepPreviousData } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { printFilter } from "../../src/client/filter.ts";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { History } from "../../src/gen/lakh/v1/system_pb.ts";
import { formatInstant } from "../format/times.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Failure, Section } from "../parts/section.tsx";
import { Segments } from "../parts/segments.tsx";
import { usePreferences } from "../settings/preferences.ts";
import { goParams, Link, usePlace } from "../shell/router.tsx";
import { CHART_KINDS, type ChartKind } from "./chart-kinds.ts";
import { ChartTable } from "./chart-table.tsx";
import { isBlank, WINDOWS } from "./history-model.ts";
import "./charts.css";

const Plot = lazy(() => import("./plot.tsx").then(({ Plot }) => ({ default: Plot })));

export interface ChartsProps {
  /** Default: over all names. */
  readonly name?: string;
}

/** A stretch of time that somebody has drawn over a chart, in epoch milliseconds. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export function Charts({ name = "" }: ChartsProps) {
  const { params } = usePlace();
  const [stretch, choose] = useState<Stretch>();
  const window = WINDOWS.find(({ word }) => word === params.window) ?? WINDOWS[0];
  const { data, error, refetch } = useQuery(
    AdminService.method.getHistory,
    { name, window: durationFromMs(window.ms) },
    { refetchInterval: window.againMs, placeholderData: keepPreviousData },
  );
  const aside = (
    <span className="row">
      {stretch && <StretchLink stretch={stretch} name={name} />}
      <Segments
        label="How far back"
        options={WINDOWS.map(({ word, label }) => [word, label] as const)}
        value={window.word}
        change={(word) => goParams({ window: word === WINDOWS[0].word ? undefined : word })}
      />
    </span>
  );
  return (
    <Section title="Over time" aside={aside}>
      {error && !data && <Failure error={error} retry={() => refetch()} />}
      <div className="charts">
        {CHART_KINDS.map((kind) => (
          <Chart key={kind.title} kind={kind} history={data?.history} choose={choose} />
        ))}
      </div>
    </Section>
  );
}

interface ChartProps {
  readonly kind: ChartKind;
  readonly history: History | undefined;
  readonly choose: (stretch: Stretch) => void;
}

function Chart({ kind, history, choose }: ChartProps) {
  const isEmpty = history !== undefined && isBlank(history, kind.lines);
  return (
    <figure className="panel chart" aria-label={kind.title}>
      <Boundary>
        <Suspense fallback={<figcaption className="chart-head">{kind.title}</figcaption>}>
          {history && <Plot kind={kind} history={history} choose={choose} />}
        </Suspense>
      </Boundary>
      {isEmpty && <p className="chart-empty quiet">Nothing is known of this time.</p>}
      {history && <ChartTable kind={kind} history={history} />}
    </figure>
  );
}

function StretchLink({
  stretch: { fromMs, toMs },
  name,
}: {
  readonly stretch: Stretch;
  readonly name: string;
}) {
  const { zone } = usePreferences();
  const enqueued = { since: timestampFromMs(fromMs), before: timestampFromMs(toMs) };
  const filter = create(JobFilterSchema, { names: name === "" ? [] : [name], enqueued });
  return (
    <Link screen="jobs" params={{ q: printFilter(filter) }}>
      Jobs enqueued from {formatInstant(fromMs, zone).slice(5, 19)} to{" "}
      {formatInstant(toMs, zone).slice(5, 19)}
    </Link>
  );
}

/** Starts of the server, in seconds since the epoch. */
export function startsOf({ starts }: History): readonly number[] {
  return starts.flatMap(({ at }) => (at ? [timestampMs(at) / 1_000] : []));
}
