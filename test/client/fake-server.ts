// A server that does what a test tells it: real HTTP/2 and real messages, no rules. What a client hears and what it says
// are the test's to script, so that broken connections and late acknowledgements happen exactly when wanted.
import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { AdminService } from "../../src/gen/lakh/v1/admin_pb.ts";
import {
  type ExplanationSchema,
  type Job,
  type JobSchema,
  type JobSpec,
  JobState,
} from "../../src/gen/lakh/v1/job_pb.ts";
import {
  CancelOutcome,
  type EnqueuedJobSchema,
  type EnqueueRequest,
  type EnqueueResponseSchema,
  type EnqueueStreamRequest,
  type EnqueueStreamResponseSchema,
  ProducerService,
} from "../../src/gen/lakh/v1/producer_pb.ts";
import {
  type CancellationSchema,
  type Hello,
  HelloSchema,
  WorkerService,
  type WorkRequest,
  type WorkResponseSchema,
} from "../../src/gen/lakh/v1/worker_pb.ts";

/** Things that arrive, for those who wait for them in order. */
export class Arrivals<T> {
  #items: T[] = [];
  #waiters: ((item: T) => void)[] = [];

  add(item: T): void {
    const waiter = this.#waiters.shift();
    if (waiter) waiter(item);
    else this.#items.push(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** The next one of which this holds; those before it are dropped. */
  async until(holds: (item: T) => boolean): Promise<T> {
    for (;;) {
      const item = await this.next();
      if (holds(item)) return item;
    }
  }
}

type WorkWords = MessageInitShape<typeof WorkResponseSchema>;
type StreamWords = MessageInitShape<typeof EnqueueStreamResponseSchema>;

/** One stream as the server sees it: what was said, and a mouth. */
export class FakeStream<Request, Words> {
  readonly heard = new Arrivals<Request>();
  /** Resolves when the client has said goodbye or is gone. */
  readonly over: Promise<void>;
  readonly words = new Arrivals<Words | ConnectError | "end">();
  #resolveOver: () => void = () => undefined;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#resolveOver = resolve;
    });
  }

  say(words: Words): void {
    this.words.add(words);
  }

  end(error?: ConnectError): void {
    this.words.add(error ?? "end");
  }

  async *answer(requests: AsyncIterable<Request>, context: HandlerContext): AsyncGenerator<Words> {
    context.signal.addEventListener("abort", () => this.words.add("end"), { once: true });
    void this.#listen(requests);
    for (;;) {
      const words = await this.words.next();
      if (words === "end") return;
      if (words instanceof ConnectError) throw words;
      yield words;
    }
  }

  /** For what a server answers whatever the test is about. */
  onHeard(_request: Request): void {}

  async #listen(requests: AsyncIterable<Request>): Promise<void> {
    try {
      for await (const request of requests) {
        this.heard.add(request);
        this.onHeard(request);
      }
    } catch {
      // The connection broke; the test knows, it broke it.
    }
    this.#resolveOver();
  }
}

/** A Work stream whose hello has been heard. */
export class FakeWork extends FakeStream<WorkRequest, WorkWords> {
  hello: Hello = create(HelloSchema);
  first: WorkRequest | undefined;
  /** Whether it confirms that no more jobs come, as the real server does. */
  confirmsDraining = true;

  override onHeard({ draining }: WorkRequest): void {
    if (draining && this.confirmsDraining) this.say({ drain: true });
  }

  welcome(
    more: { heartbeatMs?: number; notHeld?: MessageInitShape<typeof CancellationSchema>[] } = {},
  ): void {
    const { heartbeatMs = 15_000, notHeld = [] } = more;
    const heartbeatInterval = durationFromMs(heartbeatMs);
    this.say({ welcome: { workerId: this.hello.workerId, heartbeatInterval, notHeld } });
  }

  deliver(
    jobId: string,
    more: Partial<{ attempt: number; name: string; reservedMs: number | undefined }> = {},
  ): void {
    const { attempt = 1, name = "add" } = more;
    const reservedMs = "reservedMs" in more ? more.reservedMs : 60_000;
    const reserved = reservedMs === undefined ? {} : { reservationTime: durationFromMs(reservedMs) };
    this.say({ jobs: [{ jobId, name, attempt, ...reserved }] });
  }
}

/** The server. Open one with `openFakeServer`. */
export class FakeServer {
  readonly works = new Arrivals<FakeWork>();
  readonly enqueueStreams = new Arrivals<FakeStream<EnqueueStreamRequest, StreamWords>>();
  readonly stored = new Map<string, JobSpec>();
  /** What WatchJob and GetJob show. */
  readonly shown = new Map<string, MessageInitShape<typeof JobSchema>[]>();
  /** What AdminService answers; the rest is not implemented. */
  admin: Partial<ServiceImpl<typeof AdminService>> = {};
  /** What GetJob explains. */
  explanation: MessageInitShape<typeof ExplanationSchema> = {};
  /** The waits that Enqueue was asked for, in milliseconds. */
  readonly waits: (number | undefined)[] = [];
  /** What Enqueue adds to its answer about a job. */
  answerMore: (id: string) => MessageInitShape<typeof EnqueuedJobSchema> = () => ({});
  /** Called before each Enqueue is answered; may throw. */
  beforeAnswer: (request: EnqueueRequest, call: number) => void | Promise<void> = () => undefined;
  enqueueCalls = 0;
  readonly #sockets = new Set<Socket>();
  readonly #http: http2.Http2Server;

  constructor() {
    this.#http = http2.createServer(connectNodeAdapter({ routes: (router) => this.#routes(router) }));
    this.#http.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#http.on("sessionError", () => undefined);
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(port = 0): Promise<void> {
    this.#http.listen(port, "127.0.0.1");
    await once(this.#http, "listening");
  }

  /** Cuts every connection, as a crash would. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#http, "close");
    this.#http.close();
    this.cut();
    await closed;
  }

  /** The next worker, after its hello. */
  async worker(): Promise<FakeWork> {
    const work = await this.works.next();
    const first = await work.heard.next();
    work.first = first;
    work.hello = first.hello ?? work.hello;
    return work;
  }

  #routes(router: ConnectRouter): void {
    router.service(WorkerService, {
      work: (requests, context) => {
        const work = new FakeWork();
        this.works.add(work);
        return work.answer(requests, context);
      },
    });
    // Looked up at each call, so that a test may script it after the server has begun.
    const scripted = new Proxy(this.admin, {
      get: (_, method: keyof ServiceImpl<typeof AdminService>) => this.#adminMethod(method),
    });
    router.service(AdminService, scripted);
    router.service(ProducerService, {
      enqueue: (request) => this.#enqueue(request),
      enqueueStream: (requests, context) => {
        const stream = new FakeStream<EnqueueStreamRequest, StreamWords>();
        this.enqueueStreams.add(stream);
        stream.say({});
        return stream.answer(requests, context);
      },
      getJob: ({ id }) => ({ job: this.#shownOrThrow(id).at(-1) as Job, explanation: this.explanation }),
      watchJob: async function* (this: FakeServer, { id }: { id: string }) {
        for (const job of this.#shownOrThrow(id)) yield { job: job as Job };
      }.bind(this),
      cancelJobs: ({ ids }) => ({
        results: ids.map((id) => ({
          id,
          outcome: this.stored.has(id) ? CancelOutcome.CANCELLED : CancelOutcome.NOT_FOUND,
          state: this.stored.has(id) ? JobState.CANCELLED : JobState.UNSPECIFIED,
        })),
      }),
    });
  }

  #adminMethod(method: keyof ServiceImpl<typeof AdminService>) {
    return (...call: unknown[]) => {
      const answer = this.admin[method] as ((...call: unknown[]) => unknown) | undefined;
      if (answer === undefined) throw new ConnectError(`nobody wrote ${method}`, Code.Unimplemented);
      return answer(...call);
    };
  }

  async #enqueue(request: EnqueueRequest): Promise<MessageInitShape<typeof EnqueueResponseSchema>> {
    this.enqueueCalls += 1;
    const jobs = request.jobs.map((job) => {
      const duplicate = this.stored.has(job.id);
      if (!duplicate) this.stored.set(job.id, job);
      const state = job.start.case ? JobState.SCHEDULED : JobState.READY;
      return { id: job.id, state, duplicate, ...this.answerMore(job.id) };
    });
    this.waits.push(request.wait && durationMs(request.wait));
    await this.beforeAnswer(request, this.enqueueCalls);
    return { jobs };
  }

  #shownOrThrow(id: string) {
    const shown = this.shown.get(id);
    if (shown === undefined) throw new ConnectError(`there is no job ${id}`, Code.NotFound);
    return shown;
  }
}

/** A server on a port of its own, closed when the test ends. */
export async function openFakeServer(test: { after(close: () => Promise<void>): void }): Promise<FakeServer> {
  const server = new FakeServer();
  await server.listen();
  test.after(() => server.close());
  return server;
}
