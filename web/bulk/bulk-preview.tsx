// What would be changed: how many, how they divide, some of them, and what would be refused.
import { printFilter } from "../../src/client/filter.ts";
import type { JobResult, Preview, PreviewCount } from "../../src/gen/lakh/v1/operation_pb.ts";
import { formatCount, formatMany } from "../format/numbers.ts";
import { formatProgress } from "../format/progress.ts";
import { StateBadge, standingOf, wordOfState } from "../parts/state.tsx";
import { UserText } from "../text/text.tsx";
import type { BulkRequest } from "./bulk-store.ts";
import { BULK_WORDS } from "./bulk-words.ts";
import type { Foreseen } from "./foreseen.ts";
import { RefusalList } from "./refusal-list.tsx";

const COUNTS_SHOWN = 8;

export interface BulkPreviewProps {
  readonly request: BulkRequest;
  readonly seen: Foreseen;
}

export function BulkPreview({ request, seen }: BulkPreviewProps) {
  const { ids, filter } = request;
  const { preview } = seen;
  return (
    <>
      {ids?.length === 1 && seen.count === 1n ? (
        <OneJob id={ids[0] ?? ""} />
      ) : (
        <HowMany request={request} seen={seen} />
      )}
      {filter && (
        <p className="bulk-filter">
          <span className="quiet">
            {printFilter(filter) === "" ? "Every job there is" : "All that match "}
          </span>
          <code>
            <UserText text={printFilter(filter)} />
          </code>
        </p>
      )}
      {preview && !preview.complete && <HowFar preview={preview} />}
      {preview && preview.counts.length > 0 && <Breakdown counts={preview.counts} />}
      {preview && preview.samples.length > 0 && <Samples preview={preview} />}
      <RefusedIds refused={seen.refused} />
    </>
  );
}

function OneJob({ id }: { readonly id: string }) {
  return (
    <p>
      The job{" "}
      <strong className="mono">
        <UserText text={id} />
      </strong>
    </p>
  );
}

function HowMany({ request: { kind, ids }, seen: { count, isComplete } }: BulkPreviewProps) {
  const of = ids ? ` of ${formatCount(ids.length)}` : "";
  if (count === 0n && isComplete)
    return (
      <p>
        {ids ? "None of them can be changed so." : `No job that matches can be ${BULK_WORDS[kind].done}.`}
      </p>
    );
  return (
    <p className="bulk-count">
      {!isComplete && <span className="quiet">{count === 0n ? "None so far" : "At least"}</span>}
      {(count > 0n || isComplete) && <span className="value">{formatCount(count)}</span>}
      {count > 0n && (
        <span className="quiet">
          {count === 1n ? "job" : "jobs"}
          {of}
        </span>
      )}
    </p>
  );
}

/** A count that is not the whole truth says how much of it it is. */
function HowFar({ preview: { searched, candidates } }: { readonly preview: Preview }) {
  return (
    <p className="quiet">
      Counted as far as a second went: searched {formatProgress(searched, candidates)}. The operation goes
      through all of them.
    </p>
  );
}

function Breakdown({ counts }: { readonly counts: readonly PreviewCount[] }) {
  const rest = counts.slice(COUNTS_SHOWN).reduce((sum, { jobs }) => sum + jobs, 0n);
  return (
    <table className="table bulk-counts">
      <caption className="unseen">How they divide by name and state</caption>
      <thead className="unseen">
        <tr>
          <th scope="col">Name</th>
          <th scope="col">State</th>
          <th scope="col">Jobs</th>
        </tr>
      </thead>
      <tbody>
        {counts.slice(0, COUNTS_SHOWN).map(({ name, state, jobs }) => (
          <tr key={`${name} ${state}`}>
            <td>
              <UserText text={name} max={60} />
            </td>
            <td>
              <StateBadge standing={wordOfState(state)} />
            </td>
            <td className="number">{formatCount(jobs)}</td>
          </tr>
        ))}
        {rest > 0n && (
          <tr>
            <td colSpan={2} className="quiet">
              {formatMany(counts.length - COUNTS_SHOWN, "more line")}
            </td>
            <td className="number">{formatCount(rest)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Samples({ preview: { samples } }: { readonly preview: Preview }) {
  return (
    <details>
      <summary>{samples.length === 1 ? "The job" : `${formatCount(samples.length)} of them`}</summary>
      <ul className="bulk-samples">
        {samples.map((job) => (
          <li key={job.id}>
            <StateBadge standing={standingOf(job)} />
            <span className="mono">
              <UserText text={job.id} max={40} />
            </span>
            <span className="quiet">
              <UserText text={job.lastError?.message ?? job.name} max={80} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function RefusedIds({ refused }: { readonly refused: readonly JobResult[] }) {
  if (refused.length === 0) return null;
  return (
    <div>
      <h3>{formatMany(refused.length, "job")} would be left alone</h3>
      <RefusalList refused={refused} />
    </div>
  );
}
