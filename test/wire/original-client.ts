// A producer and a worker as the original's examples write them, on grpc-js: metadata, streams, and nothing that the
// original's API does not have.
import { once } from "node:events";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, EmptySchema } from "@bufbuild/protobuf/wkt";
import { Client, type ClientDuplexStream, credentials, Metadata } from "@grpc/grpc-js";
import {
  type DeadJobs,
  type Job,
  type JobResult,
  JobResultSchema,
  JobSchema,
  type JobStatus,
  Lakh,
} from "../../src/gen/lakh/lakh_pb.ts";
import { wireOf } from "./grpc-js-client.ts";
import { Mailbox } from "./mailbox.ts";

export type OriginalJob = MessageInitShape<typeof JobSchema>;

/** How long to wait for what must come. */
const PATIENCE_MS = 10_000;

export class OriginalClient {
  readonly #client: Client;
  readonly #workers: OriginalWorker[] = [];

  constructor(url: string) {
    this.#client = new Client(new URL(url).host, credentials.createInsecure());
  }

  /** Sends one message per job and ends the stream; resolves with the server's Empty. */
  work(names: string | undefined, jobs: Iterable<OriginalJob>): Promise<unknown> {
    const { path, write, read } = wireOf(Lakh.method.work);
    return new Promise((resolve, reject) => {
      const answer = (error: Error | null, empty?: unknown) => (error ? reject(error) : resolve(empty));
      const call = this.#client.makeClientStreamRequest(path, write, read, metadataOf(names), answer);
      for (const job of jobs) call.write(create(JobSchema, job));
      call.end();
    });
  }

  join(names: string | undefined): OriginalWorker {
    const { path, write, read } = wireOf(Lakh.method.join);
    const worker = new OriginalWorker(
      this.#client.makeBidiStreamRequest(path, write, read, metadataOf(names)),
    );
    this.#workers.push(worker);
    return worker;
  }

  getDeadJobs(): Promise<DeadJobs> {
    const { path, write, read } = wireOf(Lakh.method.getDeadJobs);
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, write, read, create(EmptySchema), (error, dead) => {
        if (error || !dead) reject(error);
        else resolve(dead);
      });
    });
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.vanish();
    this.#client.close();
  }
}

export class OriginalWorker {
  readonly #call: ClientDuplexStream<JobResult, Job>;
  readonly #jobs = new Mailbox<Job>();
  readonly #headers: Promise<unknown>;

  constructor(call: ClientDuplexStream<JobResult, Job>) {
    this.#call = call;
    this.#headers = once(call, "metadata");
    this.#headers.catch(() => {}); // a refused call has none
    call.on("data", (job) => this.#jobs.put(job));
    call.on("error", (fault) => this.#jobs.end({ fault }));
    call.on("end", () => this.#jobs.end());
  }

  /** What tonic's `join().await` waits for. */
  async joined(): Promise<void> {
    await this.#headers;
  }

  /** Throws when none comes, or what ended the stream. */
  async next(): Promise<Job> {
    const job = await this.#jobs.take(PATIENCE_MS);
    if (!job) throw new Error("a job did not come");
    return job;
  }

  /** The next so many jobs. */
  async nextAll(count: number): Promise<Job[]> {
    const jobs: Job[] = [];
    while (jobs.length < count) jobs.push(await this.next());
    return jobs;
  }

  /** What comes in this time, if anything. */
  within(waitMs: number): Promise<Job | undefined> {
    return this.#jobs.take(waitMs);
  }

  /** Without a status as with status FAILED: it is the zero value. */
  report({ id, name }: Pick<Job, "id" | "name">, status?: JobStatus): void {
    this.#call.write(
      create(JobResultSchema, { jobId: id, jobName: name, ...(status !== undefined && { status }) }),
    );
  }

  endReports(): void {
    this.#call.end();
  }

  vanish(): void {
    this.#call.cancel();
  }
}

/** A reservation, in the whole seconds that the original knows. */
export function reservedFor(seconds: number) {
  return { reservationTime: durationFromMs(seconds * 1_000) };
}

function metadataOf(names: string | undefined): Metadata {
  const metadata = new Metadata();
  if (names !== undefined) metadata.set("job_names", names);
  return metadata;
}
