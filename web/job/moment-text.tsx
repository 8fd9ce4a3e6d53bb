// One entry of the line of life in words.
import type { ReactNode } from "react";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatMany } from "../format/numbers.ts";
import { formatSpan } from "../format/times.ts";
import { useNow } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { UserText } from "../text/text.tsx";
import type { LifeEntry, LifeKind } from "./life-line.ts";

interface TextProps {
  readonly entry: LifeEntry;
  readonly job: Job;
}

export function MomentText({ entry, job }: TextProps) {
  const Text = TEXTS[entry.kind];
  return (
    <p>
      <Text entry={entry} job={job} />
    </p>
  );
}

const TEXTS: Readonly<Record<LifeKind, (props: TextProps) => ReactNode>> = {
  enqueued: () => <strong>Enqueued</strong>,
  ready: () => <strong>Ready</strong>,
  reserved: Reserved,
  failed: ({ entry }) => <Ended word="Failed" entry={entry} />,
  expired: ({ entry }) => (
    <Ended word="Expired" entry={entry}>
      : the reservation ended without a report, which counts as a failure
    </Ended>
  ),
  lost: ({ entry }) => (
    <Ended word="Lost" entry={entry}>
      : the worker vanished
    </Ended>
  ),
  released: ({ entry }) => (
    <Ended word="Released" entry={entry}>
      : given back unharmed
    </Ended>
  ),
  late: Late,
  forgotten: ({ entry }) => (
    <span className="quiet">{formatMany(entry.missing ?? 0, "earlier attempt")} not kept any more</span>
  ),
  succeeded: Succeeded,
  dead: ({ entry }) => (
    <>
      <strong>Dead</strong>: {entry.why}
    </>
  ),
  cancelled: Cancelled,
  due: ({ entry }) => (
    <>
      <Ahead what="Due" entry={entry} past="now" />
      {entry.waitMs !== undefined && (
        <span className="quiet">, after a wait of {formatSpan(entry.waitMs)}</span>
      )}
    </>
  ),
  start_by: ({ entry }) => (
    <>
      <Ahead what="Must be started" entry={entry} past="now" />
      <span className="quiet">, or it is dead</span>
    </>
  ),
  reservation_ends: ({ entry }) => <Ahead what="The reservation ends" entry={entry} past="now" />,
  kept_until: ({ entry }) => <Ahead what="Forgotten" entry={entry} past="any moment" />,
};

/** `Due in 4 min`. */
function Ahead({
  what,
  entry,
  past,
}: {
  readonly what: string;
  readonly entry: LifeEntry;
  readonly past: string;
}) {
  return (
    <>
      {what} {entry.gapMs ? `in ${formatSpan(entry.gapMs)}` : past}
    </>
  );
}

function Reserved({ entry: { attempt, workerId, at }, job }: TextProps) {
  const isNow = job.startedAt !== undefined && job.finishedAt === undefined && attempt === job.attempt;
  return (
    <>
      <strong>Reserved</strong> by <Worker id={workerId} />
      <span className="quiet">, attempt {attempt}</span>
      {isNow && at !== undefined && <RunningFor since={at} />}
    </>
  );
}

function RunningFor({ since }: { readonly since: number }) {
  const now = useNow();
  return <span className="quiet">, for {formatSpan(Math.max(0, now - since))} now</span>;
}

function Worker({ id }: { readonly id: string | undefined }) {
  if (!id) return <span className="quiet">an unknown worker</span>;

  return (
    <Link screen="workers" params={{ id }} className="mono">
      <UserText text={id} />
    </Link>
  );
}

interface EndedProps {
  readonly word: string;
  readonly entry: LifeEntry;
  readonly children?: ReactNode;
}

function Ended({ word, entry: { tookMs, attempt }, children }: EndedProps) {
  return (
    <>
      <strong>{word}</strong>
      {tookMs !== undefined && ` after ${formatSpan(tookMs)}`}
      {children}
      {attempt !== undefined && <span className="unseen"> (attempt {attempt})</span>}
    </>
  );
}

function Late({ entry: { attempt, workerId } }: TextProps) {
  return (
    <>
      <span className="badge">late</span> A failure of attempt {attempt} was reported by{" "}
      <Worker id={workerId} />
      <span className="quiet"> after it had been counted: it changed nothing</span>
    </>
  );
}

function Succeeded({ entry }: TextProps) {
  if (!entry.isLate) return <Ended word="Succeeded" entry={entry} />;

  return (
    <>
      <span className="badge">late</span> <strong>Succeeded</strong> by the report of{" "}
      <Worker id={entry.workerId} />
      <span className="quiet">, whose attempt had been counted as over</span>
    </>
  );
}

function Cancelled({ job: { replacedBy } }: TextProps) {
  return (
    <>
      <strong>Cancelled</strong>
      {replacedBy !== "" && (
        <>
          , replaced by{" "}
          <Link screen="job" params={{ id: replacedBy }} className="mono">
            <UserText text={replacedBy} />
          </Link>
        </>
      )}
    </>
  );
}
