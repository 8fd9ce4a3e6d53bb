// A port with tiny RPCs on it, one of each kind, that behave as the tests tell them: the real services are not needed.
import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { type FastifyInstance, fastify } from "fastify";
import { Lakh } from "../../src/gen/lakh/lakh_pb.ts";
import { ProducerService, WatchJobResponseSchema } from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";
import { enforceDeadline, logCalls } from "../../src/rpc/interceptors.ts";
import { type ConnectPluginOptions, connectPlugin } from "../../src/server/connect-plugin.ts";
import { buildOnePort, type OnePortOptions } from "../../src/server/one-port.ts";
import { answerUnknownPath } from "../../src/server/unknown-path.ts";
import { EVERY_SERVER } from "./every-server.ts";

export interface LogRecord {
  readonly level: string;
  readonly text: string;
  readonly fields: { readonly rpc?: string; readonly err?: unknown; readonly [key: string]: unknown };
}

/** A log that tests can read, and wait for. */
export class MemoryLog {
  readonly records: LogRecord[] = [];
  #waiting: (() => void)[] = [];

  error = (fields: object, text: string): void => this.#add("error", fields, text);
  warn = (fields: object, text: string): void => this.#add("warn", fields, text);
  debug = (fields: object, text: string): void => this.#add("debug", fields, text);

  at(level: string): LogRecord[] {
    return this.records.filter((record) => record.level === level);
  }

  /** The first record with this text, now or when it comes. */
  async next(text: string): Promise<LogRecord> {
    for (;;) {
      const found = this.records.find((record) => record.text === text);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #add(level: string, fields: object, text: string): void {
    this.records.push({ level, text, fields: { ...fields } });
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

/** What the handlers below did, for tests that look from the other side. */
export class HandlerStats {
  /** Messages that WatchJob has made. */
  made = 0;
  /** Streams that are open now. */
  open = 0;
  /** Calls of Enqueue so far. */
  calls = 0;
  /** Resolves once Enqueue has been called so many times. */
  async called(times: number): Promise<void> {
    while (this.calls < times) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  /** Resolves once the open streams have all ended. */
  async allEnded(): Promise<void> {
    while (this.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface RpcPort extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly log: MemoryLog;
  readonly stats: HandlerStats;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

export interface RpcPortOptions extends OnePortOptions {
  readonly rpc?: Partial<ConnectPluginOptions>;
  /** Default: a new one. */
  readonly log?: MemoryLog;
  /** More on the same Fastify, before the RPCs. */
  readonly prepare?: (app: FastifyInstance) => void;
}

/** Opens the port; closing it twice is once. */
export async function openRpcPort(options: RpcPortOptions = {}): Promise<RpcPort> {
  const { log = new MemoryLog() } = options;
  const stats = new HandlerStats();
  const app = fastify({ serverFactory: buildOnePort(options) });
  app.setNotFoundHandler(answerUnknownPath);
  app.get("/livez", async () => "ok");
  app.post("/echo", async (request) => request.body);
  options.prepare?.(app);
  app.register(connectPlugin, {
    routes: (router) => tinyRoutes(router, stats),
    log,
    stockRpc: EVERY_SERVER.stockRpc,
    interceptors: [logCalls(log, () => performance.now()), enforceDeadline],
    ...(options.limits && { limits: options.limits }),
    ...options.rpc,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const close = async () => {
    await app.close();
  };
  return { app, log, stats, port, url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

/** How many messages of 16 KiB a flood is. */
export const floodMessages = 1_000;

const secret = "secret of /srv/lakh/node_modules/store.ts";

/**
 * Enqueue answers the ids it was given; a job named "crash" is a fault, "refused" a refusal, "stubborn" never ends and
 * cares for no signal, "trailer" breaks the response on its way. WatchJob says one thing and waits, or floods, or is
 * stubborn, or crashes, by the id. Work echoes worker ids. Join is silent until its client has reported.
 */
export function tinyRoutes(router: ConnectRouter, stats = new HandlerStats()): void {
  router.service(ProducerService, {
    enqueue: ({ jobs }, context) => {
      stats.calls++;
      return enqueue(jobs, context);
    },
    watchJob: ({ id }, context) => watch(id, context, stats),
  });
  router.service(WorkerService, {
    async *work(requests) {
      for await (const { hello } of requests) yield { welcome: { workerId: hello?.workerId ?? "" } };
    },
  });
  router.service(Lakh, {
    async work(jobs) {
      for await (const { name } of jobs) assert.notEqual(name, "");
      return {};
    },
    async *join(reports) {
      for await (const { jobId } of reports) yield { id: jobId, name: "add" };
    },
  });
}

async function enqueue(jobs: readonly { id: string; name: string }[], context: HandlerContext) {
  const [first] = jobs;
  if (first?.name === "crash") throw new Error(secret);
  if (first?.name === "refused") throw new ConnectError("no such thing", Code.FailedPrecondition);
  if (first?.name === "stubborn") await new Promise(() => {});
  if (first?.name === "trailer") context.responseHeader.set("trailer", "x"); // HTTP/1.1 has none beside a length
  return { jobs: jobs.map(({ id }) => ({ id })) };
}

async function* watch(id: string, context: HandlerContext, stats: HandlerStats) {
  stats.open++;
  try {
    const size = id === "flood" ? 16 * 1024 : 10;
    const message = create(WatchJobResponseSchema, { job: { id: "x".repeat(size) } });
    do {
      stats.made++;
      yield message;
    } while (id === "flood" && stats.made < floodMessages);
    if (id === "crash") throw new Error(secret);
    if (id === "quiet") await aborted(context.signal);
    if (id === "stubborn") await new Promise(() => {});
  } finally {
    stats.open--;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
