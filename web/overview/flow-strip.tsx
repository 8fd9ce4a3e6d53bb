// The page's face: is work flowing, and where does it stop? Of all names, or of one. Read out, it is two lists: how many
// jobs are in each place, and how many pass along each arrow.
import { formatCount, formatRate } from "../format/numbers.ts";
import { Icon } from "../parts/icon.tsx";
import { firstScheduledOf, jobsOf, jobsThrough } from "../queues/jobs-of.ts";
import { Link } from "../shell/router.tsx";
import { type FlowArrow, type Flowing, type FlowPlace, flowOf, thicknessOf } from "./flow.ts";
import "./flow.css";

export interface FlowStripProps {
  readonly of: Flowing;
  /** Default: of all names. */
  readonly name?: string;
}

export function FlowStrip({ of, name }: FlowStripProps) {
  const { places, arrows } = flowOf(of);
  return (
    <section className="panel flow" aria-label="The flow of jobs">
      <ul aria-label="Jobs in each place">
        {places.map((place) => (
          <Place key={place.standing} place={place} name={name} />
        ))}
      </ul>
      <ul aria-label="Jobs per second, over the last minute">
        {arrows.map((arrow) => (
          <Arrow key={arrow.flow} arrow={arrow} name={name} />
        ))}
      </ul>
      <span className="flow-stem" aria-hidden="true" />
    </section>
  );
}

interface PlaceProps {
  readonly place: FlowPlace;
  readonly name: string | undefined;
}

function Place({ place: { standing, count }, name }: PlaceProps) {
  const q = standing === "scheduled" ? firstScheduledOf(name) : jobsOf(standing, name);
  return (
    <li data-place={standing}>
      <Link screen="jobs" params={{ q }} className={count === 0n ? "flow-place none" : "flow-place"}>
        <span className="state" data-state={standing}>
          <Icon name={standing} /> {standing}
        </span>{" "}
        <span className="flow-count">{formatCount(count)}</span>
      </Link>
    </li>
  );
}

interface ArrowProps {
  readonly arrow: FlowArrow;
  readonly name: string | undefined;
}

function Arrow({ arrow: { flow, rate }, name }: ArrowProps) {
  return (
    <li className={rate > 0 ? "flow-arrow flows" : "flow-arrow"} data-arrow={flow}>
      <Link screen="jobs" params={{ q: jobsThrough(flow, name) }} className="flow-word">
        {flow} <strong>{formatRate(rate)}</strong>
        <span className="unit">/s</span>
      </Link>
      <span className="flow-line" aria-hidden="true">
        <span className="flow-pipe" style={{ blockSize: `${thicknessOf(rate)}px` }} />
      </span>
    </li>
  );
}
