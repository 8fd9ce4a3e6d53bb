// What the jobs that are shown bring with them for the suggestions of the filter.
import type { Job } from "../../src/gen/lakh/v1/job_pb.ts";

export interface Seen {
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly workers: readonly string[];
}

export function seenOn(jobs: readonly Pick<Job, "labels" | "workerId">[]): Seen {
  const labels = new Map<string, Set<string>>();
  const workers = new Set<string>();
  for (const job of jobs) {
    if (job.workerId !== "") workers.add(job.workerId);
    for (const [key, value] of Object.entries(job.labels)) {
      const values = labels.get(key) ?? new Set();
      labels.set(key, values.add(value));
    }
  }
  return {
    labels: new Map([...labels].map(([key, values]) => [key, [...values]])),
    workers: [...workers],
  };
}
