// For those who look after the work: everything that the dashboard and the command line can see and do, in TypeScript.
//
//     const admin = new Admin({ url: "http://127.0.0.1:50051" });
//     for await (const group of admin.deadGroups()) console.log(group.jobs, group.name, group.errorLine);
//     const { operation } = await admin.retry({ filter: "state:dead name:mail.* since:1h" }, { spreadMs: 600_000 });
//     for await (const { changed } of admin.follow(operation)) console.log(changed);
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AdminCalls, type AdminOptions, type WatchOptions } from "./admin-calls.ts";
import {
  type DeadGroupsWanted,
  type JobsSelected,
  type JobsWanted,
  toListDeadGroupsRequest,
  toListJobsRequest,
  toSelection,
} from "./admin-requests.ts";
import {
  type ConnectedWorker,
  type DeadGroup,
  type Overview,
  type Queue,
  toConnectedWorker,
  toDeadGroup,
  toOverview,
  toQueue,
} from "./admin-views.ts";
import { type Job, toJob } from "./job.ts";
import { type BulkResult, type Operation, toBulkResult, toOperation } from "./operation-views.ts";
import { type System, toSystem } from "./system-views.ts";
import { pause } from "./waiting.ts";
import { toWatchFrame, type WatchFrame } from "./watch-frame.ts";

/** One page of jobs. */
export interface JobsPage {
  /** May be empty before the end. */
  readonly jobs: readonly Job[];
  /** Undefined at the end. */
  readonly nextPageToken: string | undefined;
  /** How many candidates this page looked at, of how many. */
  readonly searched: number;
  readonly candidates: number;
}

/** How to change jobs. */
export interface ChangeOptions {
  /** Change nothing, and say what would be changed. */
  readonly dryRun?: boolean;
}

/** How to retry jobs. */
export interface RetryOptions extends ChangeOptions {
  /** Spread them over this time from now, 0 to 7 days. Default: all at once. */
  readonly spreadMs?: number;
}

/** Which workers: these, those that offer one of these names, or all. */
export type WorkersSelected =
  | { readonly workerIds: readonly string[] }
  | { readonly names: readonly string[] }
  | { readonly everyone: true };

/** An admin. It connects at the first call; close it when done. Calls throw ConnectError, whose `code` says why. */
export class Admin {
  readonly #calls: AdminCalls;

  constructor(options: AdminOptions = {}) {
    this.#calls = new AdminCalls(options);
  }

  /** Counts, rates, percentiles, workers, nodes, the store's size. */
  async overview(): Promise<Overview> {
    const { overview } = await this.#calls.read((client, options) => client.getOverview({}, options));
    return toOverview(present(overview));
  }

  /** How the server itself is doing: its process, its store, the calls that it refused, its settings. */
  async system(): Promise<System> {
    const { system } = await this.#calls.read((client, options) => client.getSystem({}, options));
    return toSystem(present(system));
  }

  /** Every name that has jobs, is paused or is offered, in alphabetical order. */
  async *queues({ namePrefix = "" }: { readonly namePrefix?: string } = {}): AsyncGenerator<Queue> {
    const pages = this.#calls.pages((pageToken, client, options) =>
      client.listQueues({ namePrefix, pageToken }, options),
    );
    for await (const { queues } of pages) yield* queues.map(toQueue);
  }

  /** One name, and the workers that offer it, at most 100. */
  async queue(name: string): Promise<{ queue: Queue; workers: ConnectedWorker[] }> {
    const reply = await this.#calls.read((client, options) => client.getQueue({ name }, options));
    return { queue: toQueue(present(reply.queue)), workers: reply.workers.map(toConnectedWorker) };
  }

  /** Every job that matches; stop when there are enough. Goes on over long searches. */
  async *jobs(wanted: Omit<JobsWanted, "pageToken"> = {}): AsyncGenerator<Job> {
    const request = toListJobsRequest(wanted);
    const pages = this.#calls.pages((pageToken, client, options) =>
      client.listJobs({ ...request, pageToken }, options),
    );
    for await (const { jobs } of pages) yield* jobs.map(toJob);
  }

  /** One page of them, with how far the search came. */
  async jobsPage(wanted: JobsWanted = {}): Promise<JobsPage> {
    const request = toListJobsRequest(wanted);
    const reply = await this.#calls.read((client, options) => client.listJobs(request, options));
    return {
      jobs: reply.jobs.map(toJob),
      nextPageToken: reply.nextPageToken || undefined,
      searched: Number(reply.searched),
      candidates: Number(reply.candidates),
    };
  }

  /** Connected workers, in the order of their ids. */
  async *workers({ name = "" }: { readonly name?: string } = {}): AsyncGenerator<ConnectedWorker> {
    const pages = this.#calls.pages((pageToken, client, options) =>
      client.listWorkers({ name, pageToken }, options),
    );
    for await (const { workers } of pages) yield* workers.map(toConnectedWorker);
  }

  /** Dead jobs, or jobs that wait after a failure, grouped by name and by what went wrong. */
  async *deadGroups(wanted: Omit<DeadGroupsWanted, "pageToken"> = {}): AsyncGenerator<DeadGroup> {
    const request = toListDeadGroupsRequest(wanted);
    const pages = this.#calls.pages((pageToken, client, options) =>
      client.listDeadGroups({ ...request, pageToken }, options),
    );
    for await (const { groups } of pages) yield* groups.map(toDeadGroup);
  }

  /** Brings dead and cancelled jobs back. */
  async retry(selected: JobsSelected, { dryRun = false, spreadMs }: RetryOptions = {}): Promise<BulkResult> {
    const spread = spreadMs === undefined ? {} : { spread: durationFromMs(spreadMs) };
    const request = { selection: toSelection(selected), dryRun, ...spread };
    const call = this.#caller(dryRun);
    return toBulkResult((await call((client, options) => client.retryJobs(request, options))).result);
  }

  /** Makes scheduled jobs ready now. */
  async runNow(selected: JobsSelected, { dryRun = false }: ChangeOptions = {}): Promise<BulkResult> {
    const request = { selection: toSelection(selected), dryRun };
    const call = this.#caller(dryRun);
    return toBulkResult((await call((client, options) => client.runJobsNow(request, options))).result);
  }

  /** Cancels unfinished jobs; workers that hold them are told. */
  async cancel(selected: JobsSelected, { dryRun = false }: ChangeOptions = {}): Promise<BulkResult> {
    const request = { selection: toSelection(selected), dryRun };
    const call = this.#caller(dryRun);
    return toBulkResult(
      (await call((client, options) => client.cancelMatchingJobs(request, options))).result,
    );
  }

  /** Forgets jobs for good, in any state but reserved. */
  async delete(selected: JobsSelected, { dryRun = false }: ChangeOptions = {}): Promise<BulkResult> {
    const request = { selection: toSelection(selected), dryRun };
    const call = this.#caller(dryRun);
    return toBulkResult((await call((client, options) => client.deleteJobs(request, options))).result);
  }

  /** Operations, the newest first; of those that are over the last 100. */
  async operations(): Promise<Operation[]> {
    const reply = await this.#calls.read((client, options) => client.listOperations({}, options));
    return reply.operations.map(toOperation);
  }

  /** One operation. @throws {ConnectError} NOT_FOUND when there is none (any more) */
  async operation(id: string): Promise<Operation> {
    const reply = await this.#calls.read((client, options) => client.getOperation({ id }, options));
    return toOperation(present(reply.operation));
  }

  /** Stops an operation; what it has changed stays changed. @throws {ConnectError} FAILED_PRECONDITION when it is over */
  async stopOperation(id: string): Promise<Operation> {
    const reply = await this.#calls.change((client, options) => client.stopOperation({ id }, options));
    return toOperation(present(reply.operation));
  }

  /** The operation as it stands, again and again, until it is over. */
  async *follow(
    operation: { readonly id: string },
    { everyMs = 500, signal }: { readonly everyMs?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Operation> {
    for (;;) {
      const now = await this.operation(operation.id);
      yield now;
      if (now.state !== "running") return;
      if (!(await pause(everyMs, signal))) throw signal?.reason;
    }
  }

  /** No more jobs of these names are handed out until they are resumed. Answers those that were not paused before. */
  async pause(names: readonly string[]): Promise<readonly string[]> {
    const request = { names: [...names] };
    return (await this.#calls.read((client, options) => client.pauseQueues(request, options))).paused;
  }

  /** The contrary of pause. Answers those that were paused. */
  async resume(names: readonly string[]): Promise<readonly string[]> {
    const request = { names: [...names] };
    return (await this.#calls.read((client, options) => client.resumeQueues(request, options))).resumed;
  }

  /** Tells workers to finish what they hold and exit. Answers those that were told so now. */
  async drainWorkers(selected: WorkersSelected): Promise<readonly string[]> {
    const request = {
      workerIds: "workerIds" in selected ? [...selected.workerIds] : [],
      names: "names" in selected ? [...selected.names] : [],
      everyone: "everyone" in selected,
    };
    return (await this.#calls.read((client, options) => client.drainWorkers(request, options))).workerIds;
  }

  /**
   * What changes, as it changes: a snapshot, then differences, over broken connections, until the signal says stop or
   * whoever listens does. Frames in which nothing has changed are left out.
   */
  async *watch(wanted: WatchOptions): AsyncGenerator<WatchFrame> {
    for await (const wire of this.#calls.watch(wanted)) {
      const frame = toWatchFrame(wire);
      if (frame.isSnapshot || !frame.isEmpty) yield frame;
    }
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#calls.close();
  }

  #caller(dryRun: boolean): AdminCalls["change"] {
    return dryRun ? (call) => this.#calls.read(call) : (call) => this.#calls.change(call);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the server's reply is empty");
  return value;
}
