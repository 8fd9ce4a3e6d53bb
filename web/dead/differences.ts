// What tells the jobs of a group apart: the values of their labels, and how many jobs have each.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";

export interface LabelCount {
  readonly key: string;
  readonly value: string;
  readonly jobs: number;
}

/**
 * The most frequent first, at most `max`. Values that are as good as unique (an order's number) say nothing and are left
 * out, as long as there is more than one job.
 */
export function labelCounts(jobs: readonly Pick<Job, "labels">[], max: number): readonly LabelCount[] {
  const counts = new Map<string, LabelCount>();
  for (const { labels } of jobs) {
    for (const [key, value] of Object.entries(labels)) {
      const id = JSON.stringify([key, value]);
      counts.set(id, { key, value, jobs: (counts.get(id)?.jobs ?? 0) + 1 });
    }
  }
  return [...counts.values()]
    .filter((count) => count.jobs > 1 || jobs.length === 1)
    .toSorted((a, b) => b.jobs - a.jobs || (a.key < b.key ? -1 : 1))
    .slice(0, max);
}
