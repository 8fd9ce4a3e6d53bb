// To the page before, and to the next.
import { Icon } from "../parts/icon.tsx";
import type { JobSearch, JobSearchView } from "./job-search.ts";
import { PAGE_SIZE } from "./use-job-search.ts";

export interface JobPagingProps {
  readonly search: JobSearch;
  readonly view: JobSearchView;
}

export function JobPaging({ search, view }: JobPagingProps) {
  const { page, hasNext, rows, is } = view;
  if (page === 0 && !hasNext) return null;

  const first = page * PAGE_SIZE + 1;
  const isBusy = is === "searching";
  return (
    <nav className="paging" aria-label="Pages">
      <span className="quiet">
        {first} to {first + rows.length - 1}
      </span>
      <button
        type="button"
        className="button"
        disabled={page === 0}
        onClick={() => void search.load(page - 1)}
      >
        Previous
      </button>
      <button
        type="button"
        className="button"
        disabled={!hasNext || isBusy}
        onClick={() => void search.nextPage()}
      >
        Next <Icon name="next" />
      </button>
    </nav>
  );
}
