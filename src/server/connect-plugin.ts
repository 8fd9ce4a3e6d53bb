// Puts the RPCs on Fastify: each handler of a connect router under its path, for all dialects at once.
//
// It is ours, and not @connectrpc/connect-fastify, so that failures go to one log, so that a call which fails
// between the handler and the wire still gets an answer, so that response headers can leave before the handler
// speaks, and so that a faster way for unary calls can stand beside it. See docs/decisions/0002-one-port.md.
import type { ServerResponse } from "node:http";
import { constants, type ServerHttp2Stream } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type ConnectRouter,
  type ConnectRouterOptions,
  type ContextValues,
  createConnectRouter,
  createContextValues,
  createServiceImplSpec,
  type HandlerContext,
} from "@connectrpc/connect";
import {
  createMethodUrl,
  type UniversalHandler,
  type UniversalServerResponse,
} from "@connectrpc/connect/protocol";
import { parseTimeout as parseConnectTimeout } from "@connectrpc/connect/protocol-connect";
import { parseTimeout as parseGrpcTimeout } from "@connectrpc/connect/protocol-grpc";
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from "@connectrpc/connect-node";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Log, requestIdKey } from "../rpc/interceptors.ts";
import type { StreamCodec } from "../rpc/stream-codecs.ts";
import { wantsEarlyHeaders, withEarlyHeaders } from "./early-headers.ts";
import { type PortLimits, portLimits, rpcOptions } from "./port-limits.ts";
import { makeStatusReadable } from "./readable-status.ts";
import { type BidiSpec, StreamFastPath } from "./stream-fast-path.ts";
import { UnaryFastPath, type UnarySpec } from "./unary-fast-path.ts";
import { bodyOf, discardUnread } from "./unread-request.ts";

export interface ConnectPluginOptions {
  /** Registers every service. */
  routes(router: ConnectRouter): void;
  readonly log: Log;
  /** Outermost first. */
  readonly interceptors?: ConnectRouterOptions["interceptors"];
  /** Runs before the body of a call is read, in every dialect; throws a ConnectError to refuse. */
  readonly requestGate?: (context: HandlerContext) => void | Promise<void>;
  /** What handlers find in `context.values`, beside the id of the request. Default: nothing. */
  readonly contextValues?: (request: FastifyRequest) => ContextValues;
  /** How long open streams may go on once closing has begun. Default: 5 s. */
  readonly shutdownTimeoutMs?: number;
  /** What open streams end with then. Default: UNAVAILABLE "server is shutting down". */
  readonly shutdownError?: ConnectError;
  /** Request paths (`/lakh.Lakh/Join`) whose response headers leave at once for gRPC: see early-headers.ts. */
  readonly flushHeadersOf?: ReadonlySet<string>;
  /** How bidi rpcs read and write their hot messages on the fast path. Default: with protobuf-es. */
  readonly codecs?: ReadonlyMap<DescMethod, StreamCodec>;
  /** Whether connect's own handlers answer every call. Default: plain unary calls take the fast path. */
  readonly stockRpc?: boolean;
  /** Bounds that differ from the table. */
  readonly limits?: Partial<PortLimits>;
}

/**
 * The Fastify plugin. It keeps its content-type parsers to itself: other routes parse bodies as ever. CORS must be
 * registered at the root and before it, since each RPC takes every method, OPTIONS included.
 */
export async function connectPlugin(app: FastifyInstance, options: ConnectPluginOptions): Promise<void> {
  // connect reads bodies itself, whatever their type, and bounds them by `messageBytesMax`.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _body, done) => done(null));
  const settings = { ...options, limits: { ...portLimits, ...options.limits } };
  for (const rpc of buildRpcs(app, settings))
    app.all(rpc.handler.requestPath, (request, reply) => answer(rpc, request, reply, settings));
}

type Settings = ConnectPluginOptions & { readonly limits: PortLimits };

/** One rpc: connect's handler, which takes every call, and the fast path before it, if there is one of its kind. */
interface Rpc {
  readonly handler: UniversalHandler;
  readonly fastPath?: UnaryFastPath | StreamFastPath;
}

function buildRpcs(app: FastifyInstance, settings: Settings): Rpc[] {
  const { requestGate, log, limits, interceptors = [] } = settings;
  const gate = requestGate && onceFor((context) => passGate(requestGate, context, log));
  const shutdownSignal = signalOfShutdown(app, settings);
  const options = { ...rpcOptions(limits), interceptors, shutdownSignal };
  const router = createConnectRouter({ ...options, ...(gate && { requestGate: gate }) });
  const specs = recordPlain(router, settings.routes);
  const fast = { interceptors, limits, gate, shutdown: shutdownSignal, send };
  return router.handlers.map((handler) => {
    const path = handler.requestPath;
    const spec = settings.stockRpc ? undefined : specs.get(path);
    if (!spec) return { handler };
    if (spec.kind === "unary") return { handler, fastPath: new UnaryFastPath(spec, fast) };

    const isEarly = settings.flushHeadersOf?.has(path) ?? false;
    return {
      handler,
      fastPath: new StreamFastPath(spec, fast, { isEarly, codec: settings.codecs?.get(spec.method) }),
    };
  });
}

type PlainSpec = UnarySpec | BidiSpec;

/** Registers the services, and answers by their paths those rpcs that have a fast path: connect keeps them to itself. */
function recordPlain(
  router: ConnectRouter,
  routes: ConnectPluginOptions["routes"],
): ReadonlyMap<string, PlainSpec> {
  const specs = new Map<string, PlainSpec>();
  routes({
    ...router,
    service(service, implementation, options) {
      router.service(service, implementation, options);
      for (const spec of Object.values(createServiceImplSpec(service, implementation).methods))
        if ((spec.kind === "unary" || spec.kind === "bidi_streaming") && !options)
          specs.set(createMethodUrl("/", spec.method), spec);
      return this;
    },
  });
  return specs;
}

/** A call that the fast path hands back has passed the gate already; what the gate wrote for its answer holds. */
function onceFor(pass: (context: HandlerContext) => Promise<void>) {
  const passed = new WeakMap<ContextValues, HandlerContext>();
  return async (context: HandlerContext): Promise<void> => {
    const before = passed.get(context.values);
    if (before) {
      adopt(before.responseHeader, context.responseHeader);
      adopt(before.responseTrailer, context.responseTrailer);
      return;
    }

    await pass(context);
    passed.set(context.values, context);
  };
}

/** Adds what is there under other names. */
function adopt(from: Headers, to: Headers): void {
  const own = new Set(to.keys());
  for (const [name, value] of from) if (!own.has(name)) to.append(name, value);
}

// The timer holds the process, since streams must end before it does; when all is closed there is nothing to wait for.
function signalOfShutdown(app: FastifyInstance, options: ConnectPluginOptions): AbortSignal {
  const shutdown = new AbortController();
  const error = options.shutdownError ?? new ConnectError("server is shutting down", Code.Unavailable);
  let timer: NodeJS.Timeout | undefined;
  app.addHook("preClose", (done) => {
    timer = setTimeout(() => shutdown.abort(error), options.shutdownTimeoutMs ?? 5_000);
    done();
  });
  app.addHook("onClose", async () => clearTimeout(timer));
  return shutdown.signal;
}

/** A fault in the gate reaches no interceptor, and its caller sees "internal error" only. */
async function passGate(
  gate: NonNullable<ConnectPluginOptions["requestGate"]>,
  context: HandlerContext,
  log: Log,
): Promise<void> {
  try {
    await gate(context);
  } catch (error) {
    const rpc = `${context.service.typeName}/${context.method.name}`;
    if (!(error instanceof ConnectError)) log.error({ rpc, err: error }, "request gate failed");
    throw error;
  }
}

async function answer(
  rpc: Rpc,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: Settings,
): Promise<void> {
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  try {
    await respond(rpc, request, reply, settings);
  } catch (error) {
    if (hasLeft(reply)) return;

    settings.log.error(
      { rpc: rpc.handler.requestPath, requestId: request.id, err: error },
      "rpc not answered",
    );
    giveUp(reply);
  }
}

async function respond(
  { handler, fastPath }: Rpc,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: Settings,
): Promise<void> {
  const { raw } = request;
  const values = settings.contextValues?.(request) ?? createContextValues();
  values.set(requestIdKey, request.id);
  const done = await fastPath?.answer({ request: raw, response: reply.raw, values });
  if (done === "answered" || done === "left") return;

  discardUnread(raw, reply.raw, settings.limits.goodbyeTimeoutMs);
  const read = universalRequestFromNodeRequest(raw, reply.raw, undefined, values);
  const call = { ...read, body: done?.body ?? bodyOf(raw) };
  markLongDeadline(call.header, settings.limits.deadlineMsMax);
  const early = settings.flushHeadersOf?.has(handler.requestPath) && wantsEarlyHeaders(call);
  await send(early ? withEarlyHeaders(handler, call) : await handler(call), reply.raw);
}

async function send(response: UniversalServerResponse, raw: ServerResponse): Promise<void> {
  await universalResponseToNodeResponse(withReadableStatus(response), raw);
}

// Trailers are complete once the body has ended.
function withReadableStatus(response: UniversalServerResponse): UniversalServerResponse {
  const { body, trailer } = response;
  return body && trailer ? { ...response, body: thenReadableStatus(body, trailer) } : response;
}

async function* thenReadableStatus(
  body: AsyncIterable<Uint8Array>,
  trailer: Headers,
): AsyncIterable<Uint8Array> {
  yield* body;
  makeStatusReadable(trailer);
}

// connect sets its timer before it refuses a deadline that is too long for timers, and each such timer is a warning
// on stderr that any stranger could cause. What is no number at all is refused without one, with the same code.
function markLongDeadline(header: Headers, deadlineMsMax: number): void {
  for (const [name, parse] of deadlineHeaders) {
    const { timeoutMs, error } = parse(header.get(name), deadlineMsMax);
    if (error && timeoutMs !== undefined) header.set(name, `more than ${deadlineMsMax} ms`);
  }
}

const deadlineHeaders = [
  ["grpc-timeout", parseGrpcTimeout],
  ["connect-timeout-ms", parseConnectTimeout],
] as const;

/** Whether there is nobody to answer: writing to a client that left fails in many ways, and none is our fault. */
function hasLeft({ raw }: FastifyReply): boolean {
  const stream = http2StreamOf(raw);
  return stream ? stream.destroyed : raw.destroyed || raw.socket === null || raw.socket.destroyed;
}

/** Without this the client would wait for ever: a failed call is better than a silent one. */
function giveUp({ raw }: FastifyReply): void {
  const stream = http2StreamOf(raw);
  if (stream) {
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  } else if (raw.headersSent) {
    raw.destroy();
  } else {
    for (const name of raw.getHeaderNames()) raw.removeHeader(name); // one of them may be why we are here
    const body = JSON.stringify({ code: "internal", message: "internal error" });
    raw.writeHead(500, { "content-type": "application/json", "content-length": body.length });
    raw.end(body);
  }
}

/** Fastify types responses as HTTP/1.1; those of HTTP/2 carry their stream. */
function http2StreamOf(raw: ServerResponse): ServerHttp2Stream | undefined {
  return (raw as ServerResponse & { stream?: ServerHttp2Stream }).stream;
}
