// The page's face: is work flowing, and where does it stop?
import type { Overview } from "../../src/gen/lakh/v1/overview_pb.ts";
import { formatCount, formatRate } from "../format/numbers.ts";
import { Icon } from "../parts/icon.tsx";
import { jobsOf } from "../queues/jobs-of.ts";
import { Link } from "../shell/router.tsx";
import { type FlowArrow, type FlowPlace, flowOf, thicknessOf } from "./flow.ts";
import "./flow.css";

export function FlowStrip({ overview }: { readonly overview: Overview }) {
  const { places, arrows } = flowOf(overview);
  return (
    <section className="panel flow" aria-label="The flow of jobs">
      {places.map((place) => (
        <Place key={place.standing} place={place} />
      ))}
      {arrows.map((arrow) => (
        <Arrow key={arrow.place} arrow={arrow} />
      ))}
    </section>
  );
}

function Place({ place: { standing, count } }: { readonly place: FlowPlace }) {
  return (
    <Link
      screen="jobs"
      params={{ q: jobsOf(standing) }}
      className={count === 0n ? "flow-place none" : "flow-place"}
      data-place={standing}
    >
      <span className="state" data-state={standing}>
        <Icon name={standing} /> {standing}
      </span>
      <span className="flow-count">{formatCount(count)}</span>
    </Link>
  );
}

function Arrow({ arrow: { word, rate, place } }: { readonly arrow: FlowArrow }) {
  return (
    <span className={rate > 0 ? "flow-arrow flows" : "flow-arrow"} data-arrow={place}>
      <span className="flow-word">
        {word} <strong>{formatRate(rate)}</strong>
        <span className="unit">/s</span>
      </span>
      <span className="flow-line" aria-hidden="true" style={{ blockSize: `${thicknessOf(rate)}px` }} />
    </span>
  );
}
