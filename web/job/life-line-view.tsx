// The line of life, drawn from top to bottom: what has happened, with the real gaps between, and what is to come.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatSpan } from "../format/times.ts";
import { Icon } from "../parts/icon.tsx";
import { Instant, useNow } from "../parts/time.tsx";
import { ErrorView } from "./error-view.tsx";
import { type LifeEntry, lifeLine } from "./life-line.ts";
import { lookOf } from "./life-looks.ts";
import { MomentText } from "./moment-text.tsx";
import { ProgressBar } from "./progress-bar.tsx";

export function LifeLine({ job }: { readonly job: Job }) {
  const now = useNow();
  return (
    <ol className="life">
      {lifeLine(job, now).map((entry, i) => (
        <Moment key={keyOf(entry, i)} entry={entry} job={job} />
      ))}
    </ol>
  );
}

function keyOf({ kind, attempt, isAhead }: LifeEntry, i: number): string {
  return isAhead ? `ahead ${kind}` : `${i} ${kind} ${attempt ?? ""}`;
}

function Moment({ entry, job }: { readonly entry: LifeEntry; readonly job: Job }) {
  const { kind, at, error, progress, isAhead } = entry;
  const { icon, state } = lookOf(kind);
  return (
    <li className="moment" data-kind={kind} {...(isAhead && { "data-ahead": true })}>
      <span className="moment-gap">
        <Gap entry={entry} />
      </span>
      <span className="moment-mark state" data-state={state}>
        {icon && <Icon name={icon} />}
      </span>
      <div className="moment-what">
        <MomentText entry={entry} job={job} />
        {progress && <ProgressBar progress={progress} />}
        {error && <ErrorView error={error} />}
      </div>
      <span className="moment-at">
        {at !== undefined && <Instant at={timestampFromMs(at)} precision="ms" />}
      </span>
    </li>
  );
}

/** `+3.2 s` since the entry before. */
function Gap({ entry: { gapMs, isAhead, isSkewed } }: { readonly entry: LifeEntry }) {
  if (isSkewed) {
    return (
      <span title="By its clock this was before what caused it: a clock was set back">+0 s, skewed</span>
    );
  }
  if (isAhead || gapMs === undefined || gapMs === 0) return null;

  return <>+{formatSpan(gapMs)}</>;
}
