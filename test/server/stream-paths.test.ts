// A bidi stream on the fast path and on connect's own: what a client can see is the same, byte for byte, whatever it sends.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { WorkerService, type WorkRequest, WorkRequestSchema } from "../../src/gen/lakh/v1/worker_pb.ts";
import { openRpcPort, type RpcPort, type RpcPortOptions } from "./rpc-port.ts";

const PATH = "/lakh.v1.WorkerService/Work";
const KiB = 1024;

/** What the handler does when it is said this word. */
const WORDS: Record<string, (context: HandlerContext) => unknown> = {
  refuse: () => {
    throw new ConnectError("no: not you, 100 %", Code.FailedPrecondition, { "retry-after": "1" });
  },
  crash: () => {
    throw new Error("a secret");
  },
  metadata: ({ responseHeader, responseTrailer }) => {
    responseHeader.set("x-header", "h");
    responseTrailer.set("x-trailer", "t");
  },
};

function scripted(router: ConnectRouter, seen: string[]): void {
  router.service(WorkerService, {
    async *work(requests: AsyncIterable<WorkRequest>, context: HandlerContext) {
      try {
        for await (const { hello } of requests) {
          const word = hello?.workerId ?? "";
          WORDS[word]?.(context);
          if (word === "bye") return;
          yield { welcome: { workerId: word === "long" ? "x".repeat(100 * KiB) : word } };
        }
        seen.push(`requests ended, ${context.signal.aborted ? "aborted" : "not aborted"}`);
      } catch (error) {
        seen.push(error instanceof ConnectError ? error.message : "a fault");
        throw error;
      } finally {
        seen.push("over");
      }
    },
  });
}

async function bothPaths(
  options: RpcPortOptions,
  run: (port: RpcPort, seen: string[]) => Promise<unknown>,
): Promise<void> {
  const sights: unknown[] = [];
  for (const stockRpc of [true, false]) {
    const seen: string[] = [];
    const routes = (router: ConnectRouter) => scripted(router, seen);
    await using port = await openRpcPort({ ...options, rpc: { ...options.rpc, routes, stockRpc } });
    sights.push({ sight: await run(port, seen), seen });
  }
  const [stock, fast] = sights;
  assert.deepEqual(fast, stock);
}

interface Call {
  readonly headers?: OutgoingHttpHeaders;
  /** Written one after another, a turn of the event loop between them. */
  readonly chunks: readonly Uint8Array[];
}

interface Sight {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: IncomingHttpHeaders;
  readonly code: number | undefined;
}

async function call(url: string, { headers = {}, chunks }: Call): Promise<Sight> {
  const session = connect(url);
  const fixed = { ":method": "POST", ":path": PATH, "content-type": "application/grpc", te: "trailers" };
  const stream = session.request({ ...fixed, ...headers }).on("error", () => {});
  let [answer, trailers]: [IncomingHttpHeaders, IncomingHttpHeaders] = [{}, {}];
  stream.on("response", (said) => {
    answer = said;
  });
  stream.on("trailers", (said) => {
    trailers = said;
  });
  const body: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => body.push(chunk));
  const closed = once(stream, "close");
  for (const chunk of chunks) {
    stream.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
  await closed;
  session.destroy();
  const { date: _, ...rest } = answer;
  return { headers: rest, body: Buffer.concat(body).toString("hex"), trailers, code: stream.rstCode };
}

function said(...words: string[]): Buffer {
  return Buffer.concat(words.map((workerId) => framed(toBinary(WorkRequestSchema, hello(workerId)))));
}

function hello(workerId: string): WorkRequest {
  return create(WorkRequestSchema, { hello: { workerId, names: ["add"] } });
}

function framed(message: Uint8Array, flags = 0, length = message.length): Buffer {
  const head = Buffer.from([flags, 0, 0, 0, 0]);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

const LONG = said("a", "b".repeat(3 * KiB), "c");
const GZIPPED = framed(gzipSync(toBinary(WorkRequestSchema, hello("zipped"))), 1);
const CASES: Record<string, Call> = {
  "one message": { chunks: [said("a")] },
  "several in one piece": { chunks: [said("a", "b", "c")] },
  "messages byte by byte": { chunks: [...said("a", "bb", "")].map((byte) => Uint8Array.of(byte)) },
  "messages cut in the middle": {
    chunks: [LONG.subarray(0, 7), LONG.subarray(7, 2_000), LONG.subarray(2_000)],
  },
  "nothing at all": { chunks: [] },
  "an empty message": { chunks: [framed(new Uint8Array(0)), said("a")] },
  "an error before anything is said": { chunks: [said("refuse")] },
  "an error after something was said": { chunks: [said("a", "refuse", "b")] },
  "a fault": { chunks: [said("a", "crash")] },
  "metadata of the handler": { chunks: [said("metadata", "a")] },
  "an end by the handler": { chunks: [said("a", "bye", "b")] },
  "half an envelope": { chunks: [said("a"), Buffer.of(0, 0)] },
  "half a message": { chunks: [said("a"), said("b").subarray(0, 8)] },
  "a message that is none": { chunks: [said("a"), framed(Buffer.of(255, 255)), said("b")] },
  "a message that is too large": { chunks: [framed(Buffer.alloc(9), 0, 64 * KiB), said("b")] },
  "a compressed message, unannounced": { chunks: [said("a"), GZIPPED, said("b")] },
  "flags that nobody knows": { chunks: [said("a"), framed(toBinary(WorkRequestSchema, hello("b")), 4)] },
  "compressed requests": { headers: { "grpc-encoding": "gzip" }, chunks: [said("a"), GZIPPED] },
  "an unknown compression": { headers: { "grpc-encoding": "br" }, chunks: [said("a")] },
  "a client that can read gzip": { headers: { "grpc-accept-encoding": "gzip" }, chunks: [said("a", "long")] },
  "a long answer": { chunks: [said("long", "a")] },
  "a content type with its encoding": {
    headers: { "content-type": "application/grpc+proto" },
    chunks: [said("a")],
  },
  "a content type with JSON": { headers: { "content-type": "application/grpc+json" }, chunks: [said("a")] },
  "a deadline that is none": { headers: { "grpc-timeout": "soon" }, chunks: [said("a")] },
  "a deadline that has passed": { headers: { "grpc-timeout": "0m" }, chunks: [said("a")] },
};

describe("on both paths of a bidi stream a client sees the same of", () => {
  for (const [what, sent] of Object.entries(CASES)) {
    test(what, () => bothPaths({ limits: { messageBytesMax: 32 * KiB } }, ({ url }) => call(url, sent)));
  }

  test("a gate that is closed", () => {
    const requestGate = () => {
      throw new ConnectError("closed", Code.PermissionDenied);
    };
    return bothPaths({ rpc: { requestGate } }, ({ url }) => call(url, { chunks: [said("a")] }));
  });

  test("headers that leave before the handler speaks", () => {
    const flushHeadersOf = new Set([PATH]);
    return bothPaths({ rpc: { flushHeadersOf } }, async ({ url, log }) => {
      const session = connect(url);
      const headers = { "content-type": "application/grpc", te: "trailers", "grpc-accept-encoding": "gzip" };
      const stream = session.request({ ":method": "POST", ":path": PATH, ...headers }, { endStream: false });
      const [answer] = await once(stream, "response");
      session.destroy();
      await log.next("rpc ended");
      return { status: answer[":status"], type: answer["content-type"], encoding: answer["grpc-encoding"] };
    });
  });

  test("a stream that its client resets: the requests end, and the handler hears of it", () =>
    bothPaths({}, async ({ url, log }, seen) => {
      const session = connect(url);
      const headers = { "content-type": "application/grpc", te: "trailers" };
      const stream = session.request({ ":method": "POST", ":path": PATH, ...headers }, { endStream: false });
      stream.on("error", () => {}).resume();
      stream.write(said("a"));
      await once(stream, "data");
      stream.close(constants.NGHTTP2_CANCEL);
      await log.next("rpc ended");
      session.destroy();
      return seen.length;
    }));

  test("a client that does not read: the handler waits for it", () =>
    bothPaths({}, async ({ url }) => {
      const session = connect(url, { settings: { initialWindowSize: 1_000 } });
      const headers = { "content-type": "application/grpc", te: "trailers" };
      const stream = session.request({ ":method": "POST", ":path": PATH, ...headers }, { endStream: false });
      const words = Array.from({ length: 100 }, () => "long");
      stream.end(said(...words));
      await once(stream, "response");
      let bytes = 0;
      for await (const chunk of stream) bytes += chunk.length;
      session.destroy();
      return bytes;
    }));
});

test("control: a path that answers otherwise would be seen", async () => {
  let turn = 0;
  const answers = () => bothPaths({}, async () => turn++);
  await assert.rejects(answers(), assert.AssertionError);
});
