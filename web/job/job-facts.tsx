// What a job was enqueued with, and where else to look.
import { create } from "@bufbuild/protobuf";
import type { ReactNode } from "react";
import { printFilter } from "../../src/client/filter.ts";
import { JobFilterSchema } from "../../src/gen/lakh/v1/filter_pb.ts";
import { type Job, JobState } from "../../src/gen/lakh/v1/job_pb.ts";
import { formatSpan, spanMsOf } from "../format/times.ts";
import { Instant } from "../parts/time.tsx";
import { Link } from "../shell/router.tsx";
import { CopyButton } from "../text/copy.tsx";
import { UserText } from "../text/text.tsx";
import { deathWords } from "./death-words.ts";
import { retryWords } from "./retry-words.ts";

export function JobFacts({ job }: { readonly job: Job }) {
  return (
    <dl className="facts job-facts">
      <Fact name="Attempts">{attemptWords(job)}</Fact>
      <Fact name="Priority">{job.priority}</Fact>
      <Fact name="After a failure">{retryWords(job.retry)}</Fact>
      <Fact name="Reservation">{reservationWords(job)}</Fact>
      <Troubles job={job} />
      <Labels labels={job.labels} />
      <Rare job={job} />
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** `3 (2 failed, 1 lost)`. */
function attemptWords({ attempt, failures, losses }: Job): string {
  const parts = [failures > 0 && `${failures} failed`, losses > 0 && `${losses} lost`].filter(Boolean);
  return parts.length === 0 ? `${attempt}` : `${attempt} (${parts.join(", ")})`;
}

function reservationWords({ reservationTime }: Job): string {
  const ms = spanMsOf(reservationTime);
  return ms === 0 ? "none: fire and forget" : ms === undefined ? "-" : formatSpan(ms);
}

function Troubles({ job }: { readonly job: Job }) {
  const { state, deathReason, errorGroup, replacedBy } = job;
  return (
    <>
      {state === JobState.DEAD && <Fact name="Dead because">{deathWords(deathReason)}</Fact>}
      {errorGroup !== "" && (
        <Fact name="Error group">
          <Link
            screen="dead"
            params={{ group: errorGroup, kind: state === JobState.DEAD ? undefined : "retrying" }}
          >
            Jobs with the same error
          </Link>
        </Fact>
      )}
      {replacedBy !== "" && (
        <Fact name="Replaced by">
          <Link screen="job" params={{ id: replacedBy }} className="mono">
            <UserText text={replacedBy} />
          </Link>
        </Fact>
      )}
    </>
  );
}

function Labels({ labels }: { readonly labels: Job["labels"] }) {
  const entries = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return null;

  return (
    <Fact name={entries.length === 1 ? "Label" : "Labels"}>
      <ul className="job-labels">
        {entries.map(([key, value]) => (
          <li key={key}>
            <Link screen="jobs" params={{ q: labelFilter(key, value) }}>
              <UserText text={key} />
              <span className="quiet">: </span>
              <UserText text={value} />
            </Link>
          </li>
        ))}
      </ul>
    </Fact>
  );
}

function labelFilter(key: string, value: string): string {
  return printFilter(create(JobFilterSchema, { labels: { [key]: value } }));
}

function Rare({ job: { uniqueKey, startBy, keepResult, traceparent } }: { readonly job: Job }) {
  return (
    <>
      {uniqueKey !== "" && (
        <Fact name="Unique key">
          <Link
            screen="jobs"
            params={{ q: printFilter(create(JobFilterSchema, { uniqueKeys: [uniqueKey] })) }}
            className="mono"
          >
            <UserText text={uniqueKey} />
          </Link>
        </Fact>
      )}
      {startBy && (
        <Fact name="Start by">
          <Instant at={startBy} />
        </Fact>
      )}
      {keepResult && <Fact name="Kept once done">{formatSpan(spanMsOf(keepResult) ?? 0)}</Fact>}
      {traceparent !== "" && (
        <Fact name="Traceparent">
          <span className="mono">
            <UserText text={traceparent} />
          </span>{" "}
          <CopyButton text={traceparent} label="Copy the traceparent" />
        </Fact>
      )}
    </>
  );
}
