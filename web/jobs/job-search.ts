// Jobs that match a filter, page by page. A call ends after a while with what it has found, so a page may take several:
// they follow each other by themselves for some time, and then only when somebody says so. Pages before this one are
// gone back to by the tokens that led to them.
import type { JobOrder } from "../../src/gen/lakh/v1/admin_pb.ts";
import type { JobFilter } from "../../src/gen/lakh/v1/filter_pb.ts";
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";

/** As ListJobs has it. */
export interface JobsFound {
  readonly jobs: readonly Job[];
  readonly nextPageToken: string;
  readonly searched: bigint;
  readonly candidates: bigint;
}

export interface JobSearchParts {
  readonly list: (request: {
    readonly filter: JobFilter;
    readonly order: JobOrder;
    readonly pageSize: number;
    readonly pageToken: string;
  }) => Promise<JobsFound>;
  readonly filter: JobFilter;
  readonly order: JobOrder;
  readonly pageSize: number;
}

export interface JobSearchView {
  /** "paused": it has not come to an end and waits to be told to go on. */
  readonly is: "searching" | "paused" | "done" | "failed";
  readonly rows: readonly Job[];
  /** Jobs of these ids are stored no longer. */
  readonly forgotten: ReadonlySet<string>;
  /** From 0. */
  readonly page: number;
  /** There may be more behind this page. */
  readonly hasNext: boolean;
  /** Candidates looked at since the first page. */
  readonly searched: bigint;
  readonly candidates: bigint;
  readonly error: unknown;
}

/** A call of a search that finds nothing takes about 200 ms. */
export const CALLS_BY_ITSELF_MAX = 10;

interface Start {
  readonly token: string;
  readonly searched: bigint;
}

export class JobSearch {
  readonly #parts: JobSearchParts;
  readonly #listeners = new Set<() => void>();
  readonly #starts: Start[] = [{ token: "", searched: 0n }];
  /** Where the page under way goes on. */
  #next: Start = { token: "", searched: 0n };
  #found: Job[] = [];
  /** Only the latest run may tell anything. */
  #run = 0;
  #view: JobSearchView = {
    is: "searching",
    rows: [],
    forgotten: new Set(),
    page: 0,
    hasNext: false,
    searched: 0n,
    candidates: 0n,
    error: undefined,
  };

  constructor(parts: JobSearchParts) {
    this.#parts = parts;
  }

  readonly view = (): JobSearchView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Loads that page anew; only pages up to the next one are known. */
  load(page: number): Promise<void> {
    const start = this.#starts[page];
    if (!start) return Promise.resolve();

    this.#next = start;
    this.#found = [];
    return this.#search(page);
  }

  /** A search that waits goes on. */
  goOn(): Promise<void> {
    return this.#search(this.#view.page);
  }

  nextPage(): Promise<void> {
    const { page, hasNext } = this.#view;
    if (!hasNext) return Promise.resolve();

    this.#starts[page + 1] = this.#next;
    return this.load(page + 1);
  }

  stop(): void {
    this.#run++;
  }

  /** Rows that are shown take the news where they stand. */
  patch(jobs: readonly Job[], forgotten: readonly string[]): void {
    const news = new Map(jobs.map((job) => [job.id, job]));
    const { rows } = this.#view;
    const isShown = rows.some(({ id }) => news.has(id) || forgotten.includes(id));
    if (!isShown) return;

    this.#tell({
      rows: rows.map((row) => news.get(row.id) ?? row),
      forgotten: new Set([...this.#view.forgotten, ...forgotten]),
    });
  }

  async #search(page: number): Promise<void> {
    const run = ++this.#run;
    this.#tell({ is: "searching", error: undefined });
    try {
      for (let calls = 0; calls < CALLS_BY_ITSELF_MAX; calls++) {
        const isOver = await this.#call(page, run);
        if (isOver) return;
      }
      this.#tell({ is: "paused" });
    } catch (error) {
      if (run === this.#run) this.#tell({ is: "failed", error });
    }
  }

  /** True when the page is full, at an end, or no longer wanted. */
  async #call(page: number, run: number): Promise<boolean> {
    const { list, filter, order, pageSize } = this.#parts;
    const room = pageSize - this.#found.length;
    const answer = await list({ filter, order, pageSize: room, pageToken: this.#next.token });
    if (run !== this.#run) return true;

    this.#next = { token: answer.nextPageToken, searched: this.#next.searched + answer.searched };
    const known = new Set(this.#found.map(({ id }) => id));
    this.#found = [...this.#found, ...answer.jobs.filter(({ id }) => !known.has(id))];
    const isEnd = answer.nextPageToken === "";
    // The page before was full to the last job: there is no other.
    if (isEnd && this.#found.length === 0 && page > 0) {
      this.#tell({ is: "done", hasNext: false });
      return true;
    }
    const isOver = isEnd || this.#found.length >= pageSize;
    this.#show(page, { isOver, isEnd, candidates: answer.candidates });
    return isOver;
  }

  /** What was shown stays until there is something to put in its place. */
  #show(page: number, come: { isOver: boolean; isEnd: boolean; candidates: bigint }): void {
    const { page: before } = this.#view;
    const hasNews = this.#found.length > 0 || come.isOver || page === before;
    this.#tell({
      is: come.isOver ? "done" : "searching",
      searched: this.#next.searched,
      candidates: come.candidates,
      ...(hasNews && { page, rows: this.#found, hasNext: come.isOver && !come.isEnd, forgotten: new Set() }),
    });
  }

  #tell(change: Partial<JobSearchView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
