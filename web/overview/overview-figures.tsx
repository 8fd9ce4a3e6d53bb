// How long jobs wait and run, and how busy the workers are.
import type { Overview, Percentiles } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatSpan, spanMsOf } from "../format/times.ts";
import { ReadyAge } from "../queues/ready-age.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";

export function OverviewFigures({ overview }: { readonly overview: Overview }) {
  const { wait, run, workers, held, capacity, oldestReadyAge, oldestReadyName } = overview;
  return (
    <dl className="panel overview-figures">
      <Spans title="Wait" percentiles={wait} />
      <Spans title="Run" percentiles={run} />
      <div>
        <dt>Workers</dt>
        <dd>
          <Link screen="workers">{workers}</Link>
          <span className="quiet">
            {" "}
            {held} of {capacity} busy
          </span>
        </dd>
      </div>
      <div>
        <dt>Oldest ready</dt>
        <dd>
          <ReadyAge age={oldestReadyAge} name={oldestReadyName} />{" "}
          {oldestReadyName !== "" && (
            <Link screen="queue" params={{ name: oldestReadyName }} className="quiet">
              <UserText text={oldestReadyName} max={40} />
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}

interface SpansProps {
  readonly title: string;
  readonly percentiles: Percentiles | undefined;
}

/** Of the last five minutes. */
function Spans({ title, percentiles }: SpansProps) {
  const { p50, p95, p99 } = percentiles ?? {};
  return (
    <div>
      <dt>
        {title}, <span className="quiet">last 5 min</span>
      </dt>
      <dd className="spans">
        {[["p50", p50] as const, ["p95", p95] as const, ["p99", p99] as const].map(([word, span]) => (
          <span key={word}>
            <span className="quiet">{word}</span> {span ? formatSpan(spanMsOf(span) ?? 0) : "-"}
          </span>
        ))}
      </dd>
    </div>
  );
}
