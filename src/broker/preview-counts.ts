// How the jobs of a preview divide: by name and state, whether they were counted one by one or by the store.
import type { Job, JobName, JobState } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Standing } from "../job/standing.ts";
import type { Tally } from "../store/search.ts";

interface Count {
  readonly name: JobName;
  readonly is: JobState["is"];
  jobs: number;
}

export class PreviewCounts {
  readonly #counts = new Map<string, Count>();
  #matching = 0;

  add(name: JobName, is: JobState["is"], jobs: number): void {
    const count = this.#counts.get(`${name} ${is}`) ?? { name, is, jobs: 0 };
    count.jobs += jobs;
    this.#counts.set(`${name} ${is}`, count);
    this.#matching += jobs;
  }

  /** The largest first, at most `LIMITS.previewCountsMax`. */
  sum(): { readonly matching: number; readonly counts: readonly Readonly<Count>[] } {
    const counts = [...this.#counts.values()].filter(({ jobs }) => jobs > 0);
    counts.sort((a, b) => b.jobs - a.jobs || (a.name < b.name ? -1 : 1));
    return { matching: this.#matching, counts: counts.slice(0, LIMITS.previewCountsMax) };
  }
}

export function countJobs(counts: PreviewCounts, jobs: readonly Job[]): void {
  for (const { name, state } of jobs) counts.add(name, state.is, 1);
}

export function countTallies(tallies: readonly Tally[]) {
  const counts = new PreviewCounts();
  for (const tally of tallies) {
    for (const [standing, jobs] of Object.entries(tally.counts) as [Standing, number][])
      counts.add(tally.name, standing === "retrying" ? "scheduled" : standing, jobs);
  }
  return counts.sum();
}
