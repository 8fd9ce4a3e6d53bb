// The three ways to be a worker, behind one face: the Work stream, Subscribe with Report, and Reserve with Report.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  type Cancellation,
  type Delivery,
  type DrainReason,
  type ReportOutcome,
  ReportOutcomeSchema,
  ReportResult,
  type ReportSchema,
  WorkerService,
  type WorkRequestSchema,
  type WorkResponse,
} from "../../src/gen/lakh/v1/worker_pb.ts";
import { Mailbox, Outgoing } from "./mailbox.ts";
import type { WireClient } from "./wire-client.ts";

export type Lane = "Work" | "Subscribe" | "Reserve";

export interface WireWorker {
  /** What the server called it in its first words. */
  readonly id: string;
  /** The next job; undefined when none came in time. */
  next(waitMs: number): Promise<Delivery | undefined>;
  /** The next word that a delivery does not count any more. A worker that polls hears none. */
  readonly cancelled?: (waitMs: number) => Promise<Cancellation | undefined>;
  /** Why it gets no more jobs, once it is told so. A worker that polls is not told. */
  readonly drained?: (waitMs: number) => Promise<DrainReason | undefined>;
  report(report: MessageInitShape<typeof ReportSchema>): Promise<ReportResult>;
  /** The same, with all that is said of the report. */
  outcomeOf(report: MessageInitShape<typeof ReportSchema>): Promise<ReportOutcome>;
  leave(): void;
}

export interface WorkerWish {
  readonly id: string;
  readonly names: readonly string[];
  readonly capacity: number;
  /** How long to wait for the server's words. */
  readonly patienceMs: number;
}

/** Resolves once the server has said who the worker is. */
export function openWorker(client: WireClient, lane: Lane, wish: WorkerWish): Promise<WireWorker> {
  return { Work: openWork, Subscribe: openSubscribe, Reserve: openReserve }[lane](client, wish);
}

/** Which lanes the client can take. */
export function lanesOf(client: WireClient): Lane[] {
  return client.bidi ? ["Work", "Subscribe", "Reserve"] : ["Subscribe", "Reserve"];
}

async function openWork(client: WireClient, wish: WorkerWish): Promise<WireWorker> {
  if (!client.bidi) throw new Error(`${client.title} cannot send a stream`);
  const requests = new Outgoing<MessageInitShape<typeof WorkRequestSchema>>();
  requests.send({ hello: helloOf(wish) });
  const ended = new AbortController();
  const heard = new Heard();
  const outcomes = new Mailbox<ReportOutcome | bigint>();
  const hear = (message: WorkResponse) => {
    if (message.ping) requests.send({ pong: { nonce: message.ping.nonce } });
    for (const outcome of message.outcomes) outcomes.put(outcome);
    outcomes.put(message.reportsThrough);
  };
  heard.listen(client.bidi(WorkerService.method.work, requests, ended.signal), hear);
  const id = await heard.welcomed(wish);
  let sent = 0n;
  return {
    id,
    next: (waitMs) => heard.jobs.take(waitMs),
    cancelled: (waitMs) => heard.cancellations.take(waitMs),
    drained: (waitMs) => heard.drains.take(waitMs),
    ...reporting((report) => {
      requests.send({ reports: [report] });
      return outcomeFrom(outcomes, ++sent, wish.patienceMs);
    }),
    leave: () => requests.end(),
  };
}

/** Only what was not accepted is named; that the count went on says the rest. */
async function outcomeFrom(
  outcomes: Mailbox<ReportOutcome | bigint>,
  through: bigint,
  patienceMs: number,
): Promise<ReportOutcome> {
  let outcome = create(ReportOutcomeSchema, { result: ReportResult.ACCEPTED });
  for (;;) {
    const said = await outcomes.take(patienceMs);
    if (said === undefined) throw new Error(`report ${through} of the stream was not acknowledged`);
    if (typeof said !== "bigint") outcome = said;
    else if (said >= through) return outcome;
  }
}

function reporting(outcomeOf: WireWorker["outcomeOf"]): Pick<WireWorker, "report" | "outcomeOf"> {
  return { outcomeOf, report: async (report) => (await outcomeOf(report)).result };
}

async function openSubscribe(client: WireClient, wish: WorkerWish): Promise<WireWorker> {
  const ended = new AbortController();
  const heard = new Heard();
  const request = { hello: helloOf(wish) };
  heard.listen(client.serverStream(WorkerService.method.subscribe, request, ended.signal), () => {});
  const id = await heard.welcomed(wish);
  return {
    id,
    next: (waitMs) => heard.jobs.take(waitMs),
    cancelled: (waitMs) => heard.cancellations.take(waitMs),
    drained: (waitMs) => heard.drains.take(waitMs),
    ...reporting((report) => reportByCall(client, id, report)),
    leave: () => ended.abort(),
  };
}

async function openReserve(client: WireClient, wish: WorkerWish): Promise<WireWorker> {
  const poll = (waitMs: number) =>
    client.unary(WorkerService.method.reserve, {
      names: [...wish.names],
      maxJobs: 1,
      workerId: wish.id,
      wait: durationFromMs(waitMs),
    });
  const held: Delivery[] = [];
  const { workerId, jobs } = await poll(0);
  held.push(...jobs);
  return {
    id: workerId,
    next: async (waitMs) => held.shift() ?? (await poll(waitMs)).jobs[0],
    ...reporting((report) => reportByCall(client, workerId, report)),
    leave: () => {},
  };
}

async function reportByCall(
  client: WireClient,
  workerId: string,
  report: MessageInitShape<typeof ReportSchema>,
): Promise<ReportOutcome> {
  const { outcomes } = await client.unary(WorkerService.method.report, { workerId, reports: [report] });
  return outcomes[0] ?? create(ReportOutcomeSchema);
}

function helloOf({ id, names, capacity }: WorkerWish) {
  return { workerId: id, names: [...names], capacity, version: "the matrix" };
}

/** What a stream has said so far. */
class Heard {
  readonly jobs = new Mailbox<Delivery>();
  readonly cancellations = new Mailbox<Cancellation>();
  readonly drains = new Mailbox<DrainReason>();
  readonly #welcomes = new Mailbox<string>();

  async listen<T extends Pick<WorkResponse, "welcome" | "jobs" | "cancelled" | "drain" | "drainReason">>(
    messages: AsyncIterable<T>,
    hear: (message: T) => void,
  ): Promise<void> {
    const over: { fault?: unknown } = {};
    try {
      for await (const message of messages) {
        if (message.welcome) this.#welcomes.put(message.welcome.workerId);
        for (const job of message.jobs) this.jobs.put(job);
        for (const cancellation of message.cancelled) this.cancellations.put(cancellation);
        if (message.drain) this.drains.put(message.drainReason);
        hear(message);
      }
    } catch (fault) {
      over.fault = fault;
    }
    for (const mailbox of [this.#welcomes, this.jobs, this.cancellations, this.drains]) mailbox.end(over);
  }

  async welcomed({ patienceMs }: WorkerWish): Promise<string> {
    const id = await this.#welcomes.take(patienceMs);
    if (id === undefined) throw new Error("no welcome came");
    return id;
  }
}
