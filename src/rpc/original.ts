// lakh.Lakh: the API of the original Lakh, so that its clients and workers work unchanged. Its messages say less than
// ours: reports carry no attempt, jobs no retry policy, and what is not said means fire and forget.
import { create, toBinary } from "@bufbuild/protobuf";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { Delivery, Session } from "../broker/session.ts";
import {
  type DeadJobs,
  DeadJobsSchema,
  type Job,
  type JobResult,
  JobSchema,
  JobStatus,
  type Lakh,
} from "../gen/lakh/lakh_pb.ts";
import { isViolation } from "../job/admission.ts";
import type { JobId, JobName, WorkerId } from "../job/job.ts";
import type { Move } from "../job/move.ts";
import { ignoreStoreFault } from "../store/store.ts";
import { HEARTBEAT_MS } from "./bell.ts";
import { expectTaking, invalid, violationError } from "./errors.ts";
import type { Log } from "./interceptors.ts";
import { readNames } from "./introduction.ts";
import { readOriginalJob, viewOriginalJob } from "./original-job.ts";
import { Pipeline } from "./pipeline.ts";
import { inSession, parcels } from "./session-stream.ts";

/** The rpc whose response headers must leave before there is a job: a stock client awaits them inside `join()`. */
export const ORIGINAL_JOIN_PATH = "/lakh.Lakh/Join";

/** Unreported deliveries of one joined worker: the original's API has no word for capacity. */
const CAPACITY = 1_000;
/** Attempts that are remembered after their reservation ended, so that a late report can name its own. */
const REMEMBERED_MAX = 10_000;
/** Stock clients refuse larger messages. */
const DEAD_JOBS_BYTES_MAX = 4 << 20;
/** What a message in a list costs beside its own bytes: a tag, and a length of at most four bytes. */
const LIST_ENTRY_BYTES = 5;

export function buildOriginalService(broker: Broker, log: Log): ServiceImpl<typeof Lakh> {
  return {
    work: (jobs, context) => work(broker, { jobs, log }, context),
    join: (results, context) => join(broker, { results, log }, context),
    getDeadJobs: () => getDeadJobs(broker),
  };
}

async function work(
  broker: Broker,
  { jobs, log }: { jobs: AsyncIterable<Job>; log: Log },
  context: HandlerContext,
) {
  const names = new Set<string>(announcedNames(context));
  expectTaking(broker);
  const pipeline = new Pipeline();
  for await (const job of jobs) {
    if (names.has(job.name)) await pipeline.add(enqueue(broker, job), () => {});
    else
      log.warn(
        { job: job.id, name: job.name },
        "job skipped: its name is not in the metadata entry job_names",
      );
  }
  await pipeline.finish();
  return {};
}

async function enqueue(broker: Broker, job: Job): Promise<void> {
  const admitted = broker.admitAll([readOriginalJob(job)]);
  if (isViolation(admitted)) {
    throw violationError({ ...admitted, violates: `job ${JSON.stringify(job.id)}: ${admitted.violates}` });
  }
  await broker.enqueue(admitted);
}

function announcedNames({ requestHeader }: HandlerContext): JobName[] {
  const entry = requestHeader.get("job_names");
  if (entry === null) throw invalid("job_names", 'is required in the metadata, like "add;sub"');

  return readNames(
    "job_names",
    entry
      .split(";")
      .map((name) => name.trim())
      .filter(Boolean),
  );
}

async function* join(
  broker: Broker,
  { results, log }: { results: AsyncIterable<JobResult>; log: Log },
  context: HandlerContext,
): AsyncGenerator<Job> {
  const { signal } = context;
  const names = announcedNames(context);
  const id = broker.newId() as WorkerId;
  const facts = { kind: "original", version: "", labels: {} } as const;
  const introduction = { id, names, ...facts, capacity: CAPACITY, stream: true, holding: [] };
  const departures = new Departures(broker);
  // Before the session hears of it: what the session holds then has left the server.
  signal.addEventListener("abort", departures.giveBack, { once: true });
  try {
    yield* inSession(broker, { introduction, signal }, async function* (stream) {
      const reports = new OriginalReports(broker, stream.session, log);
      reports.read(results).then((fault) => {
        if (fault === undefined) return;
        reports.fault = fault;
        stream.bell.ring();
      });
      for await (const parcel of parcels(broker, stream, () => broker.clock.now() + HEARTBEAT_MS)) {
        if (reports.fault) throw reports.fault;
        broker.sweep(stream.session);
        for (const delivery of departures.each(stream.session, parcel?.deliveries ?? [])) {
          reports.delivered(delivery);
          yield viewOriginalJob(delivery);
        }
      }
    });
  } finally {
    signal.removeEventListener("abort", departures.giveBack);
    departures.giveBack();
  }
}

/**
 * Jobs leave one by one here, as fast as the client reads. Those that are still waiting when it goes never left the
 * server, so nothing has happened to them.
 */
class Departures {
  readonly #broker: Broker;
  #waiting: Delivery[] = [];
  #session: Session | undefined;

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  *each(session: Session, deliveries: readonly Delivery[]): Generator<Delivery> {
    this.#session = session;
    this.#waiting = deliveries.toReversed();
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) yield next;
  }

  readonly giveBack = (): void => {
    const session = this.#session;
    const unsent = this.#waiting;
    this.#waiting = [];
    if (!session || unsent.length === 0) return;

    for (const { job } of unsent) session.letGo(job.id, job.attempt);
    this.#broker.undeliver(session, unsent).catch(ignoreStoreFault);
  };
}

/** The reports of one stream, to which the attempts are added that were delivered on it. */
class OriginalReports {
  /** What ended the request side badly. That it ends well means nothing: deliveries go on. */
  fault: unknown;
  readonly #broker: Broker;
  readonly #session: Session;
  readonly #log: Log;
  readonly #attempts = new Map<string, number>();

  constructor(broker: Broker, session: Session, log: Log) {
    this.#broker = broker;
    this.#session = session;
    this.#log = log;
  }

  delivered({ job }: Delivery): void {
    this.#attempts.delete(job.id);
    this.#attempts.set(job.id, job.attempt);
    if (this.#attempts.size <= REMEMBERED_MAX) return;

    for (const oldest of this.#attempts.keys()) {
      this.#attempts.delete(oldest);
      return;
    }
  }

  /** Resolves at the end of the request side, with what went wrong. */
  async read(results: AsyncIterable<JobResult>): Promise<unknown> {
    const pipeline = new Pipeline();
    try {
      for await (const result of results) {
        const move = this.#moveOf(result);
        if (move) await pipeline.add(this.#report(result.jobId as JobId, move), () => {});
      }
      await pipeline.finish();
      return undefined;
    } catch (fault) {
      return fault ?? new Error("the request side failed");
    }
  }

  async #report(id: JobId, move: Move): Promise<void> {
    await this.#broker.report(this.#session.id, [{ id, move }]);
  }

  #moveOf({ jobId, status }: JobResult): Move | undefined {
    const attempt = this.#attempts.get(jobId);
    const by = this.#session.id;
    switch (status) {
      case JobStatus.SUCCEEDED:
        // From another stream: some delivery of this job, and a success counts from any.
        return attempt === undefined ? { move: "succeed" } : { move: "succeed", by, attempt };
      case JobStatus.FAILED:
        if (attempt !== undefined) return { move: "fail", by, attempt };
        this.#log.debug(
          { job: jobId },
          "report ignored: a failure of a job that was not delivered on this stream",
        );
        return undefined;
      default:
        this.#log.warn({ job: jobId, status }, "report refused: its status is unknown");
        return undefined;
    }
  }
}

async function getDeadJobs(broker: Broker): Promise<DeadJobs> {
  const dead = await broker.newestDead(DEAD_JOBS_BYTES_MAX);
  const jobs: Job[] = [];
  let bytes = 0;
  for (const stored of dead) {
    const job = viewOriginalJob(stored);
    bytes += toBinary(JobSchema, job).length + LIST_ENTRY_BYTES;
    if (bytes > DEAD_JOBS_BYTES_MAX) break;
    jobs.push(job);
  }
  return create(DeadJobsSchema, { jobs });
}
