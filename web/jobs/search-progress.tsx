// How far a search came that looks at candidates one by one. It never says "none" where it means "none so far".

import { formatMany } from "../format/numbers.ts";
import { formatProgress } from "../format/progress.ts";
import type { JobSearchView } from "./job-search.ts";

export interface SearchProgressProps {
  readonly view: JobSearchView;
  readonly goOn: () => void;
}

export function SearchProgress({ view, goOn }: SearchProgressProps) {
  const { is, rows, searched, candidates } = view;
  const isSlow = searched < candidates && (is === "paused" || (is === "searching" && searched > 0n));
  if (!isSlow) return null;

  const found = rows.length === 0 ? "None so far" : `${formatMany(rows.length, "job")} so far`;
  return (
    <div className="search-progress" role="status">
      <progress
        aria-label="Searched"
        max={1}
        value={candidates === 0n ? undefined : Number(searched) / Number(candidates)}
      />
      <span>
        {found}, searched {formatProgress(searched, candidates)}
      </span>
      {is === "paused" && (
        <button type="button" className="button small" onClick={goOn}>
          Go on
        </button>
      )}
    </div>
  );
}
