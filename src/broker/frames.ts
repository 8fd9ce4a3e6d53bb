// What a watcher is told of the model: all there is, or what is newer than what it has.
import type { JobName } from "../job/job.ts";
import { LIMITS } from "../job/limits.ts";
import type { Frame, Interest, Topic } from "./feed.ts";
import type { FeedModel } from "./feed-model.ts";
import { type RecentJobs, tellRecent } from "./recent-jobs.ts";
import type { Span } from "./versions.ts";

export interface Reader {
  readonly interest: Interest;
  /** The jobs that it is told of. */
  readonly rings: readonly RecentJobs[];
}

const NOTHING = {
  queues: [],
  queuesGone: [],
  workers: [],
  workersGone: [],
  operations: [],
  jobs: [],
  jobsLeftOut: 0,
  jobsForgotten: [],
} as const;

/** All there is, up to the model's sequence: of queues and workers the first `LIMITS.watchedMax`; no jobs. */
export function snapshot(model: FeedModel, { topics, names }: Interest): Frame {
  const overview = topics.has("overview") ? model.overview.get("overview") : undefined;
  const queues = model.queues.values().filter(({ name }) => names?.has(name) ?? true);
  queues.sort((a, b) => (a.name < b.name ? -1 : 1));
  const workers = topics.has("workers") ? model.workers.values() : [];
  workers.sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    ...NOTHING,
    sequence: model.sequence,
    isSnapshot: true,
    ...(overview && { overview }),
    queues: topics.has("queues") ? queues.slice(0, LIMITS.watchedMax) : [],
    workers: workers.slice(0, LIMITS.watchedMax),
    operations: topics.has("operations") ? model.operations.values() : [],
  };
}

/** What is newer than `after`. When that is too much for one frame, it goes only so far, and the next one goes on. */
export function differences(model: FeedModel, { interest, rings }: Reader, asked: Span): Frame {
  const { topics, names } = interest;
  const { after } = asked;
  const wants = (topic: Topic) => topics.has(topic);
  const ends = [
    asked.through,
    wants("queues") ? model.queues.fitting(asked, LIMITS.watchedMax) : asked.through,
    wants("workers") ? model.workers.fitting(asked, LIMITS.watchedMax) : asked.through,
  ];
  const span = { after, through: Math.min(...ends) };
  const isWanted = (name: JobName) => wants("queues") && (names?.has(name) ?? true);
  const [overview] = wants("overview") ? model.overview.changed(span) : [];
  return {
    sequence: span.through,
    isSnapshot: false,
    ...(overview && { overview }),
    queues: model.queues.changed(span).filter(({ name }) => isWanted(name)),
    queuesGone: model.queues.gone(span).filter(isWanted),
    workers: wants("workers") ? model.workers.changed(span) : [],
    workersGone: wants("workers") ? model.workers.gone(span) : [],
    operations: wants("operations") ? model.operations.changed(span) : [],
    ...tellRecent(rings, { ...span, jobsMax: LIMITS.watchedJobsMax }),
  };
}
