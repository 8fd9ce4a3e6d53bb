// A worker as the contract has it, over connect's stock gRPC client: says hello, hears of jobs, numbers its reports and
// knows which of them the server has dealt with. It decides nothing.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type CallOptions, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  type Cancellation,
  type Delivery,
  type HelloSchema,
  ReportResult,
  type ReportSchema,
  type Welcome,
  WorkerService,
  type WorkRequest,
  WorkRequestSchema,
  type WorkResponse,
} from "../../src/gen/lakh/v1/worker_pb.ts";

export type Hello = MessageInitShape<typeof HelloSchema>;
export type ReportOf = NonNullable<MessageInitShape<typeof ReportSchema>["report"]>;

/** Any delivery, in as many words as a report needs. */
export interface Held {
  readonly jobId: string;
  readonly attempt: number;
}

export interface WorkHooks {
  readonly onJob?: (delivery: Delivery, client: WorkClient) => void;
  readonly onCancelled?: (cancellation: Cancellation) => void;
  readonly onDrain?: (client: WorkClient) => void;
}

interface Waiting {
  readonly through: bigint;
  readonly held: Held;
  readonly resolve: (result: ReportResult) => void;
  readonly reject: (fault: unknown) => void;
}

export class WorkClient {
  /** Resolves when the stream is over, with what broke it if it broke. */
  readonly ended: Promise<unknown>;
  readonly #hooks: WorkHooks;
  readonly #sessions: Http2SessionManager;
  readonly #welcome = Promise.withResolvers<Welcome>();
  readonly #waiting: Waiting[] = [];
  #next: WorkRequest = create(WorkRequestSchema);
  #hasNext = false;
  #wake: () => void = () => {};
  #saysGoodbye = false;
  #isOver = false;
  #reported = 0n;

  constructor(url: string, hello: Hello, hooks: WorkHooks = {}) {
    this.#hooks = hooks;
    this.#sessions = new Http2SessionManager(url);
    this.#welcome.promise.catch(() => {});
    this.#say({ hello });
    this.ended = this.#run(url);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Rejects when the stream breaks before it has come. */
  get welcome(): Promise<Welcome> {
    return this.#welcome.promise;
  }

  /** Resolves with what became of it when that is on disk; rejects when the stream breaks before. */
  report({ jobId, attempt }: Held, report: ReportOf): Promise<ReportResult> {
    if (this.#isOver) return Promise.reject(new Error("the stream is over"));

    this.#say({ reports: [{ jobId, attempt, report }] });
    const through = ++this.#reported;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ through, held: { jobId, attempt }, resolve, reject });
    });
  }

  succeed(held: Held): Promise<ReportResult> {
    return this.report(held, { case: "succeed", value: {} });
  }

  fail(held: Held): Promise<ReportResult> {
    return this.report(held, { case: "fail", value: { error: { class: "Misfortune", message: "no luck" } } });
  }

  setCapacity(capacity: number): void {
    this.#say({ capacity });
  }

  /** Ends the request side. */
  sayGoodbye(): void {
    this.#saysGoodbye = true;
    this.#wake();
  }

  /** The connection breaks, without a word. */
  cut(): void {
    this.#sessions.abort();
  }

  #say(words: MessageInitShape<typeof WorkRequestSchema>): void {
    const said = create(WorkRequestSchema, words);
    if (said.hello) this.#next.hello = said.hello;
    if (said.capacity !== undefined) this.#next.capacity = said.capacity;
    if (said.pong) this.#next.pong = said.pong;
    this.#next.reports.push(...said.reports);
    this.#hasNext = true;
    this.#wake();
  }

  async *#requests(): AsyncGenerator<WorkRequest> {
    for (;;) {
      if (this.#hasNext) {
        const said = this.#next;
        this.#next = create(WorkRequestSchema);
        this.#hasNext = false;
        yield said;
      } else if (this.#saysGoodbye || this.#isOver) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        // What else this turn has to say goes out in the same message.
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    }
  }

  async #run(url: string): Promise<unknown> {
    const transport = createGrpcTransport({ baseUrl: url, sessionManager: this.#sessions });
    const options: CallOptions = {};
    let fault: unknown;
    try {
      for await (const response of createClient(WorkerService, transport).work(this.#requests(), options))
        this.#hear(response);
    } catch (error) {
      fault = error;
    }
    this.#isOver = true;
    this.#wake();
    const why = fault ?? new Error("the server has ended the stream");
    this.#welcome.reject(why);
    for (const { reject } of this.#waiting.splice(0)) reject(why);
    this.#sessions.abort();
    return fault;
  }

  #hear({ welcome, jobs, cancelled, ping, drain, reportsThrough, outcomes }: WorkResponse): void {
    if (welcome) this.#welcome.resolve(welcome);
    if (ping) this.#say({ pong: { nonce: ping.nonce } });
    for (const cancellation of cancelled) this.#hooks.onCancelled?.(cancellation);
    for (const delivery of jobs) this.#hooks.onJob?.(delivery, this);
    if (drain) this.#hooks.onDrain?.(this);
    while (this.#waiting[0] && this.#waiting[0].through <= reportsThrough) {
      const { held, resolve } = this.#waiting.shift() as Waiting;
      const outcome = outcomes.find(({ jobId, attempt }) => jobId === held.jobId && attempt === held.attempt);
      resolve(outcome?.result ?? ReportResult.ACCEPTED);
    }
  }
}
