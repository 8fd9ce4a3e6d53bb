// Work, the fast lane: hello, jobs, reports and pings of one worker over one bidi stream.
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { Broker } from "../broker/broker.ts";
import type { Parcel } from "../broker/session.ts";
import {
  type Hello,
  type ReportOutcome,
  type WorkRequest,
  type WorkResponse,
  WorkResponseSchema,
} from "../gen/lakh/v1/worker_pb.ts";
import { LIMITS } from "../job/limits.ts";
import { HEARTBEAT_MS } from "./bell.ts";
import { viewNews, viewWelcome } from "./delivery.ts";
import { invalid } from "./errors.ts";
import { readCapacity, readHello } from "./introduction.ts";
import { Pipeline, weightOf } from "./pipeline.ts";
import { carryOutQuietly, sizeOf } from "./reports.ts";
import { inSession, parcels, type SessionStream } from "./session-stream.ts";
import { bringJobs } from "./work-codec.ts";

/** A worker that has answered pings before must answer the next one within this time. */
export const PONG_MS_MAX = 10_000;
/** How long the server waits for a hello. */
const HELLO_MS_MAX = 10_000;
/** A cancelled request stream ends like a finished one; only the signal, a little later, tells them apart. */
const GOODBYE_MS = 10;

export async function* work(
  broker: Broker,
  { requests, serverVersion }: { requests: AsyncIterable<WorkRequest>; serverVersion: string },
  { signal }: HandlerContext,
): AsyncGenerator<WorkResponse> {
  const incoming = requests[Symbol.asyncIterator]();
  const first = await firstRequest(broker, incoming);
  const who = readHello(first.hello, () => broker.newId());
  const introduction = { ...who, kind: "work", stream: true } as const;
  yield* inSession(broker, { introduction, signal }, async function* (stream) {
    const { session, notHeld } = stream;
    yield create(WorkResponseSchema, { welcome: viewWelcome(session.id, serverVersion, notHeld) });
    const conversation = new Conversation(broker, stream);
    conversation.read(first, incoming);
    yield* conversation.write();
  });
}

async function firstRequest(broker: Broker, incoming: AsyncIterator<WorkRequest>) {
  const late = Promise.withResolvers<never>();
  const forget = broker.clock.after(HELLO_MS_MAX, () =>
    late.reject(invalid("hello", "must come within 10 s")),
  );
  try {
    const { value, done } = await Promise.race([incoming.next(), late.promise]);
    if (done || !value.hello) throw invalid("hello", "is required in the first message");
    return value as WorkRequest & { hello: Hello };
  } finally {
    forget();
  }
}

/** Both directions of one stream, from the welcome on. */
class Conversation {
  readonly #broker: Broker;
  readonly #stream: SessionStream;
  readonly #pipeline = new Pipeline();
  #reportsThrough = 0n;
  #saidThrough = 0n;
  #outcomes: ReportOutcome[] = [];
  /** The request side is over: by a goodbye, or by what ends the stream. */
  #over: { readonly fault?: unknown } | undefined;
  #nextPingAt: number;
  #lastPing = 0n;
  #lastPong = 0n;
  #pongDueAt = Number.POSITIVE_INFINITY;

  constructor(broker: Broker, stream: SessionStream) {
    this.#broker = broker;
    this.#stream = stream;
    this.#nextPingAt = broker.clock.now() + HEARTBEAT_MS;
  }

  /** Reads until the request side ends. Never rejects: what goes wrong ends the other direction. */
  async read(first: WorkRequest, incoming: AsyncIterator<WorkRequest>): Promise<void> {
    try {
      await this.#take(first);
      for (let next = await incoming.next(); !next.done; next = await incoming.next()) {
        if (next.value.hello) throw invalid("hello", "must be in the first message only");
        await this.#take(next.value);
      }
      await this.#pipeline.finish();
      await this.#sayGoodbye();
    } catch (fault) {
      this.#over = { fault };
    }
    this.#stream.bell.ring();
  }

  async *write(): AsyncGenerator<WorkResponse> {
    const beatAt = () => Math.min(this.#nextPingAt, this.#pongDueAt);
    for await (const parcel of parcels(this.#broker, this.#stream, beatAt)) {
      const over = this.#over;
      const response = this.#compose(parcel);
      if (response) yield response;
      if (over?.fault) throw over.fault;
      if (over) return;
    }
    // The server ends the session: what the worker has reported is still acknowledged.
    await this.#pipeline.finish();
    const last = this.#compose(undefined);
    if (last) yield last;
  }

  async #take({ reports, capacity, pong, draining }: WorkRequest): Promise<void> {
    const { session } = this.#stream;
    if (reports.length > LIMITS.batchMax) throw invalid("reports", `must be at most ${LIMITS.batchMax}`);

    if (capacity !== undefined) this.#broker.setCapacity(session, readCapacity("capacity", capacity));
    this.#broker.heard(session);
    if (draining) session.drain("worker_asked");
    if (pong && pong.nonce <= this.#lastPing) this.#hear(pong.nonce);
    if (reports.length > 0) {
      const carriedOut = carryOutQuietly(this.#broker, session.id, reports);
      await this.#pipeline.add(carriedOut, (outcomes) => this.#tell(outcomes), weightOf(sizeOf(reports)));
    }
  }

  #hear(nonce: bigint): void {
    this.#lastPong = nonce;
    if (nonce === this.#lastPing) this.#pongDueAt = Number.POSITIVE_INFINITY;
  }

  /** Undefined stands for a report that was accepted. */
  #tell(outcomes: readonly (ReportOutcome | undefined)[]): void {
    this.#reportsThrough += BigInt(outcomes.length);
    for (const outcome of outcomes) if (outcome) this.#outcomes.push(outcome);
    this.#stream.bell.ring();
  }

  async #sayGoodbye(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#broker.clock.after(GOODBYE_MS, resolve);
    await promise;
    this.#stream.signal.throwIfAborted();
    this.#stream.how = "goodbye";
    this.#over = {};
  }

  /** One message with all that there is to say; undefined when that is nothing. */
  #compose(parcel: Parcel | undefined): WorkResponse | undefined {
    const ping = this.#ping();
    const reportsThrough = this.#reportsThrough;
    if (!parcel && !ping && reportsThrough === this.#saidThrough) return undefined;

    const outcomes = this.#outcomes;
    this.#outcomes = [];
    this.#saidThrough = reportsThrough;
    const rest = { reportsThrough, outcomes, ...(ping && { ping }) };
    if (!parcel) return create(WorkResponseSchema, rest);
    return bringJobs(parcel.deliveries, { ...viewNews(parcel), ...rest });
  }

  // A worker that has never answered a ping may be one that works on one thing at a time and cannot read meanwhile: it
  // lives by its reservations and by the keepalive of HTTP/2. One that has answered has shown that it can.
  #ping(): { nonce: bigint } | undefined {
    const now = this.#broker.clock.now();
    if (now >= this.#pongDueAt) throw new ConnectError("no pong within 10 s", Code.DeadlineExceeded);
    if (now < this.#nextPingAt) return undefined;

    this.#nextPingAt = now + HEARTBEAT_MS;
    if (this.#lastPong > 0n && this.#lastPong === this.#lastPing) this.#pongDueAt = now + PONG_MS_MAX;
    this.#broker.sweep(this.#stream.session);
    return { nonce: ++this.#lastPing };
  }
}
