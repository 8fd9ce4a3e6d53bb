// Interceptors, the gate, context values and hooks are the same on both paths: they see the same of a call, and may change
// the same of it.
import { after, describe, test } from "node:test";
import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createContextKey,
  createContextValues,
  type HandlerContext,
  type Interceptor,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import {
  EnqueueRequestSchema,
  EnqueueResponseSchema,
  ProducerService,
} from "../../../src/gen/lakh/v1/producer_pb.ts";
import type { MemoryLog } from "../../server/rpc-port.ts";
import { callOf, FOUR_LANES, LANES, usualHeaders } from "./dialects.ts";
import { ANSWERS, FAULTS, REFUSALS } from "./endings.ts";
import { FRAMES } from "./odd-bodies.ts";
import { assertSame } from "./pair.ts";
import { type Endings, openScriptedPair } from "./scripted-port.ts";

const { enqueue } = ProducerService.method;
const TOLD = "what it was told of the call";
const wordKey = createContextKey("nothing said");

type Next = (request: UnaryRequest) => Promise<UnaryResponse>;

const changed = (request: UnaryRequest) =>
  create(EnqueueRequestSchema, { jobs: [{ name: TOLD, id: request.url }] });
const metadata = () =>
  new Headers({ "content-type": "application/proto", "grpc-status": "0", "x-own": "mine" });

/** What an interceptor may do with a call. */
const MEDDLERS: Readonly<Record<string, (request: UnaryRequest, next: Next) => Promise<UnaryResponse>>> = {
  "adds a header to the request": (request, next) => {
    request.header.set("x-added", "yes");
    return next(request);
  },
  "makes another request of it": (request, next) =>
    next({
      ...request,
      message: changed(request),
      header: new Headers({ "x-only": "this" }),
      signal: new AbortController().signal,
      contextValues: createContextValues().set(wordKey, "said by an interceptor"),
    }),
  "ends its signal": (request, next) =>
    next({ ...request, signal: AbortSignal.abort(new ConnectError("enough", Code.Aborted)) }),
  "adds metadata to the answer": async (request, next) => {
    const response = await next(request);
    response.header.set("x-head", "h");
    response.trailer.set("x-trail", "t");
    return response;
  },
  "makes another answer of it": async (request, next) => {
    const message = create(EnqueueResponseSchema, { jobs: [{ id: "mine" }] });
    return { ...(await next(request)), message };
  },
  "puts other metadata in the place of the answer's": async (request, next) => {
    const response = await next(request);
    return { ...response, header: metadata(), trailer: metadata() };
  },
  "answers itself": async ({ service, method }) => {
    const message = create(EnqueueResponseSchema, { jobs: [{ id: "mine" }] });
    return { stream: false, service, method, message, header: metadata(), trailer: new Headers() };
  },
  "asks twice": async (request, next) => {
    await next(request);
    return next(request);
  },
  "refuses beforehand": () => {
    throw new ConnectError("not you", Code.PermissionDenied, { "x-why": "you" });
  },
  "refuses afterwards": async (request, next) => {
    const response = await next(request);
    response.header.set("x-head", "h");
    throw new ConnectError("not you", Code.PermissionDenied, { "x-why": "you" });
  },
  "fails beforehand": () => {
    throw new Error("secret");
  },
  "fails afterwards": async (request, next) => {
    await next(request);
    throw new Error("secret");
  },
  "makes the best of a refusal": async (request, next) => {
    const { service, method } = request;
    const error = await next(request).then(
      () => "none",
      (fault: unknown) => String(fault),
    );
    const message = create(EnqueueResponseSchema, { jobs: [{ id: error }] });
    return { stream: false, service, method, message, header: metadata(), trailer: new Headers() };
  },
  "waits for a while": async (request, next) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return next(request);
  },
  "looks at everything": async (request, next) => {
    const { stream, url, requestMethod, header, service, method, signal } = request;
    const seen = [stream, url, requestMethod, [...header], service.typeName, method.name, signal.aborted];
    const response = await next(request);
    const back = [response.stream, response.service.typeName, [...response.header], [...response.trailer]];
    response.trailer.set("x-seen", JSON.stringify([...seen, ...back]));
    return response;
  },
};

const REPLACES_METADATA = new Set([
  "puts other metadata in the place of the answer's",
  "makes the best of a refusal",
]);

const meddle: Interceptor = (next) => async (request) => {
  const meddler = MEDDLERS[request.header.get("x-meddle") ?? ""];
  return meddler && !request.stream ? meddler(request, next as Next) : next(request);
};

const endings = (): Endings => ({
  ...ANSWERS,
  ...REFUSALS,
  ...FAULTS,
  word: (_request, { values }) => ({ jobs: [{ id: values.get(wordKey) }] }),
});

describe("an interceptor does the same to both paths when it", async () => {
  const pair = await openScriptedPair({ endings, interceptors: [meddle, meddle] });
  after(() => pair[Symbol.asyncDispose]());
  for (const what of Object.keys(MEDDLERS)) {
    test(what, async () => {
      for (const name of [TOLD, "word", "code NotFound", "metadata", "an error"])
        await assertSame(pair, FOUR_LANES, (lane) =>
          callOf(lane, enqueue, { jobs: [{ name }] }, [["x-meddle", what]]),
        );
    });
  }

  // Where other metadata takes the place of a handler's, connect forgets to take every second entry of the latter away.
  for (const what of Object.keys(MEDDLERS).filter((name) => !REPLACES_METADATA.has(name)))
    test(`${what}, with metadata of the handler`, () =>
      assertSame(pair, LANES, (lane) =>
        callOf(lane, enqueue, { jobs: [{ name: "headers and trailers" }] }, [["x-meddle", what]]),
      ));
});

/** Tells the log how often it was asked. */
function gateOf(log: MemoryLog) {
  return async ({ requestHeader, responseHeader, protocolName, values }: HandlerContext) => {
    log.debug({ protocolName, word: values.get(wordKey) }, "gate asked");
    const token = requestHeader.get("authorization");
    if (token === "wait") await new Promise((resolve) => setTimeout(resolve, 5));
    if (token === "adorn") responseHeader.set("x-gate", "passed");
    if (token === "broken") throw new Error("secret of the gate");
    if (token === "bad") throw new ConnectError("who are you?", Code.Unauthenticated, { "x-why": "you" });
  };
}

describe("a gate refuses and lets through the same on both paths, and is asked once:", async () => {
  const pair = await openScriptedPair({
    endings,
    rpc: (log) => ({
      requestGate: gateOf(log),
      contextValues: ({ headers }) => createContextValues().set(wordKey, `${headers.authorization}`),
    }),
  });
  after(() => pair[Symbol.asyncDispose]());
  for (const token of ["good", "wait", "adorn", "broken", "bad"]) {
    const headers = [["authorization", token]] as const;
    test(`${token}, with a good call`, async () => {
      for (const name of ["word", TOLD, "code NotFound"])
        await assertSame(pair, LANES, (lane) => callOf(lane, enqueue, { jobs: [{ name }] }, headers));
    });
    test(`${token}, with a body that is none`, async () => {
      for (const build of Object.values(FRAMES))
        await assertSame(pair, FOUR_LANES, ({ dialect }) => {
          const { headers: more = [], ...odd } = build(dialect);
          const path = "/lakh.v1.ProducerService/Enqueue";
          return { path, headers: [...usualHeaders(dialect), ...headers, ...more], ...odd };
        });
    });
  }
});

describe("hooks of the port see and change the same on both paths:", async () => {
  const pair = await openScriptedPair({
    endings,
    prepare: (app, log) => {
      app.addHook("onRequest", async (request, reply) => {
        reply.header("x-hook", "seen").header("set-cookie", ["a=1", "b=2"]);
        if (request.headers.authorization === "bad") return reply.code(401).send({ error: "who are you?" });
      });
      app.addHook("onResponse", async (_request, reply) =>
        log.debug({ status: reply.raw.statusCode }, "told"),
      );
      app.addHook("onRequestAbort", async (_request) => log.debug({}, "aborted"));
    },
  });
  after(() => pair[Symbol.asyncDispose]());
  for (const name of ["", TOLD, "headers and trailers", "code NotFound", "metadata", "an error"])
    test(name || "a plain answer", async () => {
      for (const token of ["good", "bad"])
        await assertSame(pair, FOUR_LANES, (lane) =>
          callOf(lane, enqueue, { jobs: [{ name }] }, [["authorization", token]]),
        );
    });
});
