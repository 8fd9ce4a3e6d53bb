// The RPC plugin on a real port: what each dialect sees of limits, deadlines, faults and early headers.
import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { Lakh } from "../../src/gen/lakh/lakh_pb.ts";
import { ProducerService } from "../../src/gen/lakh/v1/producer_pb.ts";
import { WorkerService } from "../../src/gen/lakh/v1/worker_pb.ts";
import { envelope, openCall, openPeer, openSession } from "./port-peers.ts";
import { openRpcPort, type RpcPort, type RpcPortOptions } from "./rpc-port.ts";

type BuildTransport = (baseUrl: string) => Transport;

const dialects: [name: string, build: BuildTransport][] = [
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
  [
    "Connect JSON over HTTP/1.1",
    (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  ],
];

/** A port that does not wait long for what these clients leave open. */
function serving(options: RpcPortOptions = {}): Promise<RpcPort> {
  const limits = { closeTimeoutMs: 200, goodbyeTimeoutMs: 100, ...options.limits };
  return openRpcPort({ ...options, limits, rpc: { shutdownTimeoutMs: 0, ...options.rpc } });
}

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

async function* inOrder<T>(messages: readonly T[]): AsyncIterable<T> {
  yield* messages;
}

async function refusal(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => assert.fail("the call should have failed"),
    (error) => ConnectError.from(error),
  );
}

for (const [dialect, transportTo] of dialects) {
  describe(dialect, () => {
    test("serves unary calls and server streams", async () => {
      await using server = await serving();
      const producer = createClient(ProducerService, transportTo(server.url));
      assert.equal((await producer.enqueue({ jobs: [{ id: "a" }, { id: "b" }] })).jobs.length, 2);
      const heard = await collect(producer.watchJob({ id: "once" }));
      assert.equal(heard.length, 1);
    });

    test("sees a refusal with its words, and nothing of a fault; the log has all of it", async () => {
      await using server = await serving();
      const producer = createClient(ProducerService, transportTo(server.url));
      const refused = await refusal(producer.enqueue({ jobs: [{ name: "refused" }] }));
      assert.deepEqual([refused.code, refused.rawMessage], [Code.FailedPrecondition, "no such thing"]);
      assert.deepEqual(server.log.at("error"), []);

      for (const call of [
        () => producer.enqueue({ jobs: [{ name: "crash" }] }),
        () => collect(producer.watchJob({ id: "crash" })),
      ]) {
        const masked = await refusal(call());
        assert.deepEqual([masked.code, masked.rawMessage], [Code.Internal, "internal error"]);
        assert.deepEqual(masked.details, []);
      }
      const [unary, stream] = server.log.at("error");
      assert.equal(unary?.fields.rpc, "lakh.v1.ProducerService/Enqueue");
      assert.equal(stream?.fields.rpc, "lakh.v1.ProducerService/WatchJob");
      assert.match(String(unary?.fields.err), /secret of \/srv/);
      assert.notEqual(unary?.fields.requestId, "");
    });

    test("is told RESOURCE_EXHAUSTED beyond messageBytesMax, and served up to it", async () => {
      await using server = await serving({ limits: { messageBytesMax: 10_000 } });
      const producer = createClient(ProducerService, transportTo(server.url));
      const job = (bytes: number) => ({ jobs: [{ name: "x".repeat(bytes) }] }); // the answer does not repeat names
      assert.equal((await producer.enqueue(job(9_900))).jobs.length, 1);
      const refused = await refusal(producer.enqueue(job(10_001)));
      assert.equal(refused.code, Code.ResourceExhausted);
      const answer = await refusal(collect(producer.watchJob({ id: "flood" })));
      assert.equal(answer.code, Code.ResourceExhausted);
    });

    test("is told DEADLINE_EXCEEDED by a handler that does not care for its signal", async () => {
      await using server = await serving();
      const producer = createClient(ProducerService, transportTo(server.url));
      const late = await refusal(producer.enqueue({ jobs: [{ name: "stubborn" }] }, deadline(60)));
      assert.equal(late.code, Code.DeadlineExceeded);
      assert.deepEqual(server.log.at("error"), []);
    });

    test("is refused a deadline beyond 2^31-1 ms, with no timer set and no warning", async () => {
      await using server = await serving();
      const warnings: Error[] = [];
      const onWarning = (warning: Error) => warnings.push(warning);
      process.on("warning", onWarning);
      const producer = createClient(ProducerService, transportTo(server.url));
      const call = (timeoutMs: number) => producer.enqueue({ jobs: [{ id: "a" }] }, deadline(timeoutMs));
      assert.equal((await call(2_147_483_000)).jobs.length, 1);
      const refused = await refusal(call(2_147_484_000));
      assert.equal(refused.code, Code.InvalidArgument);
      assert.match(refused.rawMessage, /more than 2147483647 ms/);
      process.off("warning", onWarning);
      assert.deepEqual(warnings, []);
    });

    test("passes the gate before its body is read, and a fault in the gate is masked and logged", async () => {
      const requestGate = ({ requestHeader }: { requestHeader: Headers }) => {
        const token = requestHeader.get("authorization");
        if (token === "broken") throw new Error("secret of the gate");
        if (token !== "good") throw new ConnectError("who are you?", Code.Unauthenticated);
      };
      await using server = await serving({ rpc: { requestGate } });
      const producer = createClient(ProducerService, transportTo(server.url));
      const call = (authorization: string) =>
        producer.enqueue({ jobs: [{}] }, { headers: { authorization } });
      assert.equal((await call("good")).jobs.length, 1);
      assert.equal((await refusal(call("bad"))).code, Code.Unauthenticated);
      assert.deepEqual(server.log.at("error"), []);
      assert.equal((await refusal(call("broken"))).rawMessage, "internal error");
      assert.match(String(server.log.at("error")[0]?.fields.err), /secret of the gate/);
    });
  });
}

/** The deadline as the wire has it: given as an option, clients of connect would keep it themselves. */
function deadline(timeoutMs: number): { headers: Record<string, string> } {
  const grpc = timeoutMs > 99_999_999 ? `${Math.ceil(timeoutMs / 1000)}S` : `${timeoutMs}m`; // eight digits at most
  return { headers: { "connect-timeout-ms": String(timeoutMs), "grpc-timeout": grpc } };
}

test("bidi streams are full duplex over HTTP/2, and 505 over HTTP/1.1", async () => {
  await using server = await serving();
  const worker = createClient(WorkerService, createGrpcTransport({ baseUrl: server.url }));
  const answered = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  async function* hellos() {
    for (const [i, each] of answered.entries()) {
      yield { hello: { workerId: `w${i}` } };
      await each.promise; // never comes unless the answer does before the next message
    }
  }
  let heard = 0;
  for await (const { welcome } of worker.work(hellos())) {
    assert.equal(welcome?.workerId, `w${heard}`);
    answered[heard++]?.resolve();
  }
  assert.equal(heard, 2);

  const response = await fetch(`${server.url}/lakh.v1.WorkerService/Work`, {
    method: "POST",
    headers: { "content-type": "application/connect+json" },
    body: "\0\0\0\0\x02{}",
  });
  assert.equal(response.status, 505);
});

describe("early headers", () => {
  const joinPath = "/lakh.Lakh/Join";
  const flushHeadersOf = new Set([joinPath]);

  test("leave before a handler that has nothing to say, and only then where asked for", async () => {
    await using early = await serving({ rpc: { flushHeadersOf } });
    await using usual = await serving();
    const session = await openSession(early.port);
    const control = await openSession(usual.port);
    const late = openCall(control, joinPath);
    let lateSpoke = false;
    late.once("response", () => {
      lateSpoke = true;
    });

    const call = openCall(session, joinPath);
    const [headers] = await once(call, "response");
    assert.equal(headers[":status"], 200);
    assert.equal(headers["content-type"], "application/grpc+proto");
    await new Promise<void>((resolve) => control.ping(() => resolve()));
    assert.equal(lateSpoke, false);
    for (const each of [session, control]) each.destroy();
  });

  test("change nothing else: messages, status, and a client that asks for compression", async () => {
    await using server = await serving({ rpc: { flushHeadersOf }, limits: { compressedBytesMin: 1 } });
    const transport = createGrpcTransport({ baseUrl: server.url });
    const worker = createClient(Lakh, transport);
    const reports = [{ jobId: "a".repeat(5_000) }, { jobId: "b" }];
    const heard = await collect(worker.join(inOrder(reports)));
    assert.deepEqual(
      heard.map(({ id }) => id[0]),
      ["a", "b"],
    );
  });

  test("do not hide a refusal: the gate's status comes in the trailers", async () => {
    const requestGate = () => {
      throw new ConnectError("who are you?", Code.Unauthenticated);
    };
    await using server = await serving({ rpc: { flushHeadersOf, requestGate } });
    const worker = createClient(Lakh, createGrpcTransport({ baseUrl: server.url }));
    const refused = await refusal(collect(worker.join(inOrder([]))));
    assert.deepEqual([refused.code, refused.rawMessage], [Code.Unauthenticated, "who are you?"]);
  });
});

describe("a call that fails between the handler and the wire", () => {
  test("is answered and logged", async () => {
    await using server = await serving();
    const response = await fetch(`${server.url}/lakh.v1.ProducerService/Enqueue`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jobs: [{ name: "trailer" }] }),
    });
    assert.equal(response.status, 500);
    assert.deepEqual(await response.json(), { code: "internal", message: "internal error" });
    const { fields } = await server.log.next("rpc not answered");
    assert.match(String(fields.err), /Trailers are invalid/);
  });

  test("because its client left is no failure: nothing above debug", async () => {
    await using server = await serving();
    const session = await openSession(server.port);
    const http2 = openCall(session, "/lakh.v1.ProducerService/WatchJob");
    http2.end(envelope(Buffer.from([0x0a, 5, ...Buffer.from("flood")])));
    await once(http2, "response");
    const body = envelope(Buffer.from('{"id":"flood"}'));
    const head = `content-type: application/connect+json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const http1 = await openPeer(
      server.port,
      `POST /lakh.v1.ProducerService/WatchJob HTTP/1.1\r\nhost: x\r\n${head}`,
    );
    http1.socket.write(body);
    await http1.hears("200 OK");

    session.destroy();
    http1.socket.resetAndDestroy();
    await server.stats.allEnded();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      server.log.records.filter(({ level }) => level !== "debug"),
      [],
    );
  });
});

test("headers that hooks put on the reply reach RPC answers, and other routes still parse their bodies", async () => {
  const prepare: RpcPortOptions["prepare"] = (app) => {
    app.addHook("onRequest", async (_request, reply) => {
      reply.header("x-hook", "seen");
    });
  };
  await using server = await serving({ prepare });
  const post = (path: string) =>
    fetch(`${server.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
  assert.equal((await post("/lakh.v1.ProducerService/Enqueue")).headers.get("x-hook"), "seen");
  assert.deepEqual(await (await post("/echo")).json(), {});
});

test("a body of a type that no dialect has is 415, a method that none has 405", async () => {
  await using server = await serving();
  const url = `${server.url}/lakh.v1.ProducerService/Enqueue`;
  for (const type of ["text/plain", "application/grpc+thrift", "application/x-www-form-urlencoded"]) {
    const response = await fetch(url, { method: "POST", headers: { "content-type": type }, body: "a" });
    assert.equal(response.status, 415, type);
  }
  assert.equal((await fetch(url, { method: "PUT" })).status, 405);
});
