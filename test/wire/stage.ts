// What a step of the script stands on: one client in one lane, with names and ids of its own, so that any number of
// runs share a server without meeting.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Code } from "@connectrpc/connect";
import type { Job, JobSpecSchema, RetryPolicySchema, Situation } from "../../src/gen/lakh/v1/job_pb.ts";
import type { BulkResult } from "../../src/gen/lakh/v1/operation_pb.ts";
import { type EnqueuedJob, ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { type Delivery, ReportResult } from "../../src/gen/lakh/v1/worker_pb.ts";
import { type Lane, openWorker, type WireWorker } from "./lanes.ts";
import { type WireClient, WireError } from "./wire-client.ts";

export type Spec = MessageInitShape<typeof JobSpecSchema>;

export class Stage {
  readonly client: WireClient;
  readonly lane: Lane;
  /** How long to wait for what must come. */
  readonly patienceMs: number;
  readonly #prefix: string;
  readonly #workers: WireWorker[] = [];

  constructor(
    client: WireClient,
    lane: Lane,
    rest: { readonly prefix: string; readonly patienceMs: number },
  ) {
    this.client = client;
    this.lane = lane;
    this.#prefix = rest.prefix;
    this.patienceMs = rest.patienceMs;
  }

  /** A name or an id that no other run uses. */
  own(word: string): string {
    return `${this.#prefix}.${word}`;
  }

  async openWorker(name: string, capacity = 10): Promise<WireWorker> {
    const { client, lane, patienceMs } = this;
    const wish = { id: this.own(`worker-${name}`), names: [this.own(name)], capacity, patienceMs };
    const worker = await openWorker(client, lane, wish);
    this.#workers.push(worker);
    return worker;
  }

  /** Every worker of the step goes. */
  leave(): void {
    for (const worker of this.#workers.splice(0)) worker.leave();
  }

  async enqueue(...specs: Spec[]): Promise<EnqueuedJob[]> {
    const { jobs } = await this.client.unary(ProducerService.method.enqueue, { jobs: specs });
    same(jobs.length, specs.length, "enqueued jobs");
    return jobs;
  }

  /** Fails for good: the job is dead. */
  async die(worker: WireWorker, { jobId, attempt }: Delivery, message: string): Promise<void> {
    const error = { class: "Misfortune", message };
    const report = { case: "fail", value: { error, final: true } } as const;
    same(
      await worker.report({ jobId, attempt, report }),
      ReportResult.ACCEPTED,
      "the report of a final failure",
    );
  }

  /** Why the job is not running. */
  async situation(id: string): Promise<Situation | undefined> {
    const { explanation } = await this.client.unary(ProducerService.method.getJob, { id });
    holds((explanation?.sentence ?? "").endsWith("."), `"${explanation?.sentence}" is a sentence`);
    return explanation?.situation;
  }

  async job(id: string): Promise<Job> {
    const { job } = await this.client.unary(ProducerService.method.getJob, { id });
    if (!job) throw new Error(`GetJob answered without the job ${id}`);
    return job;
  }

  /** The last that is heard of the job. */
  async finished(id: string): Promise<Job> {
    const ended = AbortSignal.timeout(this.patienceMs);
    let last: Job | undefined;
    for await (const { job } of this.client.serverStream(ProducerService.method.watchJob, { id }, ended))
      last = job;
    if (!last) throw new Error(`nothing was heard of the job ${id}`);
    return last;
  }

  async next(worker: WireWorker): Promise<Delivery> {
    const delivery = await worker.next(this.patienceMs);
    if (!delivery) throw new Error("a delivery did not come");
    return delivery;
  }

  async succeed(worker: WireWorker, { jobId, attempt }: Delivery): Promise<ReportResult> {
    return worker.report({ jobId, attempt, report: { case: "succeed", value: {} } });
  }

  async fail(worker: WireWorker, { jobId, attempt }: Delivery, message = "no luck"): Promise<ReportResult> {
    const error = { class: "Misfortune", message, stack: "at no place" };
    return worker.report({ jobId, attempt, report: { case: "fail", value: { error } } });
  }
}

/** Retries that come almost at once. */
export function fixedRetry(maxRetries: number): MessageInitShape<typeof RetryPolicySchema> {
  return { maxRetries, backoff: { case: "fixed", value: { delay: durationFromMs(50) } } };
}

/** A selection of these jobs. */
export function byIds(...ids: string[]) {
  return { jobs: { case: "ids" as const, value: { ids } } };
}

/** What became of each job of a change. */
export function told(result: BulkResult | undefined) {
  return result?.jobs.map(({ id, outcome, state }) => [id, outcome, state]);
}

/** Throws when they are not the same: plain values, bytes, arrays and objects of them. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(plain(actual)), JSON.stringify(plain(expected))];
  if (is !== should) throw new Error(`${what}: is ${cut(is)}, should be ${cut(should)}`);
}

export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** The call must be refused with the code; answers the message. */
export async function refused(call: Promise<unknown>, code: Code): Promise<string> {
  const error = await call.then(
    () => undefined,
    (fault: unknown) => fault,
  );
  if (!(error instanceof WireError)) throw new Error(`not refused, but ${String(error)}`);
  same(error.code, code, `the code of "${error.message}"`);
  return error.message;
}

function cut(text: string | undefined): string {
  return text && text.length > 500 ? `${text.slice(0, 500)}...` : String(text);
}

/** As JSON.stringify can take it, keys in order, without what messages carry beside their fields. */
function plain(value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value === undefined) return "undefined";
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;

  const fields = Object.entries(value).filter(([key]) => !key.startsWith("$"));
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, plain(one)]),
  );
}
